//! The agreement in a real browser, printed: what the paper says is what counts, not what the markup says. The code on it
//! is read back from the printed page by a reader that shares nothing with the writer.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use jingbao::{Field, views::CaseView};
use jingbao_core::{
    pack::Pack,
    text::{Lang, tell},
};
use jingbao_tests::roadside::Installation;

use crate::fixture::{answer, answer_all, complete, sight, sign_of};

const PACKAGES: &str = "chromium poppler-utils fonts-noto-cjk";
/// Nobody's name is longer, and few are rarer: fifty characters.
const LONG: &str = "𠮷㛃䶮·阿卜杜热合曼·买买提吐尔逊江·欧阳示例司徒示例诸葛示例上官示例东方示例慕容示例尉迟示例甲乙丙";
/// Writes into the page what is wider than its box, and stays empty otherwise.
const MEASURE: &str = "<script>addEventListener('load', () => {
  const wide = [...document.querySelectorAll('body, body *')].filter(e => !e.closest('svg') && e.scrollWidth > e.clientWidth && e.clientWidth > 0);
  document.documentElement.dataset.clipped = wide.map(e => e.tagName + '.' + e.className + ':' + e.textContent.slice(0, 20)).join('|');
  document.documentElement.dataset.measured = document.querySelectorAll('td').length;
})</script>";

/// The browser, doing one thing with a page.
fn browser(page: &str, folder: &Path, order: &[&str]) -> Vec<u8> {
    let html = folder.join("agreement.html");
    std::fs::write(&html, page).expect("written");
    let done = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(order)
        .arg(format!("file://{}", html.display()))
        .output()
        .expect("chromium runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

/// Prints the page as a PDF and gives the file with the number of its pages.
fn print(page: &str, folder: &Path) -> (PathBuf, usize) {
    let pdf = folder.join("agreement.pdf");
    browser(page, folder, &[&format!("--print-to-pdf={}", pdf.display())]);
    let info = told(Command::new("pdfinfo").arg(&pdf));
    assert!(info.contains("A4"), "{info}");
    let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).map(str::trim);
    (pdf, pages.and_then(|pages| pages.parse().ok()).expect("a number of pages"))
}

/// No text is wider than the box it stands in, on a screen as wide as a sheet of paper and on a phone.
fn nothing_is_clipped(page: &str, folder: &Path) {
    for width in ["718", "500"] {
        let measured = page.replacen("</body>", &format!("{MEASURE}</body>"), 1);
        let size = format!("--window-size={width},1400");
        let dom = browser(&measured, folder, &[&size, "--virtual-time-budget=2000", "--dump-dom"]);
        let dom = String::from_utf8(dom).expect("text");
        assert!(dom.contains("data-measured=") && !dom.contains("data-measured=\"0\""), "the script ran");
        assert!(dom.contains("data-clipped=\"\""), "{width}: {}", &dom[..dom.len().min(400)]);
    }
}

/// What the code on the last printed page says.
fn code_on(pdf: &Path, folder: &Path) -> String {
    let page = folder.join("paper");
    told(Command::new("pdftoppm").args(["-gray", "-r", "200"]).arg(pdf).arg(&page));
    let mut sheets: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("a file").path()).collect();
    sheets.retain(|path| path.extension().is_some_and(|kind| kind == "pgm"));
    sheets.sort();
    let bytes = std::fs::read(sheets.last().expect("a page")).expect("read");
    // P5, width and height, the largest value, then one byte a pixel.
    let mut head = bytes.splitn(4, |byte| byte.is_ascii_whitespace()).take(3).map(|word| String::from_utf8_lossy(word));
    assert_eq!(head.next().as_deref(), Some("P5"));
    let [width, height] =
        [head.next(), head.next()].map(|word| word.and_then(|w| w.parse::<usize>().ok()).expect("a size"));
    let grey = &bytes[bytes.len() - width * height..];
    let mut sheet = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
    let codes: Vec<String> = sheet.detect_grids().iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect();
    assert_eq!(codes.len(), 1, "one code on the page");
    codes[0].clone()
}

/// What a program says.
fn told(command: &mut Command) -> String {
    String::from_utf8(command.output().expect("runs").stdout).expect("text")
}

/// Lines break where the column ends, which is not what is asked.
fn unbroken(text: &str) -> String {
    text.split_whitespace().collect()
}

fn words_on(pdf: &Path) -> String {
    unbroken(&told(Command::new("pdftotext").arg("-raw").arg(pdf).arg("-")))
}

fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

fn can_print() -> bool {
    let here = ["chromium", "pdftotext", "pdfinfo", "pdftoppm"].into_iter().all(is_here);
    if !here {
        assert!(std::env::var_os("CI").is_none(), "apt-get install -y {PACKAGES}");
        #[allow(clippy::print_stdout)]
        {
            println!("skipped: no browser to print with; apt-get install -y {PACKAGES}");
        }
    }
    here
}

/// A sealed case of these parties; the page of its agreement, the record's hash, and what was answered.
fn sealed(folder: &Path, tag: &str, edit: impl Fn(&Field, &str), parties: &[&str]) -> (String, String, CaseView) {
    let mut phone = Installation::new(folder, 1);
    phone.lang = tag.to_owned();
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    complete(&field, &case);
    edit(&field, &case);
    let view = answer_all(&field, &case);
    sign_of(&field, &case, parties);
    let sealed = field.seal(case.clone(), None).expect("sealed");
    let page = field.agreement(case).expect("made").expect("a page");
    // For whoever wants to look at them.
    if let Some(shelf) = std::env::var_os("JINGBAO_PAGES") {
        let name = format!("browser-{}-{tag}-{}.html", parties.len(), sealed.accord);
        std::fs::write(Path::new(&shelf).join(name), &page).expect("written");
    }
    (page, sealed.revisions.last().expect("a revision").clone(), view)
}

