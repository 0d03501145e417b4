//! A photo's intake, killed at every step and at any moment: what was acknowledged is there and reads back, what was not
//! is adopted whole or leaves nothing, and handing the camera's file in again never makes two of one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use jingbao::records::PhotoInput;
use jingbao_core::canon::Sha256;
use jingbao_tests::roadside::Installation;

/// Each step, how often it is passed before, and what an open finds after a kill there.
const STEPS: [(&str, u32, After); 12] = [
    ("intake begun", 0, After::Nothing),
    ("part made", 0, After::Nothing),
    ("chunk written", 0, After::Nothing),
    ("chunk written", 1, After::Nothing),
    ("part written", 0, After::Nothing),
    ("part synced", 0, After::Nothing),
    ("renamed", 0, After::Adopted),
    ("folder synced", 0, After::Adopted),
    ("facts read", 0, After::Adopted),
    ("rows written", 0, After::Adopted),
    ("rows committed", 0, After::Adopted),
    ("temporary removed", 0, After::Adopted),
];
/// How often each step is tried.
const TURNS: u32 = 10;
/// Kills at a moment of chance, per lane.
const BY_CHANCE: u32 = 210;
/// Phones that are killed side by side.
const LANES: u64 = 2;
/// After so many kills a phone's photos are all read back, and a new phone begins.
const LIFE: u32 = 30;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum After {
    Nothing,
    Adopted,
}

/// A phone that is killed again and again, and everything it said.
struct Victim {
    folder: tempfile::TempDir,
    phone: Installation,
    case: String,
    acknowledged: BTreeSet<String>,
    /// Photos that an open found although their acknowledgement was never heard.
    adopted: BTreeSet<String>,
    kills: u32,
}

impl Victim {
    fn new() -> Victim {
        let folder = tempfile::tempdir().expect("a folder");
        let phone = Installation::new(folder.path(), 1);
        let (case, acknowledged, adopted) = (String::new(), BTreeSet::new(), BTreeSet::new());
        Victim { folder, phone, case, acknowledged, adopted, kills: 0 }
    }

