//! The claim notice (快赔): a party tells its own insurer, from the sealed record, what happened. Start at [`notice`].
//!
//! | file | job |
//! |---|---|
//! | `made` | who may be told what, and the notice itself or the reason why there is none |
//! | `kept` | what the journal keeps of notices, and which of them must not go out any more |
//!
//! Not its business: what the insurer answers ([`ClaimTold`](crate::wire::ClaimTold)), sending, and photos. A notice
//! says neither that a claim is accepted nor who is liable for it: it carries what people signed.

mod kept;
mod made;

pub use kept::Noticed;
pub use made::{Basis, NoNotice, Notice, notice, readiness};
