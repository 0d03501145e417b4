//! The agreement in a real browser, printed: what the paper says is what counts, not what the markup says.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use jingbao_core::{
    pack::Pack,
    text::{Lang, tell},
};
use jingbao_tests::roadside::Installation;

use crate::fixture::{complete, sight, sign_all};

const PACKAGES: &str = "chromium poppler-utils fonts-noto-cjk";

/// Prints the page as a PDF and gives the file.
fn print(page: &str, folder: &Path) -> PathBuf {
    let (html, pdf) = (folder.join("agreement.html"), folder.join("agreement.pdf"));
    std::fs::write(&html, page).expect("written");
    let printed = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", html.display()))
        .output()
        .expect("chromium runs");
    assert!(pdf.is_file(), "{}", String::from_utf8_lossy(&printed.stderr));
    pdf
}

/// What a program says.
fn told(command: &mut Command) -> String {
    String::from_utf8(command.output().expect("runs").stdout).expect("text")
}

/// Lines break where the column ends, which is not what is asked.
fn unbroken(text: &str) -> String {
    text.split_whitespace().collect()
}

fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

#[test]
fn every_field_of_article_21_is_on_one_printed_page_for_two_parties() {
    if !["chromium", "pdftotext", "pdfinfo"].into_iter().all(is_here) {
        assert!(std::env::var_os("CI").is_none(), "apt-get install -y {PACKAGES}");
        #[allow(clippy::print_stdout)]
        {
            println!("skipped: no browser to print with; apt-get install -y {PACKAGES}");
        }
        return;
    }
    for (lang, tag) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut phone = Installation::new(folder.path(), 1);
        phone.lang = tag.to_owned();
        let field = phone.open().expect("opens");
        let case = sight(&field, false);
        let view = complete(&field, &case);
        sign_all(&field, &case);
        field.seal(case.clone(), None).expect("sealed");
        let page = field.agreement(case).expect("made").expect("a page");
        let pdf = print(&page, folder.path());
        let info = told(Command::new("pdfinfo").arg(&pdf));
        let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).map(str::trim);
        assert_eq!(pages, Some("1"), "{lang:?}: {info}");
        assert!(info.contains("A4"), "{info}");
        let paper = unbroken(&told(Command::new("pdftotext").arg("-raw").arg(&pdf).arg("-")));
        let fields: Vec<_> = Pack::builtin().questions.iter().filter(|question| question.art21.is_some()).collect();
        assert!(fields.len() >= 13);
        for question in fields {
            let label = unbroken(&tell(lang, "question", question.id.replace('.', "-")));
            assert!(paper.contains(&label), "{lang:?}: `{label}` is not on the paper:\n{paper}");
            let given: Vec<_> = view.answers.iter().filter(|answer| answer.question == question.id).collect();
            assert!(!given.is_empty(), "{}", question.id);
            for answer in given {
                assert!(
                    paper.contains(&unbroken(&answer.text)),
                    "{lang:?}: {} is not on the paper:\n{paper}",
                    answer.text
                );
            }
        }
        assert!(!paper.contains(&unbroken(&tell(lang, "agreement", "missing"))), "{paper}");
    }
}
