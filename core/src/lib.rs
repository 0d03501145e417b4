//! The thinking of the Jingbao (警保) roadside apps.
//!
//! Everything outside [`edge`] is pure: no clock, no randomness, no files, no sockets. Time and entropy come in as
//! arguments, so a bad day on the road can be simulated ten thousand times in a second.
//!
//! Start at [`form`] for what two people do on the road, at [`duty`] for the stop-on-sight rule (遇案即停), at
//! [`outbox`] for how nothing is ever lost, at [`custody`] for how a stranger can check it later.
//!
//! | module | owns |
//! |---|---|
//! | [`time`], [`id`], [`canon`] | moments, identifiers, canonical bytes and their hashes |
//! | [`place`] | WGS-84 points with accuracy, datum conversion, distance |
//! | [`validate`] | plate, resident ID, VIN, USCC, mobile: normalise, classify, check, explain |
//! | [`pack`] | versioned rule data: the code knows no province |
//! | [`triage`] | facts to route: may they leave? |
//! | [`form`] | questions by stage, answers as a journal, the sealed record and its revisions |
//! | [`handover`] | what is ready for an app or account of the police, in its order |
//! | [`fault`] | liability classes and which sets of them fit together |
//! | [`evidence`] | shot list, photo facts, findings |
//! | [`custody`] | RFC 6962 tree of a case's events, signed heads, receipts, bundle, verifier |
//! | [`duty`] | whose car must stop here and now |
//! | [`outbox`] | the queue as data: events in, instructions out |
//! | [`inbox`] | a page of the feed, entry by entry |
//! | [`tus`] | one upload, resumed wherever the server stands |
//! | [`wire`] | what phone and gateway say to each other |
//! | [`assess`] | times and figures recomputed from the log |
//! | [`exchange`] | what two phones tell each other by code |
//! | [`text`] | zh-CN and en for everything a person reads |
//! | [`view`] | what screens show, made in one call |
//! | [`privacy`] | a person's datum that never reaches `Debug` |
//! | [`redact`] | views of a sealed record for those who may not see all of it |
//! | [`claim`] | the notice (快赔) of a party to its own insurer |
//! | [`agreement`] | the printable 自行协商协议书 |
//! | [`edge`] | effects: SQLCipher store, HTTP, encrypted files (feature `edge`) |

pub mod agreement;
pub mod assess;
pub mod canon;
pub mod claim;
pub mod custody;
pub mod duty;
#[cfg(feature = "edge")]
pub mod edge;
pub mod evidence;
pub mod exchange;
pub mod fault;
pub mod form;
pub mod handover;
pub mod id;
pub mod inbox;
pub mod outbox;
pub mod pack;
pub mod place;
pub mod privacy;
pub mod redact;
pub mod text;
pub mod time;
pub mod triage;
pub mod tus;
pub mod validate;
pub mod view;
pub mod wire;
