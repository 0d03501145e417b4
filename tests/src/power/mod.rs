//! Power loss at every write: what a phone writes while it does its main job is recorded once, in order, with what a person
//! was told in between; then the power is cut in thought at every place of that record, and the disk is made as it would
//! be found.
//!
//! | module | does |
//! |---|---|
//! | [`record`] | a VFS of SQLite that passes everything on and writes down what goes to disk; a watcher of the vault's steps |
//! | [`disk`] | the record, and the disk as a loss of power at one place of it leaves it |
//! | [`scene`] | the main job, told step by step |
//!
//! The recording process is `powerling`; the test opens each of the disks with the real engine. Not its business: kills
//! without loss of power, which other tests do to real processes.

pub mod disk;
pub mod record;
pub mod scene;