#[test]
fn every_field_of_article_21_is_on_one_printed_page_for_two_parties_and_its_code_reads_back() {
    if !can_print() {
        return;
    }
    for (lang, tag) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let folder = tempfile::tempdir().expect("a folder");
        let (page, hash, view) = sealed(folder.path(), tag, |_, _| {}, &["A", "B"]);
        let (pdf, pages) = print(&page, folder.path());
        assert_eq!(pages, 1, "{lang:?}");
        let paper = words_on(&pdf);
        let fields: Vec<_> = Pack::builtin().questions.iter().filter(|question| question.art21.is_some()).collect();
        assert!(fields.len() >= 13);
        for question in fields {
            let label = unbroken(&tell(lang, "question", question.id.replace('.', "-")));
            assert!(paper.contains(&label), "{lang:?}: `{label}` is not on the paper:\n{paper}");
            let given: Vec<_> = view.answers.iter().filter(|answer| answer.question == question.id).collect();
            assert!(!given.is_empty(), "{}", question.id);
            for answer in given {
                let words = unbroken(&answer.text);
                assert!(paper.contains(&words), "{lang:?}: {words} is not on the paper:\n{paper}");
            }
        }
        assert!(!paper.contains(&unbroken(&tell(lang, "agreement", "missing"))), "{paper}");
        assert!(paper.contains(&hash), "the hash as text");
        assert_eq!(code_on(&pdf, folder.path()), hash, "the hash as a code");
        nothing_is_clipped(&page, folder.path());
    }
}

#[test]
fn two_parties_who_answered_everything_fit_one_page_in_both_languages() {
    if !can_print() {
        return;
    }
    let all = [
        ("party.licence", "370602001234"),
        ("party.report_number", "RDAA2026370600000123456"),
        ("party.vin", "LVSHCAMB1CE054249"),
        ("party.direction", "south_east"),
        ("party.damage", "后保险杠凹陷约三十厘米，左后灯破裂，后备箱盖变形不能关闭"),
        ("party.settlement", "260000"),
    ];
    for tag in ["zh", "en"] {
        let folder = tempfile::tempdir().expect("a folder");
        let everything = |field: &Field, case: &str| {
            for letter in ["A", "B"] {
                all.iter().for_each(|(question, value)| drop(answer(field, case, Some(letter), question, value)));
                drop(answer(field, case, Some(letter), "party.name", LONG));
            }
        };
        let (page, hash, _) = sealed(folder.path(), tag, everything, &["A", "B"]);
        let (pdf, pages) = print(&page, folder.path());
        assert_eq!(pages, 1, "{tag}");
        let paper = words_on(&pdf);
        for said in ["370602001234", "RDAA2026370600000123456", "LVSHCAMB1CE054249", "后备箱盖变形不能关闭", "2600.00"]
        {
            assert_eq!(paper.matches(said).count(), 2, "{tag}: {said}: {paper}");
        }
        assert_eq!(code_on(&pdf, folder.path()), hash);
        nothing_is_clipped(&page, folder.path());
    }
}

#[test]
fn two_and_eight_parties_with_the_longest_names_are_printed_whole() {
    if !can_print() {
        return;
    }
    let letters = ["A", "B", "C", "D", "E", "F", "G", "H"];
    for (count, pages_wanted) in [(2, 1..=1), (8, 2..=8)] {
        let folder = tempfile::tempdir().expect("a folder");
        let named = |field: &Field, case: &str| {
            letters[..count].iter().for_each(|letter| drop(answer(field, case, Some(letter), "party.name", LONG)));
        };
        let (page, hash, _) = sealed(folder.path(), "zh", named, &letters[..count]);
        let (pdf, pages) = print(&page, folder.path());
        assert!(pages_wanted.contains(&pages), "{count} parties on {pages} pages");
        let paper = words_on(&pdf);
        assert_eq!(paper.matches(LONG).count(), count, "{paper}");
        assert!(paper.contains('𠮷'));
        assert_eq!(code_on(&pdf, folder.path()), hash);
        nothing_is_clipped(&page, folder.path());
    }
}

#[test]
fn t10_a_dispute_of_three_is_printed_as_no_agreement() {
    if !can_print() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let quarrel = |field: &Field, case: &str| {
        answer(field, case, Some("C"), "party.kind", "motor");
        answer(field, case, None, "fact.dispute", "yes");
        answer(field, case, Some("A"), "party.liability", "none");
    };
    let (page, hash, _) = sealed(folder.path(), "zh", quarrel, &["A", "B", "C"]);
    let (pdf, pages) = print(&page, folder.path());
    assert!(pages <= 2, "{pages}");
    let paper = words_on(&pdf);
    for code in ["title-not-agreed", "not-agreed", "joint-application", "claims"] {
        assert!(paper.contains(&unbroken(&tell(Lang::Zh, "agreement", code))), "{code}: {paper}");
    }
    assert_eq!(code_on(&pdf, folder.path()), hash);
    nothing_is_clipped(&page, folder.path());
}
