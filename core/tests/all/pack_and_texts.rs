//! The compiled-in pack holds together, and everything it can make a screen show has words in both languages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use jingbao_core::{
    duty::Reason,
    evidence::FindingCode,
    fault::Liability,
    pack::{Pack, Stage},
    text::{Lang, has},
    triage::{Fact, Parties, Route},
    validate::Kind,
};

/// Key → placeholders, of every file of a language.
fn catalogue(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts").join(lang.tag());
    let mut keys = BTreeMap::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let resource = fluent_syntax::parser::parse(fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|(_, errors)| panic!("{path:?}: {errors:?}"));
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                let name = message.id.name;
                let pattern = message.value.unwrap_or_else(|| panic!("{path:?}: `{name}` is empty"));
                let placeholders = placeholders(&pattern);
                assert!(keys.insert(name.clone(), placeholders).is_none(), "{path:?}: `{name}` is there twice");
            }
        }
    }
    keys
}

fn placeholders(pattern: &Pattern<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            match expression {
                Expression::Inline(inline) => variable(inline, &mut found),
                Expression::Select { selector, variants } => {
                    variable(selector, &mut found);
                    for variant in variants {
                        found.extend(placeholders(&variant.value));
                    }
                }
            }
        }
    }
    found
}

fn variable(inline: &InlineExpression<String>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.clone());
        }
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inner) = expression.as_ref() {
                variable(inner, found);
            }
        }
        _ => {}
    }
}

fn in_both(code: &str) {
    for lang in Lang::ALL {
        assert!(has(lang, code), "no text for `{code}` in {}", lang.tag());
    }
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_placeholders() {
    let (zh, en) = (catalogue(Lang::Zh), catalogue(Lang::En));
    for (key, wanted) in &zh {
        assert_eq!(en.get(key), Some(wanted), "`{key}` differs between the languages");
    }
    assert_eq!(zh.len(), en.len(), "en has keys that zh-CN lacks");
}

#[test]
fn every_file_on_disk_is_compiled_in() {
    for lang in Lang::ALL {
        for key in catalogue(lang).keys() {
            assert!(has(lang, key), "`{key}` is on disk but not in the list of topics");
        }
    }
}

#[test]
fn whatever_the_pack_can_show_has_words_in_both_languages() {
    let pack = Pack::builtin();
    for question in &pack.questions {
        in_both(&format!("question-{}", question.id));
        in_both(&format!("stage-{}", serde_json::to_value(question.stage).unwrap().as_str().unwrap()));
        for choice in &question.choices {
            in_both(&format!("choice-{}-{choice}", question.id));
        }
    }
    for list in &pack.shots.lists {
        in_both(&format!("shots-{}", list.id));
        list.slots.iter().for_each(|slot| in_both(&format!("shot-{slot}")));
    }
    pack.shots.after_clear.iter().for_each(|slot| in_both(&format!("shot-{slot}")));
    pack.circumstances.iter().for_each(|row| in_both(&format!("circumstance-{}", row.id)));
    pack.insurers.iter().for_each(|row| in_both(&format!("insurer-{}", row.id)));
    for app in &pack.handover.apps {
        in_both(&format!("handover-{}", app.id));
        app.steps.iter().for_each(|step| in_both(&format!("handover-step-{}", step.id)));
        app.outcomes.iter().for_each(|outcome| in_both(&format!("handover-outcome-{}", outcome.id)));
    }
    pack.urgent_kinds.iter().for_each(|kind| in_both(&format!("urgent-{kind}")));
    Liability::ALL.iter().for_each(|class| in_both(&format!("liability-{}", class.code())));
}

#[test]
fn whatever_triage_can_say_has_words_in_both_languages() {
    let rules = &Pack::builtin().triage;
    Fact::ALL.iter().for_each(|fact| in_both(&format!("fact-{}", fact.code())));
    Parties::ALL
        .iter()
        .filter(|kind| **kind != Parties::Unknown)
        .for_each(|kind| in_both(&format!("fact-{}", kind.code())));
    in_both("fact-road");
    in_both("fact-parties");
    Route::ALL.iter().for_each(|route| in_both(&format!("route-{}", route.code())));
    rules.advice.iter().for_each(|row| in_both(&format!("triage-advice-{}", row.code)));
    let cites = rules.facts.iter().flat_map(|row| &row.cites).chain(rules.kinds.iter().flat_map(|row| &row.cites));
    cites.for_each(|cite| in_both(&format!("cite-{cite}")));
}

#[test]
fn nothing_but_safety_and_triage_is_asked_before_the_road_is_clear() {
    for question in &Pack::builtin().questions {
        assert_eq!(question.stage < Stage::Form, question.id.starts_with("fact."), "{}", question.id);
    }
}

#[test]
fn the_questions_fill_every_item_of_article_21() {
    let filled: BTreeSet<&str> =
        Pack::builtin().questions.iter().filter(|q| q.required).filter_map(|q| q.art21.as_deref()).collect();
    for item in [
        "time",
        "place",
        "weather",
        "name",
        "licence_or_id",
        "contact",
        "vehicle_kind",
        "plate",
        "insurer",
        "insurance_certificate",
        "accident_form",
        "impact",
        "liability",
    ] {
        assert!(filled.contains(item), "Art. 21: nothing asks for {item}");
    }
}

#[test]
fn a_bad_pack_says_which_field_is_wrong() {
    let good: serde_json::Value = serde_json::from_str(include_str!("../../packs/shandong-yantai.json")).unwrap();
    let broken = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut pack = good.clone();
        change(&mut pack);
        Pack::from_json(&pack.to_string()).unwrap_err().to_string()
    };
    assert!(broken(&|p| p["colour"] = "red".into()).contains("colour"));
    assert!(broken(&|p| p["duty"]["leave_ms"] = "ten".into()).contains("duty.leave_ms"));
    assert!(broken(&|p| p["duty"]["leave_factor"] = 0.5.into()).contains("duty.leave_factor"));
    assert!(broken(&|p| p["schema"] = 2.into()).contains("schema"));
    assert!(broken(&|p| p["triage"]["facts"].as_array_mut().unwrap().truncate(3)).contains("triage.facts."));
    assert!(broken(&|p| p["questions"][0]["stage"] = "form".into()).contains("questions.fact."));
    assert!(broken(&|p| p["questions"][20]["stage"] = "screen".into()).contains("questions."));
    assert!(Pack::from_json("{").is_err() && Pack::from_json("").is_err());
}

