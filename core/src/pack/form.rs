//! What is asked and photographed, and what there is to choose from.

use serde::{Deserialize, Serialize};

/// When something is asked; before [`Stage::Form`] nothing but safety, triage and photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Is anybody hurt, may they leave?
    Screen,
    /// Photos.
    Evidence,
    /// Off the road.
    Clear,
    /// Certificates, time, place, weather, damage.
    Form,
    /// Who bears what.
    Agree,
    /// Signatures.
    Sign,
}

/// Whom a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The accident; asked once.
    Scene,
    /// One party; asked of each.
    Party,
}

/// What an answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Yes, no, unknown.
    Fact,
    /// One of the choices.
    Choice,
    /// Free text.
    Text,
    /// A person's name.
    Name,
    /// A vehicle's plate.
    Plate,
    /// Resident ID, which is also the licence number.
    ResidentId,
    /// Mobile number.
    Phone,
    /// Vehicle identification number.
    Vin,
    /// One of the pack's insurers.
    Insurer,
    /// Policy, report or certificate number.
    Number,
    /// Point of impact as a clock position, 12 is the front.
    ImpactClock,
    /// One of the pack's circumstances.
    Circumstance,
    /// A liability class.
    Liability,
    /// Money in fen.
    Fen,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// `scene.weather`; its text is `question-scene-weather`.
    pub id: String,
    /// When it is asked.
    pub stage: Stage,
    /// Whom it is about.
    pub about: About,
    /// What an answer looks like.
    pub kind: QuestionKind,
    /// Whether the form is incomplete without it.
    pub required: bool,
    /// Codes to choose from. For kinds with a form of their own (plate, name, …) these are the answers allowed instead
    /// of it: `none`, `unreadable`, `refused`, `unknown`. Their texts are `choice-scene-weather-rain`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Which item of Art. 21 it fills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub art21: Option<String>,
    /// Which choices of `party.kind` it is asked of; empty is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
}

/// What is photographed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShotRules {
    /// By type of accident; the first is used while the type is not known.
    pub lists: Vec<ShotList>,
    /// Slots asked for only after the road is clear: documents and details.
    pub after_clear: Vec<String>,
}

/// The shots for one type of accident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShotList {
    /// `rear_end`; its text is `shots-rear_end`.
    pub id: String,
    /// In the order they are asked; texts are `shot-contact_close`.
    pub slots: Vec<String>,
    /// Those that unlock *clear now*.
    pub minimum: Vec<String>,
}

impl ShotRules {
    /// The list for this type, or the general one.
    pub fn list(&self, id: &str) -> Option<&ShotList> {
        self.lists.iter().find(|list| list.id == id).or(self.lists.first())
    }
}

/// What the liabilities of a circumstance must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expects {
    /// One party bears all.
    OneFull,
    /// One party bears all or most.
    Blamed,
    /// Those at fault bear the same.
    Equal,
    /// Nobody is at fault: 交通意外.
    Nobody,
}

/// A way it can happen, as the forms list it (domain: weak sources, therefore pack data).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Circumstance {
    /// `rear_end`; its text is `circumstance-rear_end`.
    pub id: String,
    /// Which liabilities fit it.
    pub expects: Expects,
}

/// An insurer of motor vehicles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Insurer {
    /// `picc`; its short name is the text `insurer-picc`.
    pub id: String,
    /// Registered name.
    pub name: String,
}
