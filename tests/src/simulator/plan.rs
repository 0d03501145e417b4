//! The plan of one story: what people do, what goes wrong, and when everything is well again. Made from a seed, and plain
//! lists, so that a failing one can be made shorter. Times are virtual milliseconds from the beginning.

use super::dice::Dice;

/// Virtual milliseconds.
pub type Ms = i64;

/// Lengths of photos: around the borders of one piece, and some pieces.
const LENGTHS: [u64; 8] = [1, 200, 255, 256, 257, 512, 700, 2_000];

const SECOND: Ms = 1_000;
const MINUTE: Ms = 60 * SECOND;

/// What will happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Of which it is made; chance inside the story hangs on it too.
    pub seed: u64,
    /// How many phones.
    pub phones: usize,
    /// What people do.
    pub acts: Vec<Planned>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// From then on nothing goes wrong any more.
    pub heals_at: Ms,
    /// How often the system wakes the app by itself; a vendor's ROM never does (S21).
    pub woken_every: Option<Ms>,
}

/// Something a person does.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// When.
    pub at: Ms,
    /// On which phone.
    pub phone: usize,
    /// What.
    pub act: Act,
}

/// What a person can do.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Seals the next revision of a case that this phone records.
    Seal {
        /// Which case.
        case: usize,
    },
    /// Makes the next statement about a case that another phone records.
    State {
        /// Which case.
        case: usize,
    },
    /// Takes a photo.
    Shoot {
        /// Of which case.
        case: usize,
        /// Its length.
        bytes: u64,
        /// The gateway will never take it.
        cursed: bool,
    },
    /// Something that the duty log keeps.
    Duty,
    /// Wants everything that waits or is parked tried now.
    Tap,
    /// Opens the app, or comes back to it.
    Look,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// For a while.
    While {
        /// Since when.
        from: Ms,
        /// Until when.
        until: Ms,
        /// Whom it meets; nobody in particular is everybody.
        phone: Option<usize>,
        /// What it is like.
        weather: Weather,
    },
    /// At one moment.
    Once {
        /// When.
        at: Ms,
        /// What.
        blow: Blow,
    },
}

/// What can be wrong for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weather {
    /// Messages are lost, so many in a thousand.
    Lossy(u64),
    /// Messages take up to so long, and overtake each other.
    Slow(Ms),
    /// Requests arrive twice.
    Twice,
    /// Nobody answers: at once known, or never.
    NoWay {
        /// Known at once.
        refused: bool,
    },
    /// Requests arrive, answers never.
    HalfOpen,
    /// Requests are cut in the middle.
    CutAsks,
    /// Answers are cut in the middle, and look whole.
    CutAnswers,
    /// A hotel answers instead: 200, 302 or 403 with a page of its own.
    Portal,
    /// A proxy answers 5xx with a page of its own, before or after the gateway has done the work.
    Proxy {
        /// After it.
        done: bool,
    },
    /// 429 or 503 with `Retry-After` in seconds.
    Busy(u32),
    /// 503 without.
    Overloaded,
    /// The receipt of something else, or signed by somebody else.
    Foreign,
    /// The token has expired.
    TokenOld,
    /// Somebody else is said to write the upload.
    Locked,
    /// The phone's disk is full.
    DiskFull,
    /// The signer of the phone does not sign.
    SignerSilent,
    /// A sender goes away without a word.
    SenderLost,
    /// What was given up answers all the same, late.
    AnswersLate,
}

/// What can go wrong at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Blow {
    /// The phone's process ends at its so many-th instruction from now.
    KillPhone {
        /// Which.
        phone: usize,
        /// How many instructions it has left.
        steps: u64,
        /// With the power: what was not synced is lost or torn, and it boots anew.
        power: bool,
    },
    /// The gateway ends likewise, and is away for a while.
    KillGateway {
        /// How many instructions it has left.
        steps: u64,
        /// With the power.
        power: bool,
        /// How long it is away.
        away: Ms,
    },
    /// A phone's wall clock is set by so much.
    SetClock {
        /// Which.
        phone: usize,
        /// By how much, ms.
        by: Ms,
    },
    /// The gateway forgets unfinished uploads.
    DropUploads {
        /// It says 410 and not 404.
        expired: bool,
    },
}

