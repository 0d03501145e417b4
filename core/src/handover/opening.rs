//! How an app or account is opened: the pack's ways in its order, and the first of them that the phone says it can open.
//! None is no fault: the steps in words say how to find it by hand.

use crate::pack::{HandoverApp, Opening};

/// One way, and whether this phone has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// By what.
    pub opening: Opening,
    /// Whether the phone says that it can be opened.
    pub can_open: bool,
}

/// Every way of the pack; `can_open` are the targets that the phone can open.
pub fn ways(app: &HandoverApp, can_open: &[String]) -> Vec<Way> {
    let way = |opening: &Opening| Way { opening: opening.clone(), can_open: can_open.contains(&opening.target) };
    app.open.iter().map(way).collect()
}

/// The way to take.
pub fn way(app: &HandoverApp, can_open: &[String]) -> Option<Opening> {
    ways(app, can_open).into_iter().find(|way| way.can_open).map(|way| way.opening)
}
