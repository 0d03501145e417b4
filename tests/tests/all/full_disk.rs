//! A disk that fills up in mid-intake, with a real disk: a small one of its own where this user may mount one, else a
//! limit on the size of files. The vault's own tests go through every byte.

use std::{collections::BTreeMap, fs, process::Command};

use jingbao_tests::roadside::Installation;

use crate::fixture::{add_photo, picture};

fn lines(command: &mut Command) -> Option<Vec<String>> {
    let out = command.output().expect("started");
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect())
}

#[test]
fn t21_a_full_disk_is_one_clear_error_leaves_nothing_and_the_next_photo_goes_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let mounted = "mount -t tmpfs -o size=48m none \"$1\" && exec \"$2\" \"$1\" full";
    let crashling = env!("CARGO_BIN_EXE_crashling");
    let try_to_mount = Command::new("unshare").args(["-rm", "true"]).output();
    if !try_to_mount.is_ok_and(|out| out.status.success()) {
        #[allow(clippy::print_stdout)]
        {
            println!("skipped: no disk of one's own may be mounted here; the limit on files stands in");
        }
        return;
    }
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", mounted, "sh"]).arg(folder.path()).arg(crashling);
    let told = lines(&mut command).expect("it came through every round");
    let (mut refused, mut photos, mut kept) = (BTreeMap::new(), 0_usize, 0_usize);
    for line in &told {
        match line.split_once(' ').expect("two words") {
            ("refused", code) => *refused.entry(code.to_owned()).or_insert(0) += 1,
            ("photo", _) => kept += 1,
            ("photos", count) => photos = count.parse().expect("a number"),
            ("files", count) => assert_eq!(count.parse(), Ok(photos), "a file without its row, or the reverse"),
            _ => {}
        }
        assert!(photos <= kept);
    }
    assert_eq!((kept, photos), (300, 300));
    assert_eq!(refused.keys().collect::<Vec<_>>(), ["error-disk-full"], "{refused:?}");
    assert!(refused["error-disk-full"] > 60, "{refused:?}");
}

#[test]
fn t21_a_limit_on_files_is_an_error_too_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = Installation::new(folder.path(), 1);
    let crashling = env!("CARGO_BIN_EXE_crashling");
    lines(Command::new(crashling).arg(folder.path()).arg("once")).expect("a first photo");
    let mut refused = 0;
    for blocks in (0..280_u32).step_by(7) {
        // The signal is passed over, so that the write itself fails (EFBIG).
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$1\" \"$2\" once");
        let told = lines(Command::new("sh").args(["-c", &limited, "sh", crashling]).arg(folder.path()));
        refused += usize::from(told.is_none_or(|told| told.iter().any(|line| line.starts_with("refused error-"))));
        let field = phone.open().expect("opens");
        let case = field.cases().expect("cases").pop().expect("a case");
        let photos = || field.case(case.clone()).expect("a view").photos.len();
        let files = || fs::read_dir(phone.store().join("photos")).expect("a vault").count();
        assert_eq!(photos(), files(), "limited to {blocks} blocks");
        let before = photos();
        add_photo(&field, &case, "plate_a", picture(blocks as u8, 5_000 + blocks as usize));
        assert_eq!((photos(), files()), (before + 1, before + 1));
        field.shutdown();
    }
    assert!(refused >= 15, "only {refused} were refused");
}
