//! An upload against a server made of memory that cuts, lies, loses and locks. Whatever it does, the upload ends with the
//! file's very bytes there, or says why not; and a server that behaves from some moment on gets the whole file.

use std::collections::BTreeMap;

use jingbao_core::tus::{Ask, Budget, Said, Stop, Upload};
use proptest::prelude::*;

/// What goes wrong with one question.
#[derive(Clone, Debug)]
enum Mischief {
    /// Nothing.
    None,
    /// Nobody is reached.
    Unreachable,
    /// Cut on the way there; so many of the bytes had come, and the server keeps them or not.
    Cut { came: u64, kept: bool },
    /// Done, but the answer is lost.
    AnswerLost,
    /// Somebody else holds it.
    Locked,
    /// The upload is gone: 404, or 410.
    Lost { gone: bool },
    /// The last bytes are gone from the disk.
    RolledBack { bytes: u64 },
    /// Another offset is said than the true one.
    Lie { offset: u64 },
    /// No offset is said.
    Silent,
    /// This status, without doing anything.
    Status(u16),
    /// A web page, or a wish to wait.
    Beyond,
}

fn mischief() -> impl Strategy<Value = Mischief> {
    prop_oneof![
        6 => Just(Mischief::None),
        1 => Just(Mischief::Unreachable),
        4 => (0_u64..60, any::<bool>()).prop_map(|(came, kept)| Mischief::Cut { came, kept }),
        2 => Just(Mischief::AnswerLost),
        2 => Just(Mischief::Locked),
        1 => any::<bool>().prop_map(|gone| Mischief::Lost { gone }),
        1 => (0_u64..60).prop_map(|bytes| Mischief::RolledBack { bytes }),
        2 => (0_u64..80).prop_map(|offset| Mischief::Lie { offset }),
        1 => Just(Mischief::Silent),
        2 => prop_oneof![Just(400_u16), Just(409), Just(413), Just(500), Just(502), 100_u16..600].prop_map(Mischief::Status),
        1 => Just(Mischief::Beyond),
    ]
}

#[derive(Default)]
struct Server {
    uploads: BTreeMap<String, (u64, Vec<u8>)>,
    made: u32,
}

/// What the phone sees: an answer after so many bytes had left, or none.
type Seen = Result<(Said, u64), bool>;

impl Server {
    fn ask(&mut self, ask: &Ask, file: &[u8], mischief: &Mischief) -> Seen {
        let said = |status| Said { status, ..Said::default() };
        let (id, sent) = match ask {
            Ask::Head { id } => (id.as_str(), 0),
            Ask::Patch { id, at_most, .. } => (id.as_str(), *at_most),
            _ => ("", 0),
        };
        match mischief {
            Mischief::Unreachable => return Err(false),
            Mischief::Status(status) => return Ok((said(*status), sent)),
            Mischief::Locked => return Ok((said(423), sent)),
            Mischief::Beyond => return Ok((Said { beyond: true, ..said(200) }, sent)),
            Mischief::Lost { gone } => {
                self.uploads.remove(id);
                return Ok((said(if *gone { 410 } else { 404 }), sent));
            }
            Mischief::RolledBack { bytes } => {
                if let Some((_, held)) = self.uploads.get_mut(id) {
                    held.truncate(held.len().saturating_sub(*bytes as usize));
                }
            }
            Mischief::Cut { came, kept } => {
                if let Ask::Patch { id, offset, at_most } = ask
                    && let Some((_, held)) = self.uploads.get_mut(id)
                    && *kept
                    && held.len() as u64 == *offset
                {
                    held.extend_from_slice(&file[*offset as usize..][..(*came).min(*at_most) as usize]);
                }
                return Err(true);
            }
            Mischief::None | Mischief::AnswerLost | Mischief::Lie { .. } | Mischief::Silent => {}
        }
        let honest = self.honest(ask, file);
        match mischief {
            Mischief::AnswerLost => Err(true),
            Mischief::Lie { offset } => Ok((Said { offset: Some(*offset), ..honest }, sent)),
            Mischief::Silent => Ok((Said { offset: None, id: None, ..honest }, sent)),
            _ => Ok((honest, sent)),
        }
    }