#[test]
fn whatever_fault_and_the_validators_can_say_has_words_in_both_languages() {
    for code in ["valid", "suspicious", "invalid"] {
        in_both(&format!("validate-{code}"));
    }
    Kind::ALL.iter().for_each(|kind| in_both(&format!("kind-{}", kind.code())));
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (prefix, file) in [
        ("fault", "fault/consistent.rs"),
        ("reason", "validate/mod.rs"),
        ("reason", "validate/plain.rs"),
        ("reason", "validate/plate.rs"),
        ("reason", "validate/resident.rs"),
        ("reason", "validate/uscc.rs"),
        ("reason", "validate/vin.rs"),
    ] {
        let source = fs::read_to_string(src.join(file)).unwrap();
        let source = source.split("mod tests").next().unwrap();
        let marks = ["invalid(\"", "Some(\"", "Verdict::Invalid, \"", "Verdict::Suspicious, \""];
        let codes = marks.iter().flat_map(|mark| source.split(mark).skip(1)).filter_map(|rest| rest.split('"').next());
        let codes: BTreeSet<&str> = codes.collect();
        assert!(!codes.is_empty(), "{file} has no reason: did its form change?");
        for code in codes {
            let class = Lang::ALL.iter().all(|lang| has(*lang, &format!("class-{code}")));
            let reason = Lang::ALL.iter().all(|lang| has(*lang, &format!("{prefix}-{code}")));
            assert!(class || reason, "{file}: no text for `{code}`");
        }
    }
}

/// Every word in the workspace's sources and packs, as it stands in keys.
fn words_of_the_sources() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<_> =
        ["core/src", "core/packs", "bindings/src", "gateway/src", "tests/src"].map(|f| root.join(f)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "json") {
                let source = fs::read_to_string(&path).unwrap();
                let own = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
                let found = own.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')));
                words.extend(found.flat_map(|word| [word.replace('.', "-"), snake(word)]));
            }
        }
    }
    words
}

