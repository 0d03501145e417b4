//! Made-up tales for the page's tests, and their pages on disk for eyes: `JINGBAO_PAGES=folder cargo test pages`.

use std::{fs, path::PathBuf};

use jingbao_core::{
    duty::{DutyRules, OpenAccident, Road},
    place::Point,
    text,
    text::Lang,
    time::Timestamp,
};
use jingbao_gateway::{desk::replay::replay, track::fixes};

use super::html;
use crate::{
    demo::tale::*,
    scenery::{ACCIDENT, Stamp, drive, photo},
};

/// Where the pages of the samples go.
const PAGES: &str = "JINGBAO_PAGES";
const HOSTILE: &str = "\"><script>alert(1)</script><img onerror=alert(1) src=x>'&";

pub(super) fn all() -> Vec<Tale> {
    let of = |lang| [usual(lang), empty(lang), many_photos(lang), hostile(lang), long_words(lang)];
    Lang::ALL.into_iter().flat_map(of).collect()
}

pub(super) fn empty(lang: Lang) -> Tale {
    Tale {
        lang,
        moments: vec![],
        drive: vec![],
        accident: ACCIDENT,
        duty: vec![],
        photos: vec![],
        agreements: Vec::new(),
        queue: vec![],
        credential: None,
        custody: vec![],
        receipts: vec![],
        clearing_ms: None,
        verified: Verified::default(),
        summary: Summary::default(),
    }
}

