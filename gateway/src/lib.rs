//! The other end of Jingbao: what association and insurers run. The server takes what phones send, exactly once, and
//! signs for it; the desk tools apply the phone's own rules to files at a desk.
//!
//! | module | owns |
//! |---|---|
//! | [`serve`] | the HTTP endpoints, tokens, problems; start here |
//! | [`roles`] | who may do what, as tables |
//! | [`store`] | what is kept, behind one trait; SQLite and a folder |
//! | [`key`] | the gateway's own key: receipts |
//! | [`desk`] | the commands that read or write at a desk |
//! | [`track`] | GPX and GeoJSON files as fixes and accidents |
//! | [`texts`] | sentences for people, by code and language |

pub mod desk;
pub mod key;
pub mod roles;
pub mod serve;
pub mod store;
pub mod texts;
pub mod track;
