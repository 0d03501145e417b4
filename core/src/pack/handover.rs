//! Where a case goes on (交管12123, a police account in WeChat): how it is opened, what it asks for in its own order, how
//! it can end there. Neither has a public API, so that nothing here is called by the code; what nobody but a user or
//! somebody else's code says of it is marked in `note`. Not its business: what of a case may be handed over, which
//! [`handover`](crate::handover) says.

use serde::{Deserialize, Serialize};

use super::{BadPack, Pack, check::unique};
use crate::triage::Route;

/// Where a case is handed over to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// In the order of preference.
    pub apps: Vec<HandoverApp>,
}

/// One app or account. One without `steps`, as older packs have it, is named and nothing more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverApp {
    /// `12123`; the text is `handover-12123`.
    pub id: String,
    /// The name it is found under, in its own script.
    pub name: String,
    /// Where what stands here comes from, and how sure it is; for whoever maintains the pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What a phone may try to open it by, in this order; none is found by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Opening>,
    /// For which routes of the triage it is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// By what name `evidence.copies` says how large a photo may be.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub receiver: String,
    /// Fewest photos it goes on with.
    #[serde(default)]
    pub least_photos: u32,
    /// Most photos it takes; none is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_photos: Option<u32>,
    /// What it asks for, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<HandoverStep>,
    /// How it can end there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<HandoverOutcome>,
}

/// One way to open it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// What kind of name it is.
    pub kind: OpeningKind,
    /// The name: `com.tmri.app.main`, `tmri12123://`.
    pub target: String,
}

/// By what an app is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpeningKind {
    /// The name of an Android package.
    AndroidPackage,
    /// The name of a HarmonyOS bundle.
    HarmonyBundle,
    /// An address with the app's own scheme, or one that the app is bound to.
    Url,
}

impl OpeningKind {
    /// The code as it stands in JSON.
    pub fn code(self) -> &'static str {
        match self {
            OpeningKind::AndroidPackage => "android_package",
            OpeningKind::HarmonyBundle => "harmony_bundle",
            OpeningKind::Url => "url",
        }
    }
}

/// One step of its order of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverStep {
    /// `locate`; what to do there is the text `handover-step-locate`.
    pub id: String,
    /// Questions whose answers are wanted there, in its order; those about a party once for each party. One that the
    /// pack does not ask is not on the sheet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Shots that are wanted there, in its order; one that ends in `_a` is of party A.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<String>,
}

/// A way it can end there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverOutcome {
    /// `agreed`; its text is `handover-outcome-agreed`.
    pub id: String,
    /// Whether it cannot be so without a number of the record there.
    pub needs_number: bool,
}

impl Handover {
    /// The app or account of this id, if the pack says how it works.
    pub fn app(&self, id: &str) -> Option<&HandoverApp> {
        self.apps.iter().find(|app| app.id == id && app.works())
    }

    /// What contradicts itself or the rest of the pack.
    pub(super) fn whole(&self, pack: &Pack) -> Result<(), BadPack> {
        unique("handover.apps", self.apps.iter().map(|app| app.id.as_str()))?;
        self.apps.iter().filter(|app| app.works()).try_for_each(|app| app.whole(pack))
    }
}

impl HandoverApp {
    /// Whether the pack says how it works.
    pub fn works(&self) -> bool {
        !self.steps.is_empty()
    }

    fn whole(&self, pack: &Pack) -> Result<(), BadPack> {
        let path = |part: &str| format!("handover.apps.{}.{part}", self.id);
        let bad = |part: &str, problem| Err(BadPack::Contradiction { field: path(part), problem });
        unique(&path("steps"), self.steps.iter().map(|step| step.id.as_str()))?;
        unique(&path("fields"), self.steps.iter().flat_map(|step| &step.fields).map(String::as_str))?;
        unique(&path("photos"), self.steps.iter().flat_map(|step| &step.photos).map(String::as_str))?;
        unique(&path("outcomes"), self.outcomes.iter().map(|outcome| outcome.id.as_str()))?;
        match () {
            () if self.routes.is_empty() => bad("routes", "needs at least one, or it would never be there"),
            () if self.routes.iter().any(|route| *route > Route::MoveThenCall) => {
                bad("routes", "the scene is to be protected: that is for 122, not for an app")
            }
            () if self.outcomes.is_empty() => bad("outcomes", "needs at least one"),
            () if !pack.evidence.copies.iter().any(|limits| limits.receiver == self.receiver) => {
                bad("receiver", "`evidence.copies` does not name it")
            }
            () if self.most_photos.is_some_and(|most| most < self.least_photos) => {
                bad("most_photos", "is less than `least_photos`")
            }
            () => Ok(()),
        }
    }
}