    fn start(&self, stop: Option<(&str, u32)>) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crashling"));
        command.arg(self.folder.path()).arg("intake");
        if let Some((step, passes)) = stop {
            command.arg(step).arg(passes.to_string());
        }
        command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("started")
    }

    /// Kills it where it stops, or some time after its first photo is handed in; gives the photo that was under way, with
    /// the name of its file.
    fn kill(&mut self, stop: Option<(&str, u32)>, after: Duration) -> Option<(String, String)> {
        let mut child = self.start(stop);
        let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let mut heard: Vec<String> = Vec::new();
        let wanted = if stop.is_some() { "stopped" } else { "handing" };
        while !heard.iter().any(|line| line.starts_with(wanted)) {
            heard.push(lines.next().expect("a line").expect("text"));
        }
        std::thread::sleep(after);
        child.kill().expect("killed");
        child.wait().expect("ended");
        self.kills += 1;
        let mut under_way = None;
        for line in heard.into_iter().chain(lines.map_while(Result::ok)) {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["case", case] => self.case = case.to_owned(),
                ["handing", sha256, name] if name.ends_with(".jpg") => {
                    under_way = Some((sha256.to_owned(), name.to_owned()));
                }
                ["photo", sha256] if sha256.len() == 64 => {
                    self.acknowledged.insert(sha256.to_owned());
                    under_way = None;
                }
                _ => {}
            }
        }
        under_way
    }

    /// Opens it again, looks at everything, and hands in what the camera still has, as an app does. Gives whether the
    /// photo that was under way was there.
    fn open(&mut self, under_way: Option<&(String, String)>) -> After {
        let field = self.phone.open().expect("opens after a kill");
        let found = self.look(&field);
        let fresh: BTreeSet<String> = found.keys().cloned().collect();
        let fresh: Vec<&String> = fresh.difference(&self.acknowledged).filter(|s| !self.adopted.contains(*s)).collect();
        assert!(fresh.iter().all(|sha256| under_way.is_some_and(|(wanted, _)| wanted == *sha256)), "{fresh:?}");
        let after = if fresh.is_empty() { After::Nothing } else { After::Adopted };
        for entry in fs::read_dir(self.folder.path().join("camera")).expect("a camera") {
            let path = entry.expect("a file").path();
            let sha256 = Sha256::of(&fs::read(&path).expect("reads")).to_string();
            assert!(!found.contains_key(&sha256), "the plaintext of a photo that is safe lies about");
            match under_way {
                Some((wanted, _)) if *wanted == sha256 => {
                    let photo = PhotoInput::Temporary { path: path.display().to_string() };
                    let taken = field.add_photo(self.case.clone(), "other".into(), photo, None).expect("taken in");
                    assert_eq!(taken.sha256, sha256);
                }
                // A file that the camera was just writing.
                _ => fs::remove_file(&path).expect("removed"),
            }
            assert!(!path.exists());
        }
        if let Some((sha256, name)) = under_way {
            // Handed in once more: it is the same photo.
            let path = self.folder.path().join("camera").join(name);
            let number = name.trim_end_matches(".jpg").parse().expect("a number");
            fs::write(&path, jingbao_tests::roadside::small_photo(number, 70_000).expect("a photo")).expect("written");
            let photo = PhotoInput::Temporary { path: path.display().to_string() };
            let taken = field.add_photo(self.case.clone(), "other".into(), photo, None).expect("known");
            assert_eq!(&taken.sha256, sha256);
            self.adopted.insert(sha256.clone());
        }
        let now = self.look(&field);
        let told: BTreeSet<&String> = self.acknowledged.union(&self.adopted).collect();
        assert_eq!(now.keys().collect::<BTreeSet<_>>(), told, "all that was said, and nothing else");
        field.shutdown();
        after
    }

    /// The photos by hash, after the vault and the queue were compared with them.
    fn look(&self, field: &jingbao::Field) -> BTreeMap<String, String> {
        let view = field.case(self.case.clone()).expect("the case is there");
        let photos: BTreeMap<String, String> =
            view.photos.iter().map(|photo| (photo.sha256.clone(), photo.photo.clone())).collect();
        assert_eq!(photos.len(), view.photos.len(), "a photo is there twice");
        assert!(self.acknowledged.iter().all(|sha256| photos.contains_key(sha256)), "an acknowledged photo is gone");
        let files = fs::read_dir(self.phone.store().join("photos")).expect("a vault");
        let files: BTreeSet<String> =
            files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
        let rows: BTreeSet<String> = photos.values().map(|photo| format!("{photo}.jbv")).collect();
        assert_eq!(files, rows, "every file has its row, and every row its file");
        let queue = field.queue().expect("a queue");
        let queued: BTreeSet<&String> = queue.items.iter().filter(|i| i.kind == "photo").map(|i| &i.what).collect();
        assert_eq!(queued, photos.keys().collect(), "every photo has its queue row");
        photos
    }

    /// Every photo decrypts to the bytes it was acknowledged with: the bundle's writer compares each with its hash.
    fn read_back(self) -> u32 {
        if !self.case.is_empty() {
            let field = self.phone.open().expect("opens");
            let bundle = self.folder.path().join("bundle.zip").display().to_string();
            field.export(self.case.clone(), bundle).expect("every photo reads back whole");
            field.shutdown();
        }
        self.kills
    }
}

/// At every step, and then at any moment; how many kills, and how many photos were adopted.
fn lane(lane: u64) -> (u32, u32) {
    let (mut kills, mut adopted, mut victim) = (0, 0, Victim::new());
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64 ^ lane;
    let steps = STEPS.iter().cycle().take(STEPS.len() * TURNS as usize).filter(|_| cfg!(debug_assertions));
    let steps = steps.enumerate().filter(|(turn, _)| *turn as u64 % LANES == lane).map(|(_, step)| Some(step));
    for step in steps.chain((0..BY_CHANCE).map(|_| None)) {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = Duration::from_micros(if step.is_some() { 0 } else { (chance >> 32) % 25_000 });
        let under_way = victim.kill(step.map(|(name, passes, _)| (*name, *passes)), moment);
        let found = victim.open(under_way.as_ref());
        if let Some((name, _, wanted)) = step {
            assert_eq!(found, *wanted, "killed at {name:?}");
        }
        adopted += u32::from(found == After::Adopted);
        if victim.kills == LIFE {
            kills += std::mem::replace(&mut victim, Victim::new()).read_back();
        }
    }
    (kills + victim.read_back(), adopted)
}

#[test]
fn t22_s30_an_intake_killed_at_any_step_is_adopted_whole_or_leaves_nothing() {
    let lanes: Vec<_> = (0..LANES).map(|number| std::thread::spawn(move || lane(number))).collect();
    let done: Vec<(u32, u32)> = lanes.into_iter().map(|lane| lane.join().expect("a lane")).collect();
    let (kills, adopted) = done.into_iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(kills >= 400 && (!cfg!(debug_assertions) || kills >= 500), "only {kills} kills");
    assert!(adopted > 0, "no kill fell between the file and its row");
    eprintln!("{kills} kills, {adopted} photos found that were never acknowledged");
}
