//! The chain of custody of a case: what happened, in an order that nobody can rewrite later without being caught.
//!
//! Each device keeps one append-only log a case. An event becomes a [`Leaf`], the leaves a [`Tree`] (RFC 6962), and
//! at each sealing or statement the tree's state becomes a [`Head`] that the device key signs. Who holds a signed
//! head can prove of any leaf that it was there ([`Inclusion`]), and of any later head that nothing before it was
//! changed ([`Consistency`]). [`stamp`] is what somebody outside says about the time of a head. [`bundle`] is the whole case as one file that a stranger can check.
//!
//! Not its business: what the events mean, where the leaves are stored, who holds the key.

pub mod bundle;
mod head;
mod leaf;
mod proof;
pub mod stamp;
mod tree;

pub use head::{BadHead, Head, SignedHead};
pub use leaf::{Leaf, Salt, leaf_hash};
pub use proof::{BadProof, Consistency, Inclusion};
pub use tree::Tree;