impl Plan {
    /// The plan of a seed.
    pub fn of(seed: u64) -> Plan {
        let mut dice = Dice::of(seed, 1);
        let phones = 1 + dice.below(2) as usize;
        let lasts = dice.between(2 * MINUTE, 20 * MINUTE);
        let acts = (0..3 + dice.below(14)).map(|_| planned(&mut dice, phones, lasts)).collect::<Vec<_>>();
        let mut faults: Vec<Fault> = (0..dice.below(9)).map(|_| weather(&mut dice, phones, lasts)).collect();
        faults.extend((0..dice.below(6)).map(|_| blow(&mut dice, phones, lasts)));
        let woken_every = dice.pick(&[None, Some(15 * MINUTE), Some(MINUTE)]);
        let mut plan = Plan { seed, phones, acts, faults, heals_at: lasts, woken_every };
        plan.acts.sort_by_key(|planned| planned.at);
        plan
    }
}

fn planned(dice: &mut Dice, phones: usize, lasts: Ms) -> Planned {
    let case = dice.below(3) as usize;
    let phone = dice.below(phones as u64) as usize;
    let act = match dice.below(12) {
        0..3 if case % phones == phone => Act::Seal { case },
        0..3 => Act::State { case },
        3..7 => Act::Shoot { case, bytes: dice.pick(&LENGTHS), cursed: dice.hits(60) },
        7..9 => Act::Duty,
        9 => Act::Tap,
        _ => Act::Look,
    };
    Planned { at: dice.between(0, lasts), phone, act }
}

fn weather(dice: &mut Dice, phones: usize, lasts: Ms) -> Fault {
    let weather = match dice.below(18) {
        0 => Weather::Lossy(dice.pick(&[50, 300, 900])),
        1 => Weather::Slow(dice.pick(&[2 * SECOND, 15 * SECOND, 40 * SECOND])),
        2 => Weather::Twice,
        3 => Weather::NoWay { refused: dice.hits(500) },
        4 => Weather::HalfOpen,
        5 => Weather::CutAsks,
        6 => Weather::CutAnswers,
        7 => Weather::Portal,
        8 => Weather::Proxy { done: dice.hits(500) },
        9 => Weather::Busy(dice.pick(&[0, 1, 7, 120, 600])),
        10 => Weather::Overloaded,
        11 => Weather::Foreign,
        12 => Weather::TokenOld,
        13 => Weather::Locked,
        14 => Weather::DiskFull,
        15 => Weather::SignerSilent,
        16 => Weather::SenderLost,
        _ => Weather::AnswersLate,
    };
    let from = dice.between(0, lasts);
    let until = (from + dice.between(SECOND, lasts)).min(lasts);
    let phone = dice.hits(500).then(|| dice.below(phones as u64) as usize);
    Fault::While { from, until, phone, weather }
}

fn blow(dice: &mut Dice, phones: usize, lasts: Ms) -> Fault {
    let phone = dice.below(phones as u64) as usize;
    let blow = match dice.below(6) {
        0..3 => Blow::KillPhone { phone, steps: dice.below(12), power: dice.hits(500) },
        3 => Blow::KillGateway { steps: dice.below(8), power: dice.hits(500), away: dice.between(100, 2 * MINUTE) },
        4 => Blow::SetClock { phone, by: dice.pick(&[-3_600_000, 3_600_000, -86_400_000, 40_000]) },
        _ => Blow::DropUploads { expired: dice.hits(500) },
    };
    Fault::Once { at: dice.between(0, lasts), blow }
}
