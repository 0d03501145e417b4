//! Versioned rule data: the code knows no province. A pack is one JSON document; the one for Shandong/Yantai is compiled
//! in. Every derived answer keeps the version of the pack it was made under (invariant 6).
//!
//! Reading one either gives a whole pack or [`BadPack`], which names the field. A newer one is taken only by [`accept`].
//! Not its business: where packs are kept, and the sentences (those are [`text`](crate::text)'s; a pack holds codes).

mod calendar;
mod check;
mod form;
mod handover;
mod limits;
mod schema;
mod score;
mod signed;
mod triage;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

pub use calendar::{Calendar, CalendarYear, Due, working_days};
pub use form::{About, Circumstance, Expects, Insurer, Question, QuestionKind, ShotList, ShotRules, Stage};
pub use handover::{Handover, HandoverApp, HandoverOutcome, HandoverStep, Opening, OpeningKind};
pub use limits::{Caps, ConsentText, Retention};
pub use schema::json_schema;
pub use score::{Scale, ScoreScale, ScoreWeights, Ties};
pub use signed::{Association, PackRefused, SignedPack, accept};
pub use triage::{AdviceRow, FactRow, KindRow, TriageRules};

use crate::{duty::DutyRules, evidence::EvidenceRules, fault::Liability};

/// The layout of packs this code reads.
pub const SCHEMA: u32 = 1;

/// Everything local, regional or changeable that the rules stand on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Name of the pack, one per region.
    pub id: String,
    /// Counts up; a higher one replaces a lower one.
    pub version: u32,
    /// Layout of this document, [`SCHEMA`].
    pub schema: u32,
    /// Facts to routes and advice.
    pub triage: TriageRules,
    /// Everything that is asked, in order, stage by stage.
    pub questions: Vec<Question>,
    /// What is photographed.
    pub shots: ShotRules,
    /// What the forms call the ways it can happen.
    pub circumstances: Vec<Circumstance>,
    /// Liability sets that fit together for two parties, in either order.
    pub liability_sets: Vec<[Liability; 2]>,
    /// Insurers a party can choose from.
    pub insurers: Vec<Insurer>,
    /// When a photo gets a finding.
    pub evidence: EvidenceRules,
    /// When a survey car is warned.
    pub duty: DutyRules,
    /// Kinds of urgent task (重大紧急任务) that excuse from stopping.
    pub urgent_kinds: Vec<String>,
    /// Where a case is handed over to.
    #[serde(default)]
    pub handover: Handover,
    /// Which days are working days; a year that is not in it is not known.
    pub calendar: Calendar,
    /// Up to which amounts a way is open.
    pub caps: Caps,
    /// How long the phone keeps what it no longer needs.
    pub retention: Retention,
    /// The version of each consent text that is asked for now.
    pub consents: Vec<ConsentText>,
    /// How much each figure counts in a scorecard.
    pub score: ScoreWeights,
    /// Whether a sealed record gets an SM3 digest (GB/T 32905) beside its SHA-256, which stays what is signed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sm3: bool,
}

/// Why a document is not a pack.
#[derive(Debug, thiserror::Error)]
pub enum BadPack {
    /// The JSON is broken, a field is missing, unknown or of the wrong type.
    #[error("{field}: {source}")]
    Unreadable {
        /// Path of the field, `.` for the document itself.
        field: String,
        /// What the reader says, with line and column.
        source: serde_json::Error,
    },
    /// A newer or older layout than this code reads.
    #[error("schema: this app reads packs of schema {SCHEMA}, this one has schema {0}")]
    Schema(u32),
    /// The document reads, but a field says something that cannot be.
    #[error("{field}: {problem}")]
    Contradiction {
        /// Path of the field.
        field: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Pack {
    /// Reads a pack document.
    pub fn from_json(text: &str) -> Result<Pack, BadPack> {
        // The layout number first: a pack of another schema should say so, not complain about a field.
        #[derive(Deserialize)]
        struct Layout {
            schema: u32,
        }
        let layout: Layout = read(text)?;
        if layout.schema != SCHEMA {
            return Err(BadPack::Schema(layout.schema));
        }
        let pack: Pack = read(text)?;
        check::whole(&pack)?;
        Ok(pack)
    }

    /// The pack compiled in.
    pub fn builtin() -> &'static Pack {
        static PACK: OnceLock<Pack> = OnceLock::new();
        PACK.get_or_init(|| match Pack::from_json(include_str!("../../packs/shandong-yantai.json")) {
            Ok(pack) => pack,
            // A test reads the same bytes, so a build that passed its tests never gets here.
            Err(error) => unreachable!("the compiled-in pack does not read: {error}"),
        })
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The circumstance with this id.
    pub fn circumstance(&self, id: &str) -> Option<&Circumstance> {
        self.circumstances.iter().find(|circumstance| circumstance.id == id)
    }
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, BadPack> {
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| BadPack::Unreadable { field: error.path().to_string(), source: error.into_inner() })
}