/// What a good run looks like.
pub(super) fn usual(lang: Lang) -> Tale {
    let zh = lang == Lang::Zh;
    let pick = |a: &str, b: &str| if zh { a.to_owned() } else { b.to_owned() };
    let beat = |at: &str, who, a: &str, b: &str, blow| Beat { at: at.into(), who, text: pick(a, b), blow };
    let points = drive(3, Timestamp(1_795_417_000_000));
    let duty = verdicts(&points, lang);
    let photos = vec![
        shot("scene_front", "surveyor", lang, &[]),
        shot("scene_rear", "surveyor", lang, &[]),
        shot("contact_close", "surveyor", lang, &["no_gps"]),
        shot("plate_a", "driver", lang, &["no_time", "no_gps"]),
        shot("damage_b", "driver", lang, &[]),
        PhotoBeat { name: "IMG_0412.HEIC".into(), shown: None, ..shot("moved_position", "driver", lang, &["heic"]) },
    ];
    let look = |a: &str, b: &str, surveyor, driver, done| QueueBeat { when: pick(a, b), surveyor, driver, done };
    let receipts: Vec<ReceiptBeat> = (0..9)
        .map(|nth| ReceiptBeat {
            kind: ["revision", "statement", "photo", "event"][nth % 4].into(),
            what: format!("{:064x}", nth * 7_919),
            at: format!("2026-11-23T15:1{nth}:04+08:00"),
        })
        .collect();
    let root = |n: u64| format!("{:016x}{:048x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15), n);
    Tale {
        moments: vec![
            beat("14:58:02", "surveyor", "出车：南大街向东", "Sets out eastwards on Nandajie", false),
            beat("15:01:44", "road", "前方约 150 米有事故", "An accident about 150 m ahead", false),
            beat("15:01:45", "surveyor", "提示停车；在安全处停下", "Told to stop; stops where it is safe", false),
            beat(
                "15:02:10",
                "surveyor",
                "逐项询问：无人受伤，车辆能开动，可以先撤离再协商",
                "Asks fact by fact: nobody is hurt, both cars can move; clear the road first, then agree",
                false,
            ),
            beat("15:04:31", "surveyor", "拍完前、后、接触部位三张", "Takes front, rear and contact", false),
            beat("15:04:32", "surveyor", "路面已清空", "The road is clear", false),
            beat(
                "15:06:12",
                "surveyor",
                "进程在填写途中被强制终止；再次打开，一项不少",
                "Killed in mid-form; reopened with nothing lost",
                true,
            ),
            beat("15:07:40", "driver", "扫码加入，填写本方信息", "Joins by code, fills in its own columns", false),
            beat("15:09:55", "gateway", "网关停止服务 40 秒", "The gateway is away for 40 s", true),
            beat(
                "15:11:20",
                "stranger",
                "无关手机扫码：被拒绝",
                "A stranger's phone scans the code and is turned away",
                false,
            ),
            beat(
                "15:13:02",
                "surveyor",
                "双方两轮签名，封存第 1 版",
                "Both sign both rounds; revision 1 is sealed",
                false,
            ),
            beat("15:14:09", "gateway", "全部回执已签发", "All receipts are signed", false),
        ],
        drive: points.iter().map(|point| (point.lat, point.lon)).collect(),
        duty: duty.clone(),
        photos: photos.clone(),
        agreements: vec!["agreement.html".into(), "agreement-2.html".into()],
        queue: vec![
            look("停车", "stopped", 2, 0, 0),
            look("拍照之后", "photos taken", 5, 0, 0),
            look("清空路面", "road clear", 6, 0, 0),
            look("驾驶人加入", "driver joined", 8, 3, 0),
            look("封存", "sealed", 15, 8, 0),
            look("首次联网", "first network", 9, 8, 6),
            look("网关恢复", "gateway is back", 3, 4, 16),
            look("结束", "at the end", 0, 0, 23),
        ],
        custody: ["surveyor", "driver"]
            .into_iter()
            .zip([61, 24])
            .map(|(who, leaves)| CustodyBeat { who, leaves, root: root(leaves), key: root(leaves + 1) })
            .collect(),
        receipts,
        verified: Verified {
            whole: true,
            trusted: true,
            signer: root(5),
            text: text::say(lang, "verify-whole-trusted", &[("signer", root(5).into())]),
        },
        summary: Summary {
            cases: vec![CaseSummary {
                id: "019ab0b9-6f8e-7c51-9d1e-0f6b2a7c3e11".into(),
                state: "stored".into(),
                accord: "agreed".into(),
                revision: 1,
                parties: 2,
                photos: 11,
                claims: vec![ClaimSummary {
                    party: "A".into(),
                    insurer: "picc".into(),
                    state: "accepted".into(),
                    text: "PICC · answer: claim taken on".into(),
                }],
                record_sha256: root(7),
                receipt: root(8),
                handovers: [("12123".into(), "outcome_recorded".into())].into(),
            }],
            photos,
            duty,
            queue: QueueSummary { operations: 23, sent: 23, resent: 4, pending: 0, parked: 0 },
            kills: 2,
            outages: 1,
            elapsed_ms: 21_480,
        },
        ..empty(lang)
    }
}

pub(super) fn many_photos(lang: Lang) -> Tale {
    let one = shot("lane_lines", "surveyor", lang, &[]);
    let photos =
        (0..40).map(|nth| PhotoBeat { sha256: format!("{:064x}", nth * 104_729 + 1), ..one.clone() }).collect();
    Tale { photos, ..usual(lang) }
}

/// Where any value can be an attack, each is one.
pub(super) fn hostile(lang: Lang) -> Tale {
    let bad = || HOSTILE.to_owned();
    let mut tale = usual(lang);
    tale.moments.iter_mut().for_each(|beat| (beat.at, beat.who, beat.text) = (bad(), HOSTILE, bad()));
    tale.duty.iter_mut().for_each(|beat| (beat.at, beat.verdict, beat.text) = (bad(), bad(), bad()));
    for photo in &mut tale.photos {
        (photo.name, photo.sha256, photo.slot, photo.slot_text) = (bad(), bad(), bad(), bad());
        (photo.findings, photo.finding_texts, photo.who) = (vec![bad()], vec![bad()], HOSTILE);
    }
    tale.agreements = vec![bad()];
    tale.queue.iter_mut().for_each(|beat| beat.when = bad());
    tale.custody.iter_mut().for_each(|log| (log.who, log.root, log.key) = (HOSTILE, bad(), bad()));
    tale.receipts.iter_mut().for_each(|receipt| (receipt.kind, receipt.what, receipt.at) = (bad(), bad(), bad()));
    tale.verified = Verified { text: bad(), signer: bad(), ..tale.verified };
    for case in &mut tale.summary.cases {
        (case.id, case.state, case.record_sha256, case.receipt) = (bad(), bad(), bad(), bad());
        case.claims.iter_mut().for_each(|claim| (claim.party, claim.text) = (bad(), bad()));
    }
    tale
}

/// Words without a place to break.
pub(super) fn long_words(lang: Lang) -> Tale {
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);
    let mut tale = usual(lang);
    tale.moments.iter_mut().step_by(3).for_each(|beat| beat.text = long.clone());
    tale.photos.iter_mut().step_by(2).for_each(|photo| (photo.slot_text, photo.name) = (long.clone(), long.clone()));
    tale.photos.iter_mut().for_each(|photo| photo.finding_texts.push(long.clone()));
    tale.queue.iter_mut().for_each(|beat| beat.when = long.clone());
    tale.verified.text = long;
    tale
}

