//! The main job, end to end, as separate processes: a gateway, the specialist's phone (the recorder) and a driver's.
//!
//! Triggered by `cargo xtask demo`; ends with exit 0 only if everything arrived once and the bundle verified. What each
//! step claims it checks; a check that fails ends the story with [`Failed`], which says what was expected and seen.
//!
//! | module | tells |
//! |---|---|
//! | `stage` | who plays: processes, story clock, narration |
//! | `input` | photos and drive, drawn or real |
//! | `road` | the drive, the verdict, the stop |
//! | `scene` | triage, photos, clearing |
//! | `paper` | the form on both phones, the kill in the middle, signatures, the seal |
//! | `passing_on` | what lies ready for 12123, by hand, and what comes back from it |
//! | `dispute` | the second case: three cars, two who disagree, one phone |
//! | `claim` | both insurers are notified, and answer |
//! | `delivery` | the gateway comes, goes, comes; a phone is killed in mid-upload |
//! | `proof` | copies compared byte by byte, bundle verified |
//! | `score` | the log at the association, and its scorecards |
//! | [`tale`], [`report`] | what is written about it |

mod claim;
mod credential;
mod delivery;
mod dispute;
mod http;
mod input;
mod paper;
mod passing_on;
mod process;
mod proof;
mod road;
mod scene;
mod score;
mod stage;
pub mod tale;

use std::{fs, path::PathBuf, time::Instant};

use jingbao_core::text::Lang;

use stage::Stage;

/// What the demo is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Real photos instead of drawn ones.
    pub photos: Option<PathBuf>,
    /// A real drive (GPX) instead of the made one.
    pub track: Option<PathBuf>,
    /// Where everything is written.
    pub out: PathBuf,
    /// Language of the story.
    pub lang: Lang,
    /// Chooses the kill moments and the made input.
    pub seed: u64,
}

/// The story did not come out as it must.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A file or a process.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The input cannot be used.
    #[error("{0}")]
    Input(String),
    /// A phone refused what it should have done.
    #[error("{who}: {code}: {text}")]
    Refused {
        /// Whose phone.
        who: &'static str,
        /// The error's code.
        code: String,
        /// The error's sentence.
        text: String,
    },
    /// Something was expected and did not hold.
    #[error("expected: {0}")]
    Broken(String),
}

/// What must hold, or the story ends.
fn expect(holds: bool, what: impl Into<String>) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(Failed::Broken(what.into())) }
}

/// Tells the whole story.
pub fn run(options: &Options) -> Result<(), Failed> {
    let begun = Instant::now();
    fs::create_dir_all(&options.out)?;
    let work = options.out.join("work");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    let input = input::gather(options, &work)?;
    let mut stage = Stage::set(options, &work, &input)?;
    road::drive(&mut stage, &input)?;
    credential::show(&mut stage)?;
    let case = scene::screen_and_clear(&mut stage, &input)?;
    paper::fill_sign_seal(&mut stage, &case)?;
    claim::notify(&mut stage, &case)?;
    let second = dispute::record(&mut stage, &input)?;
    delivery::deliver(&mut stage, &[&case, &second.case])?;
    claim::answer(&mut stage, &case)?;
    passing_on::hand_over(&mut stage, &case)?;
    let verified = proof::prove(&mut stage, &case, &input)?;
    dispute::prove(&mut stage, &second)?;
    score::assess(&mut stage)?;
    let summary = proof::summarise(&mut stage, &[&case, &second.case], begun)?;
    stage.close();
    let tale = stage.into_tale(&input, verified, summary);
    fs::write(
        options.out.join("summary.json"),
        serde_json::to_vec_pretty(&tale.summary).map_err(std::io::Error::other)?,
    )?;
    fs::write(options.out.join("report.html"), report::html(&tale))?;
    Ok(())
}

pub mod report;
