//! `verify` at a desk: exit codes and sentences in both languages.

use std::io::Cursor;

use jingbao_core::custody::{
    Leaf, Salt,
    bundle::{BundleKey, Draft, KeyRole},
};
use jingbao_gateway::{
    desk::{Exit, verify},
    store::Role,
    texts::Lang,
};

use crate::fixture::{Phone, case};

fn said(path: &std::path::Path, trust: Option<&std::path::Path>, json: bool, lang: Lang) -> (Exit, String) {
    let mut out = Vec::new();
    let args = verify::VerifyArgs { bundle: path, trust, identity: None, tsa: None, json, lang };
    let exit = verify::run(&args, &mut out).expect("written");
    (exit, String::from_utf8(out).expect("text"))
}

#[test]
fn whole_broken_untrusted_and_no_bundle_each_have_their_exit_code_and_sentence() {
    let folder = tempfile::tempdir().expect("folder");
    let at = |name: &str| folder.path().join(name);
    let phone = Phone::enrol(folder.path(), 7, Role::Specialist);
    let mut draft = Draft::new(case(1), phone.id);
    draft.agreement("<p>协议书</p>");
    let (kid, device) = (phone.public.id(), Some(phone.id));
    draft.key(BundleKey { kid, role: KeyRole::Device, device, key: phone.public.clone() });
    let contents = draft.contents().expect("canonical").sha256().expect("canonical");
    let event = serde_json::json!({"kind": "exported", "contents": contents});
    let leaf = Leaf { case: case(1), device: phone.id, seq: 0, salt: Salt([1; 16]), event };
    let closing = phone.head_over(case(1), leaf.hash().expect("canonical"));
    let writer = draft.close(Cursor::new(Vec::new()), std::iter::once(leaf), &closing).expect("written");
    let whole = writer.finish().expect("written").into_inner();
    let mut broken = whole.clone();
    let spot = whole.windows(3).position(|three| three == b"<p>").expect("the agreement");
    broken[spot + 1] = b'q';
    std::fs::write(at("whole.zip"), whole).expect("written");
    std::fs::write(at("broken.zip"), broken).expect("written");
    std::fs::write(at("none.zip"), b"hello").expect("written");
    std::fs::write(at("trust.json"), br#"{"keys":[]}"#).expect("written");

    let (exit, text) = said(&at("whole.zip"), None, false, Lang::Zh);
    assert!(exit == Exit::Good && text.contains("完整，签名者未知"), "{text}");
    let (exit, text) = said(&at("whole.zip"), Some(&at("trust.json")), false, Lang::En);
    assert!(exit == Exit::Bad && text.contains("not trusted"), "{text}");
    let (exit, text) = said(&at("broken.zip"), None, false, Lang::En);
    assert!(exit == Exit::Bad && text.contains("data/agreement.html"), "{text}");
    let (exit, text) = said(&at("broken.zip"), None, true, Lang::En);
    let report: serde_json::Value = serde_json::from_str(&text).expect("json");
    assert_eq!((exit, &report["first_break"]["code"]), (Exit::Bad, &"changed".into()));
    for name in ["none.zip", "missing.zip"] {
        assert_eq!(said(&at(name), None, false, Lang::Zh).0, Exit::Unable);
    }
    assert_eq!(said(&at("whole.zip"), Some(&at("none.zip")), false, Lang::Zh).0, Exit::Unable);
}