fn shot(slot: &str, who: &'static str, lang: Lang, findings: &[&str]) -> PhotoBeat {
    let stamp = Stamp { local: "2026-11-23T15:02:10".into(), offset_s: 28_800, lat: ACCIDENT.0, lon: ACCIDENT.1 };
    // Drawing takes a while, and only eyes need pictures.
    let bytes = if std::env::var_os(PAGES).is_some() { photo(slot, 1, &stamp).expect("a photo") } else { slot.into() };
    PhotoBeat {
        name: format!("{slot}.jpg"),
        sha256: jingbao_core::canon::Sha256::of(&bytes).to_string(),
        bytes: bytes.len() as u64,
        findings: findings.iter().map(|code| (*code).to_owned()).collect(),
        slot: slot.into(),
        slot_text: text::tell(lang, "shot", slot),
        finding_texts: findings.iter().map(|code| text::tell(lang, "finding", code)).collect(),
        who,
        shown: Some(bytes),
    }
}

fn verdicts(points: &[jingbao_gateway::track::TrackPoint], lang: Lang) -> Vec<DutyBeat> {
    let place = Point::wgs84(ACCIDENT.0, ACCIDENT.1, 8.0).expect("a place");
    let accident = OpenAccident { id: "a".into(), place, seen_at: Timestamp(0), road: Road::City, served: false };
    let told = replay(&fixes(points, 10.0), std::slice::from_ref(&accident), &DutyRules::default());
    let code = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    told.into_iter()
        .map(|told| {
            let verdict = code(serde_json::to_value(told.change.verdict).expect("a code"));
            let reasons = told.change.reasons.iter().map(|r| code(serde_json::to_value(r).expect("a code")));
            let reasons: Vec<String> = reasons.map(|reason| text::tell(lang, "duty-reason", reason)).collect();
            DutyBeat {
                at: told.change.at.rfc3339(),
                text: format!("{} ({})", text::tell(lang, "verdict", &verdict), reasons.join(", ")),
                verdict,
                accident: "a".into(),
                fix: told.fix,
                distance_m: told.change.distance_m,
            }
        })
        .collect()
}

#[test]
fn pages_of_all_samples_are_written_where_somebody_wants_to_look_at_them() {
    let Some(folder) = std::env::var_os(PAGES).map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).expect("a folder");
    for (nth, tale) in all().iter().enumerate() {
        let name = ["usual", "empty", "many", "hostile", "long"][nth % 5];
        fs::write(folder.join(format!("{name}-{}.html", tale.lang.tag())), html(tale)).expect("written");
    }
}