    fn honest(&mut self, ask: &Ask, file: &[u8]) -> Said {
        let said = |status, offset: Option<u64>| Said { status, offset, ..Said::default() };
        match ask {
            Ask::Create => {
                self.made += 1;
                let id = format!("u{}", self.made);
                self.uploads.insert(id.clone(), (file.len() as u64, Vec::new()));
                Said { id: Some(id), ..said(201, None) }
            }
            Ask::Head { id } => match self.uploads.get(id) {
                None => said(404, None),
                Some((length, held)) => Said { length: Some(*length), ..said(200, Some(held.len() as u64)) },
            },
            Ask::Patch { id, offset, at_most } => match self.uploads.get_mut(id) {
                None => said(404, None),
                Some((_, held)) if held.len() as u64 != *offset => said(409, None),
                Some((_, held)) => {
                    held.extend_from_slice(&file[*offset as usize..][..*at_most as usize]);
                    said(204, Some(held.len() as u64))
                }
            },
            _ => said(400, None),
        }
    }
}

/// One go: until it is finished or has stopped, and how many questions it took.
fn go(
    server: &mut Server,
    file: &[u8],
    known: Option<String>,
    mischiefs: &mut impl Iterator<Item = Mischief>,
) -> (Result<String, Stop>, Option<String>, u32) {
    let length = file.len() as u64;
    let (mut upload, mut known, mut questions) = (Upload::new(length, known, Budget::default()), None, 0);
    loop {
        let ask = upload.next();
        assert_eq!(ask, upload.next(), "asking twice changes nothing");
        known = upload.id().map(str::to_owned).or(known);
        match &ask {
            Ask::Finished { id } => return (Ok(id.clone()), known, questions),
            Ask::Stopped(stop) => return (Err(*stop), known, questions),
            Ask::Wait { ms } => {
                assert!((1..=10_000).contains(ms));
                upload.waited();
                continue;
            }
            Ask::Patch { offset, at_most, .. } => assert!(*at_most > 0 && offset + at_most <= length),
            Ask::Create | Ask::Head { .. } => {}
        }
        questions += 1;
        match server.ask(&ask, file, &mischiefs.next().unwrap_or(Mischief::None)) {
            Ok((said, sent)) => upload.answered(&said, sent),
            Err(connected) => upload.failed(connected),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, ..ProptestConfig::default() })]

    #[test]
    fn s16_s17_whatever_a_server_does_the_upload_ends_with_the_files_very_bytes_or_with_a_reason(
        length in 1_usize..50,
        mischiefs in prop::collection::vec(mischief(), 0..60),
    ) {
        let file: Vec<u8> = (0..length).map(|n| n as u8 ^ 0x5a).collect();
        let (mut server, mut known, mut mischiefs) = (Server::default(), None, mischiefs.into_iter());
        for _ in 0..200 {
            let (ended, id, questions) = go(&mut server, &file, known.take(), &mut mischiefs);
            prop_assert!(questions < 50 * 16, "one go asks for a bounded time");
            known = id;
            let Ok(id) = ended else { continue };
            // The commit: what is not the file, because the server lied, is never taken for it.
            match server.uploads.get(&id) {
                Some((_, held)) if *held == file => return Ok(()),
                Some((_, held)) if held.len() < file.len() => {}
                _ => known = None,
            }
        }
        prop_assert!(false, "a server that behaves gets the file");
    }

    #[test]
    fn any_answers_at_all_keep_the_questions_within_the_file_and_come_to_an_end(
        length in 0_u64..100_000_000,
        answers in prop::collection::vec(
            (any::<u16>(), prop::option::of(0_u64..100_000_001), prop::option::of(any::<u64>()), any::<bool>(), any::<u64>()),
            1..200,
        ),
    ) {
        let mut upload = Upload::new(length, None, Budget::default());
        for (status, offset, length_said, beyond, sent) in answers {
            let status = if status % 3 == 0 { 201 } else if status % 3 == 1 { 200 + status % 5 } else { status % 600 };
            if let Ask::Patch { offset, at_most, .. } = upload.next() {
                prop_assert!(at_most > 0 && offset + at_most <= length);
            }
            upload.waited();
            let said = Said { status, id: Some("x".into()), offset, length: length_said, beyond };
            upload.answered(&said, sent);
        }
    }
}

fn said(status: u16, offset: Option<u64>) -> Said {
    Said { status, offset, ..Said::default() }
}

fn begun(length: u64) -> Upload {
    let mut upload = Upload::new(length, None, Budget::default());
    upload.answered(&Said { id: Some("u".into()), ..said(201, None) }, 0);
    upload
}

fn head() -> Ask {
    Ask::Head { id: "u".into() }
}