/// A variant's name as serde writes it.
fn snake(word: &str) -> String {
    word.char_indices().fold(String::new(), |mut name, (place, c)| {
        if c.is_ascii_uppercase() && place > 0 {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
        name
    })
}

/// What is looked up by a code: the family, a dash, the code, which the pack or the sources say. `handover` and `stage`
/// are the pack's own words, which it owes a text whether or not a screen here shows them.
const FAMILIES: [&str; 67] = [
    "accord",
    "agreement-time",
    "assess",
    "circumstance",
    "cite",
    "claim",
    "claim-none",
    "claim-reason",
    "class",
    "custody-break",
    "duty",
    "duty-reason",
    "error",
    "fact",
    "factor",
    "fault",
    "finding",
    "flag",
    "handover",
    "handover-outcome",
    "handover-state",
    "handover-step",
    "handover-why",
    "inspect",
    "insurer",
    "kind",
    "later",
    "left-out",
    "liability",
    "pack-refused",
    "means",
    "no-photo",
    "parked",
    "problem",
    "question",
    "reason",
    "receiver",
    "recheck",
    "refused",
    "replay",
    "report",
    "report-figure",
    "report-kind",
    "report-queue",
    "report-state",
    "report-verdict",
    "report-who",
    "response",
    "returned",
    "route",
    "revocations-refused",
    "rules-in-force",
    "sample",
    "seen",
    "seen-word",
    "shot",
    "shots",
    "skip",
    "stage",
    "step",
    "story",
    "story-who",
    "took",
    "triage-advice",
    "urgent",
    "validate",
    "verdict",
];

/// A key is used when the sources say it whole, when they say the code of its family, or when it is a choice of one
/// of the pack's questions.
fn is_used(key: &str, words: &BTreeSet<String>) -> bool {
    let says = |part: &str| words.contains(part) || words.contains(&part.replace('-', "_"));
    if let Some(choice) = key.strip_prefix("choice-") {
        let of = |id: &str| choice.strip_prefix(&id.replace('.', "-")).and_then(|rest| rest.strip_prefix('-'));
        return says(choice) || Pack::builtin().questions.iter().filter_map(|q| of(&q.id)).any(says);
    }
    if let Some((receiver, _version)) = key.strip_prefix("consent-").and_then(|text| text.rsplit_once('-')) {
        return Pack::builtin().consents.iter().any(|consent| consent.receiver == receiver);
    }
    let code = |family: &&str| key.strip_prefix(*family).and_then(|rest| rest.strip_prefix('-'));
    words.contains(key) || FAMILIES.iter().filter_map(code).any(says)
}

#[test]
fn no_text_is_unused() {
    let words = words_of_the_sources();
    let choices = include_str!("../../texts/zh-CN/choices.ftl");
    // The choices of all the yes-or-no questions are made of three texts.
    let is_part = |key: &String| choices.contains(&format!("{{ {key} }}"));
    let unused: Vec<_> = catalogue(Lang::Zh).into_keys().filter(|key| !is_used(key, &words) && !is_part(key)).collect();
    assert!(unused.is_empty(), "nothing shows {unused:#?}");
}

#[test]
fn a_text_that_nothing_shows_would_be_noticed() {
    let words = words_of_the_sources();
    for key in ["error-nobody_says_this", "choice-party-plate-golden", "nobodys-text", "finding-sunny_side"] {
        assert!(!is_used(key, &words), "{key}");
    }
    for key in ["choice-party-plate-none", "finding-no_gps", "agreement-title", "question-party-plate"] {
        assert!(is_used(key, &words), "{key}");
    }
}

#[test]
fn every_finding_and_every_duty_reason_has_words_in_both_languages() {
    FindingCode::ALL.iter().for_each(|code| in_both(&format!("finding-{}", code.as_str())));
    Reason::ALL.iter().for_each(|reason| in_both(&format!("duty-reason-{}", reason.as_str())));
}
