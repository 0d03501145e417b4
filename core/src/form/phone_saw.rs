//! What the phone itself knew when a photo came in, apart from what the file says: a file can be made, the phone's own
//! words are signed with the case's custody log. Not its business: judging either of them (`evidence`).

use serde::{Deserialize, Serialize};

use crate::{canon::KeyId, place::Point};

/// The phone's own words about a photo; what it does not know is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhoneSaw {
    /// Where it was, with accuracy in metres and whether the system flagged the place as simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Point>,
    /// How it was held: degrees it was turned clockwise from upright as the shutter opened, by its own sensor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_deg: Option<u16>,
    /// Version of the app, as the app gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The device key whose signature will stand under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
}

impl PhoneSaw {
    /// Whether it knew nothing.
    pub fn is_empty(&self) -> bool {
        *self == PhoneSaw::default()
    }
}