#[test]
fn s16_a_lock_is_waited_for_and_the_upload_goes_on_where_the_server_is() {
    let mut upload = begun(100);
    upload.answered(&said(423, None), 100);
    let Ask::Wait { ms } = upload.next() else { panic!("{:?}", upload.next()) };
    upload.waited();
    assert_eq!(upload.next(), head());
    upload.answered(&said(423, None), 0);
    assert!(matches!(upload.next(), Ask::Wait { ms: longer } if longer > ms));
    upload.waited();
    upload.answered(&said(200, Some(60)), 0);
    assert_eq!(upload.next(), Ask::Patch { id: "u".into(), offset: 60, at_most: 40 });
}

#[test]
fn s16_a_lock_that_never_opens_ends_in_a_reason() {
    let mut upload = begun(100);
    for _ in 0..50 {
        upload.answered(&said(423, None), 0);
        upload.waited();
    }
    assert_eq!(upload.next(), Ask::Stopped(Stop::Stuck));
    assert_eq!(upload.id(), Some("u"), "and nothing that is there is given up");
}

#[test]
fn s17_after_any_failure_of_a_patch_the_offset_is_asked_for() {
    for status in [400, 403, 409, 412, 413, 415, 500, 502, 503, 599] {
        let mut upload = begun(100);
        upload.answered(&said(status, None), 100);
        assert_eq!(upload.next(), head(), "{status}");
    }
    for odd in [None, Some(0), Some(99), Some(101), Some(u64::MAX)] {
        let mut upload = begun(100);
        upload.answered(&said(204, odd), 100);
        assert_eq!(upload.next(), head(), "204 with {odd:?}");
    }
    let mut upload = begun(100);
    upload.failed(true);
    assert_eq!(upload.next(), head(), "a cut");
}

#[test]
fn s17_an_offset_behind_an_earlier_one_is_believed() {
    let mut upload = begun(100);
    upload.answered(&said(204, Some(50)), 50);
    upload.failed(true);
    upload.answered(&said(200, Some(20)), 0);
    assert!(matches!(upload.next(), Ask::Patch { offset: 20, .. }));
}

#[test]
fn an_upload_that_is_gone_or_cannot_be_ours_begins_anew_and_that_is_no_failure() {
    for status in [404, 410] {
        let mut upload = begun(100);
        upload.answered(&said(status, None), 100);
        assert_eq!(upload.next(), Ask::Create);
    }
    for odd in [said(403, None), said(410, None), said(200, Some(101)), Said { length: Some(99), ..said(200, Some(5)) }]
    {
        let mut upload = Upload::new(100, Some("u".into()), Budget::default());
        upload.answered(&odd, 0);
        assert_eq!(upload.next(), Ask::Create, "{odd:?}");
    }
}

#[test]
fn what_is_beyond_the_upload_stops_it_for_the_table_of_answers() {
    for status in [301, 302, 307, 401, 407, 429, 511] {
        let mut upload = begun(100);
        upload.answered(&said(status, None), 100);
        assert_eq!(upload.next(), Ask::Stopped(Stop::Judge), "{status}");
    }
    let mut upload = begun(100);
    upload.answered(&Said { beyond: true, ..said(503, None) }, 100);
    assert_eq!(upload.next(), Ask::Stopped(Stop::Judge));
    let mut upload = begun(100);
    upload.failed(false);
    assert_eq!(upload.next(), Ask::Stopped(Stop::Judge), "nobody is there");
    let mut upload = begun(100);
    (0..4).for_each(|_| upload.failed(true));
    assert_eq!(upload.next(), Ask::Stopped(Stop::Judge), "cut after cut without a byte of gain");
}

#[test]
fn a_budget_of_bytes_or_time_or_a_metered_network_ends_a_go_and_keeps_what_is_there() {
    let budget = Budget { bytes: Some(30), ..Budget::default() };
    let mut upload = Upload::new(100, Some("u".into()), budget);
    upload.answered(&said(200, Some(0)), 0);
    assert!(matches!(upload.next(), Ask::Patch { at_most: 30, .. }));
    upload.spend(30, 5);
    upload.answered(&said(204, Some(30)), 30);
    assert_eq!((upload.next(), upload.id()), (Ask::Stopped(Stop::Budget), Some("u")));
    for budget in [
        Budget { ms: Some(0), ..Budget::default() },
        Budget { metered: true, unmetered_only: true, ..Budget::default() },
    ] {
        assert_eq!(Upload::new(100, None, budget).next(), Ask::Stopped(Stop::Budget));
    }
    assert_eq!(Upload::new(100, None, Budget { metered: true, ..Budget::default() }).next(), Ask::Create);
    let mut upload = begun(100);
    upload.cancel();
    assert_eq!((upload.next(), upload.id()), (Ask::Stopped(Stop::Cancelled), Some("u")));
}
