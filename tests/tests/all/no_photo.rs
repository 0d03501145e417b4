//! Where no photo is possible: a voice note, words, or marks on the road stand for it, with a reason (Art. 19).

use jingbao::records::PhotoInput;

use crate::{
    delivery::{deliver, road},
    fixture::{add_photo, answer_all, picture, sight, sign_all, verify},
    misuse::{Kind, LANGS, in_language, says},
};

/// A tenth of a second of silence as a phone records it.
fn wav(seed: u8) -> Vec<u8> {
    let samples = vec![seed; 1_600];
    let length = (samples.len() as u32).to_le_bytes();
    let format = [16, 0, 0, 0, 1, 0, 1, 0, 0x80, 0x3e, 0, 0, 0x80, 0x3e, 0, 0, 1, 0, 8, 0];
    let riff = (36 + samples.len() as u32).to_le_bytes();
    [b"RIFF".as_slice(), &riff, b"WAVEfmt ", &format, b"data", &length, &samples].concat()
}

fn voice(bytes: Vec<u8>) -> PhotoInput {
    PhotoInput::Bytes { bytes }
}

#[test]
fn where_no_photo_is_possible_a_voice_note_words_or_marks_with_a_reason_clear_the_road_too() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    add_photo(&field, &case, "scene_front", picture(1, 4_000));
    let put = |means: &str, slot: &str, words: &str| {
        field.substitute(case.clone(), slot.into(), means.into(), "too_dark".into(), words.into())
    };
    let view = put("marking", "scene_rear", "粉笔标画了四个车轮的位置").expect("taken");
    let taken = |view: &jingbao::views::CaseView| view.shots.iter().filter(|s| s.needed && s.taken).count();
    assert_eq!(taken(&view), 2);
    let note = field.add_voice(case.clone(), "contact_close".into(), "camera_broken".into(), voice(wav(7)), None);
    let note = note.expect("taken");
    assert!(note.findings.is_empty(), "a sound is not judged as a photo: {:?}", note.findings);
    let view = answer_all(&field, &case);
    assert!(view.cleared, "the shots are answered for");
    let shown: Vec<_> =
        view.shots.iter().filter_map(|shot| Some((shot.slot.as_str(), shot.instead.clone()?))).collect();
    assert_eq!(shown.iter().map(|(slot, _)| *slot).collect::<Vec<_>>(), ["scene_rear", "contact_close"]);
    assert!(
        shown[0].1.contains("标画位置") && shown[1].1.contains("录音") && shown[1].1.contains("相机坏了"),
        "{shown:?}"
    );
    assert_eq!(view.photos.iter().filter(|photo| photo.instead.is_some()).count(), 1);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    deliver(&field);
    let page = field.agreement(case.clone()).expect("made").expect("sealed");
    for told in ["标画位置", "粉笔标画了四个车轮的位置", "录音"] {
        assert!(page.contains(told), "the agreement says {told}");
    }
    let path = road.folder.path().join("bundle.zip");
    field.export(case.clone(), path.display().to_string()).expect("exported");
    assert_eq!(verify(&path)["whole"], true);
    let mut bag = zip::ZipArchive::new(std::fs::File::open(&path).expect("a bundle")).expect("a zip");
    let name = bag.file_names().find(|name| name.ends_with(&format!("{}.wav", note.sha256))).map(str::to_owned);
    let mut kept = Vec::new();
    std::io::Read::read_to_end(&mut bag.by_name(&name.expect("the note")).expect("a file"), &mut kept).expect("reads");
    assert_eq!(kept, wav(7), "the original, byte for byte");
    // It is evidence of the same kind: delivered, it is erased like a photo.
    assert_eq!(field.erase_case(case.clone()).expect("erased"), 2);
    // What stands for a photo is part of what was sealed.
    assert_eq!(field.case(case.clone()).expect("a view").step, "sealed");
    let view = put("words", "plate_a", "号牌被泥遮住").expect("taken");
    assert_ne!(view.step, "sealed", "said after the seal, it wants another revision");
}

#[test]
fn what_stands_for_no_photo_is_refused_with_a_sentence() {
    for lang in LANGS {
        let mut road = road();
        road.phone.lang = lang.to_owned();
        let field = road.phone.open().expect("opens");
        let case = sight(&field, false);
        let put = |slot: &str, means: &str, why: &str, words: &str| {
            field.substitute(case.clone(), slot.into(), means.into(), why.into(), words.into())
        };
        says(put("nowhere", "words", "too_dark", "x"), Kind::Refused, "error-substitute-slot", lang);
        says(put("scene_rear", "words", "because", "x"), Kind::Refused, "error-substitute-reason", lang);
        says(put("scene_rear", "words", "too_dark", " "), Kind::Refused, "error-substitute-words", lang);
        says(put("scene_rear", "voice", "too_dark", "x"), Kind::Refused, "error-substitute-words", lang);
        says(put("scene_rear", "dance", "too_dark", "x"), Kind::Refused, "error-bad-id", lang);
        let sound =
            |slot: &str, why: &str, bytes| field.add_voice(case.clone(), slot.into(), why.into(), voice(bytes), None);
        says(sound("scene_rear", "too_dark", picture(1, 3_000)), Kind::Refused, "error-not-a-voice", lang);
        says(sound("scene_rear", "too_dark", vec![]), Kind::Refused, "error-empty-photo", lang);
        says(sound("scene_rear", "because", wav(1)), Kind::Refused, "error-substitute-reason", lang);
        says(sound("nowhere", "too_dark", wav(1)), Kind::Refused, "error-substitute-slot", lang);
        let view = put("scene_rear", "words", "not_allowed", "two cars").expect("taken");
        in_language(view.shots[1].instead.as_ref().expect("said"), lang);
        let files = std::fs::read_dir(road.phone.store().join("photos")).expect("a vault").count();
        assert_eq!((files, view.photos.len()), (0, 0), "nothing that was refused stays");
    }
}
