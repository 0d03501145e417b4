//! What two phones tell each other by code, without any network. Nothing here reads a clock or makes a key: time,
//! randomness and signatures come in.
//!
//! | file | holds |
//! |---|---|
//! | `code` | `JB1:`, the codes of a case: invitation, draft, statement |
//! | `party`, `words` | `JB2:`, a party's own columns in one picture |
//! | `picture` | any code as a QR code |
//! | `packing` | how a credential's bytes become a text, and back, in one way only |
//! | `cose` | COSE_Sign1 with ES256, written and read in one way only |
//! | `credential` | `JBC1:`, the specialist's credential (持证) |
//! | `revocation` | the association's list of what it has taken back |
//! | `judging` | what a credential was worth at a time |
//! | `living` | `JBL1:`, the credential on its owner's screen, bound to now |
//! | `glance` | one answer to whatever stands on the other screen |
//! | `challenge` | `JBN1:`, for two phones whose clocks differ |
//! | `face` | the thumbnail of a face that fits a code |

mod challenge;
mod code;
mod cose;
mod credential;
mod face;
mod glance;
mod judging;
mod living;
mod packing;
mod party;
mod picture;
mod revocation;
mod words;

pub use challenge::Challenge;
pub use code::{BadCode, Code, decode, encode, genuine, proof};
pub use cose::Unsigned;
pub use credential::{Claims, Credential, CredentialFile, FaultyClaims};
pub use face::{BadFace, LARGEST_FACE, thumbnail};
pub use glance::{Answer, Glance, glance};
pub use judging::{Checking, Judged, Standing, judge};
pub use living::{Answered, LIVE_MS, Living, Newness, SLOT_MS};
pub use party::{LONGEST_PARTY, fits as party_fits, write as encode_party};
pub use picture::Picture;
pub use revocation::{Revocation, RevocationList, RevocationsRefused, SignedRevocations};
