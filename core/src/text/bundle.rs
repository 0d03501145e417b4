//! The catalogues parsed once, and one message formatted. Embedded files are correct by test; at run time a broken
//! message is simply one that is not there.

use std::sync::OnceLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use super::{Lang, Value, catalogue};

type Bundle = FluentBundle<FluentResource>;

fn bundle(lang: Lang) -> &'static Bundle {
    static ZH: OnceLock<Bundle> = OnceLock::new();
    static EN: OnceLock<Bundle> = OnceLock::new();
    match lang {
        Lang::Zh => ZH.get_or_init(|| load(lang)),
        Lang::En => EN.get_or_init(|| load(lang)),
    }
}

fn load(lang: Lang) -> Bundle {
    let locale: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // Isolation marks would end up in agreements, in copied text and in tests.
    bundle.set_use_isolating(false);
    for (_, content) in catalogue::files(lang) {
        let resource = match FluentResource::try_new((*content).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        // The first message of a name stays; a test forbids a second one.
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// The message of this key, if the language has it.
pub(super) fn format(lang: Lang, key: &str, args: &[(&str, Value)]) -> Option<String> {
    let bundle = bundle(lang);
    let pattern = bundle.get_message(key)?.value()?;
    let args: FluentArgs<'_> = args
        .iter()
        .map(|(name, value)| {
            let value: FluentValue<'_> = match value {
                Value::Text(text) => text.as_str().into(),
                Value::Number(number) => (*number).into(),
            };
            (*name, value)
        })
        .collect();
    Some(bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
}

/// Whether the language has a message of this key.
pub(super) fn has(lang: Lang, key: &str) -> bool {
    bundle(lang).get_message(key).is_some_and(|message| message.value().is_some())
}
