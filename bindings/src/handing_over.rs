//! Handing a case over to 12123 or a police account, by hand: what lies ready, and what a person says was done with it.

use std::path::Path;

use jingbao_core::{
    edge,
    view::{CaseView, HandoverView},
};

use crate::{
    error::FieldError,
    field::{Field, case_id},
};

type Taken<T> = Result<T, FieldError>;

/// What lies ready to be handed over.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HandoverReady {
    /// SHA-256 of the sheet, as the custody log has it, lower-case hex.
    pub sheet_sha256: String,
    /// The copies of the photos, in the order in which they are wanted.
    pub copies: Vec<HandoverCopy>,
    /// Photos of which this phone cannot make a copy (HEIC): hand them on from its own gallery.
    pub by_gallery: Vec<String>,
    /// The case.
    pub view: CaseView,
}

/// A copy that lies ready.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HandoverCopy {
    /// Of which photo.
    pub photo: String,
    /// The shot.
    pub slot: String,
    /// The file.
    pub path: String,
    /// SHA-256 of the copy, lower-case hex.
    pub sha256: String,
}

impl From<edge::CopyReady> for HandoverCopy {
    fn from(copy: edge::CopyReady) -> Self {
        HandoverCopy {
            photo: copy.photo.to_string(),
            slot: copy.slot,
            path: copy.path.display().to_string(),
            sha256: copy.sha256.to_string(),
        }
    }
}

#[uniffi::export]
impl Field {
    /// What is ready for an app or account of the rules (`12123`, `yantai_wechat`), in its own order, to be copied by hand.
    /// `can_open` are those targets of its `ways` that the phone says it can open; ask with none first. Nothing changes.
    pub fn handover(&self, case_id: String, app: String, can_open: Vec<String>) -> Taken<HandoverView> {
        self.told(self::case_id(&case_id).and_then(|case| self.engine.handover(case, &app, &can_open)))
    }

    /// Writes a copy of each photo into a folder, numbered in the app's order, and records what lies ready.
    pub fn prepare_handover(&self, case_id: String, app: String, folder: String) -> Taken<HandoverReady> {
        self.told(self::case_id(&case_id).and_then(|case| {
            let ready = self.engine.prepare_handover(case, &app, Path::new(&folder))?;
            Ok(HandoverReady {
                sheet_sha256: ready.sheet.to_string(),
                copies: ready.copies.into_iter().map(HandoverCopy::from).collect(),
                by_gallery: ready.by_gallery.iter().map(ToString::to_string).collect(),
                view: self.engine.case(case)?,
            })
        }))
    }

    /// Records that somebody filled in there what was prepared.
    pub fn hand_over(&self, case_id: String, app: String) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.hand_over(case, &app)?;
            self.engine.case(case)
        }))
    }

    /// Records the number it has there, typed or `scanned`; a later one corrects an earlier one.
    pub fn handover_number(&self, case_id: String, app: String, number: String, scanned: bool) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.handover_number(case, &app, &number, scanned)?;
            self.engine.case(case)
        }))
    }

    /// Records how it ended there, one of the view's `outcomes`; a later one corrects an earlier one.
    pub fn handover_outcome(
        &self,
        case_id: String,
        app: String,
        outcome: String,
        note: Option<String>,
    ) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.handover_outcome(case, &app, &outcome, note.as_deref())?;
            self.engine.case(case)
        }))
    }
}
