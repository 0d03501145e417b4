//! The rules as a screen shows them: which are in force, and what a case that was begun under others is told.

use crate::{
    form::CaseState,
    pack::{Pack, PackRefused},
    text::{self, Lang},
};

/// The rules in force for cases begun now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesView {
    /// Region of the pack.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// `app` when it came with the app, `association` when it came signed.
    pub source: String,
    /// All this in words.
    pub text: String,
    /// Why the last pack that the feed brought was not taken, in words; none once one is taken.
    pub refused: Option<String>,
}

/// Makes the view.
pub fn rules_view(pack: &Pack, signed: bool, refused: Option<&PackRefused>, lang: Lang) -> RulesView {
    let source = if signed { "association" } else { "app" };
    let values = [("id", pack.id.clone().into()), ("version", pack.version.to_string().into())];
    RulesView {
        id: pack.id.clone(),
        version: pack.version,
        source: source.to_owned(),
        text: text::say(lang, &format!("rules-in-force-{source}"), &values),
        refused: refused.map(|refused| pack_refused(refused, lang)),
    }
}

/// Why a pack was not taken, in words.
pub fn pack_refused(refused: &PackRefused, lang: Lang) -> String {
    let values: Vec<_> = refused.values().into_iter().map(|(name, value)| (name, value.into())).collect();
    text::say(lang, &format!("pack-refused-{}", refused.code()), &values)
}

/// That a case goes on under other rules than it had before, because this phone no longer has those (T32).
pub(super) fn rules_changed(case: &CaseState, pack: &Pack, lang: Lang) -> Option<String> {
    let before = case.packs.iter().rev().find(|version| **version != pack.version)?;
    Some(text::say(lang, "case-rules-changed", &versions(("before", *before), ("now", pack.version))))
}

/// That a case stays under `pack`, though `newest` is in force for cases begun now (T32).
pub fn newer_rules(pack: &Pack, newest: &Pack, lang: Lang) -> Option<String> {
    let newer = newest.version > pack.version;
    newer.then(|| text::say(lang, "rules-newer", &versions(("under", pack.version), ("newest", newest.version))))
}

fn versions(one: (&'static str, u32), other: (&'static str, u32)) -> [(&'static str, text::Value); 2] {
    [one, other].map(|(name, version)| (name, version.to_string().into()))
}
