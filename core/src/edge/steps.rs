//! The steps of an intake and of a notice on its way by name, for the test that ends the process at each of them. A build without debug assertions
//! has none of it. Not its business: what happens at a step.

use std::sync::OnceLock;

static WATCHER: OnceLock<fn(&str)> = OnceLock::new();

/// Has `watcher` called at each step from now on; only the first one counts. Without debug assertions nobody is called.
pub fn watch_steps(watcher: fn(&str)) {
    let _ = WATCHER.set(watcher);
}

/// Says that a step was reached.
pub(super) fn reached(step: &str) {
    if cfg!(debug_assertions)
        && let Some(watcher) = WATCHER.get()
    {
        watcher(step);
    }
}
