//! The Fluent files, one topic a file, embedded. To add a topic: two files of that name and one line here.

use super::Lang;

macro_rules! topics {
    ($($topic:literal)*) => {
        const ZH: &[(&str, &str)] = &[$(($topic, include_str!(concat!("../../texts/zh-CN/", $topic, ".ftl"))),)*];
        const EN: &[(&str, &str)] = &[$(($topic, include_str!(concat!("../../texts/en/", $topic, ".ftl"))),)*];
    };
}

topics! {
    "agreement"
    "assess"
    "choices"
    "claim"
    "credential"
    "custody"
    "desk"
    "duty"
    "errors"
    "evidence"
    "fault"
    "gateway"
    "handover"
    "insurers"
    "pack"
    "questions"
    "queue"
    "report"
    "shots"
    "story"
    "triage"
    "validate"
}

/// Topic and content of every file of a language.
pub(super) fn files(lang: Lang) -> &'static [(&'static str, &'static str)] {
    match lang {
        Lang::Zh => ZH,
        Lang::En => EN,
    }
}
