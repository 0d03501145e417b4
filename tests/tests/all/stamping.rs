//! Time-stamps by a real authority on loopback, whose answers `openssl ts` makes; and one that does not work.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jingbao_core::{
    custody::stamp::{self, Authority, BadStamp, Stamp},
    text::Lang,
};
use jingbao_gateway::desk::{
    Exit,
    verify::{VerifyArgs, run},
};
use jingbao_tests::roadside::Installation;

use crate::{
    bag::Bag,
    fixture::{Gateway, complete, enrol, sight, sign_all, sync},
    recipe::{Unpacked, need},
};

/// An authority with a root above it, made by openssl in a folder.
struct Tsa {
    folder: PathBuf,
}

impl Tsa {
    fn new(folder: &Path, key: &str) -> Tsa {
        std::fs::create_dir_all(folder).expect("a folder");
        let tsa = Tsa { folder: folder.to_owned() };
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
        write("ext", "extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n");
        write("serial", "01\n");
        write(
            "conf",
            "[tsa]\ndefault_tsa=one\n[one]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\ncerts=ca.pem\n\
             signer_key=tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\n\
             ess_cert_id_alg=sha256\n",
        );
        tsa.openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Root -days 3650");
        tsa.openssl(&format!("req -newkey {key} -nodes -keyout tsa.key -out tsa.csr -subj /CN=Stamps"));
        tsa.openssl(
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile ext -out tsa.pem",
        );
        tsa
    }

    fn openssl(&self, args: &str) {
        let done = Command::new("openssl").args(args.split(' ')).current_dir(&self.folder).output().expect("openssl");
        assert!(done.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn answer(&self, query: &[u8]) -> Vec<u8> {
        std::fs::write(self.folder.join("query"), query).expect("written");
        self.openssl("ts -reply -config conf -queryfile query -out reply");
        std::fs::read(self.folder.join("reply")).expect("a reply")
    }

    fn certificate(&self) -> PathBuf {
        self.folder.join("tsa.pem")
    }

    fn authorities(&self) -> Vec<Authority> {
        Authority::from_pem(&std::fs::read(self.certificate()).expect("a file")).expect("an authority")
    }

    /// Serves on loopback until the test ends; while `works` is false it only fails.
    fn serve(self: &Arc<Tsa>, works: &Arc<AtomicBool>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        let url = format!("http://{}/stamp", listener.local_addr().expect("an address"));
        let (tsa, works) = (Arc::clone(self), Arc::clone(works));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a caller");
                let mut reader = BufReader::new(stream.try_clone().expect("twice"));
                let mut head = String::new();
                while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
                let head = head.to_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
                let mut query = vec![0; length.trim().parse().expect("a number")];
                reader.read_exact(&mut query).expect("a query");
                assert!(head.contains("content-type: application/timestamp-query"));
                let (status, body) = match works.load(Ordering::SeqCst) {
                    true => ("200 OK", tsa.answer(&query)),
                    false => ("500 No", b"out of order".to_vec()),
                };
                let kind = "content-type: application/timestamp-reply\r\nconnection: close";
                let length = body.len();
                let _ = write!(stream, "HTTP/1.1 {status}\r\n{kind}\r\ncontent-length: {length}\r\n\r\n");
                let _ = stream.write_all(&body);
            }
        });
        url
    }
}

fn said(bundle: &Path, tsa: Option<&Path>, json: bool, lang: Lang) -> (Exit, String) {
    let mut out = Vec::new();
    let args = VerifyArgs { bundle, trust: None, identity: None, tsa, json, lang };
    let exit = run(&args, &mut out).expect("written");
    (exit, String::from_utf8(out).expect("text"))
}

#[test]
fn a_stamp_of_openssl_is_read_under_ecdsa_and_rsa_and_no_changed_byte_changes_what_it_says() {
    need("openssl", "openssl");
    let folder = tempfile::tempdir().expect("a folder");
    let ecdsa = Tsa::new(&folder.path().join("ec"), "ec -pkeyopt ec_paramgen_curve:P-256");
    let rsa = Tsa::new(&folder.path().join("rsa"), "rsa:3072");
    let (message, nonce) = (b"a signature", [0xf1, 2, 3, 4, 5, 6, 7, 8]);
    for (tsa, other) in [(&ecdsa, &rsa), (&rsa, &ecdsa)] {
        let reply = tsa.answer(&stamp::request(message, nonce));
        let stamp = Stamp::read(&reply).expect("a stamp");
        assert!(stamp.covers(message) && !stamp.covers(b"another") && stamp.answers(nonce) && !stamp.answers([1; 8]));
        assert_eq!(stamp.is_by(&tsa.authorities()), Ok(()));
        assert_eq!(stamp.is_by(&other.authorities()), Err(BadStamp::AnotherAuthority));
        let own = tsa.authorities();
        for at in 0..reply.len() {
            let mut changed = reply.clone();
            changed[at] ^= 1 << (at % 8);
            if let Ok(read) = Stamp::read(&changed)
                && read.is_by(&own).is_ok()
            {
                assert!(read.at == stamp.at && read.covers(message) && read.answers(nonce), "byte {at}");
            }
        }
        assert_eq!(Stamp::read(&reply[..reply.len() - 1]), Err(BadStamp::Malformed));
    }
    // A query that it does not grant: of a hash it does not know.
    let refused = ecdsa.answer(&{
        let mut query = stamp::request(message, nonce);
        let oid = query.windows(3).position(|three| three == [4, 2, 1]).expect("sha256");
        query[oid + 2] = 9;
        query
    });
    assert_eq!(Stamp::read(&refused), Err(BadStamp::Refused));
    let root = std::fs::read(ecdsa.folder.join("ca.pem")).expect("a file");
    assert!(Authority::from_pem(&root).is_err(), "a root stamps nothing");
}

#[test]
fn a_sealed_head_is_stamped_when_an_authority_answers_and_one_that_fails_holds_nothing() {
    need("openssl", "openssl");
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let tsa = Arc::new(Tsa::new(&at("tsa"), "ec -pkeyopt ec_paramgen_curve:P-256"));
    let works = Arc::new(AtomicBool::new(false));
    let gateway = Gateway::start(&at("gateway"));
    std::fs::create_dir_all(at("phone")).expect("a folder");
    let mut phone = Installation::new(&at("phone"), 1);
    enrol(&mut phone, &gateway, &at("gateway"));
    phone.stamp_url = Some(tsa.serve(&works));
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    let report = sync(&field, 30);
    assert_eq!((report.pending, report.parked), (0, 0));
    let bare = at("bare.zip");
    field.export(case.clone(), bare.display().to_string()).expect("exported");
    let (exit, text) = said(&bare, Some(&tsa.certificate()), false, Lang::En);
    assert!(exit == Exit::Bad && text.contains("No time-stamp"), "{text}");
    assert_eq!(said(&bare, None, false, Lang::En).0, Exit::Good);

    works.store(true, Ordering::SeqCst);
    sync(&field, 30);
    // A later round has nothing to ask any more.
    works.store(false, Ordering::SeqCst);
    sync(&field, 5);
    let stamped = at("stamped.zip");
    field.export(case.clone(), stamped.display().to_string()).expect("exported");
    let (exit, text) = said(&stamped, Some(&tsa.certificate()), true, Lang::En);
    let json: serde_json::Value = serde_json::from_str(&text).expect("json");
    assert_eq!((exit, &json["stamped"]["checked"]), (Exit::Good, &true.into()), "{text}");
    let (exit, text) = said(&stamped, None, false, Lang::Zh);
    assert!(exit == Exit::Good && text.contains("签发机构未核对"), "{text}");
    let (exit, text) = said(&stamped, Some(&tsa.folder.join("conf")), false, Lang::En);
    assert!(exit == Exit::Unable && text.contains("no certificate"), "{text}");
    let stranger = Tsa::new(&at("stranger"), "rsa:2048");
    assert_eq!(said(&stamped, Some(&stranger.certificate()), false, Lang::En).0, Exit::Bad);

    let bag = Bag::read(&std::fs::read(&stamped).expect("a file"));
    let stamp = bag.named("data/timestamps/");
    let plain = |bag: &Bag| {
        let unpacked = Unpacked::new(bag);
        std::fs::copy(tsa.folder.join("ca.pem"), unpacked.folder.path().join("TSA.pem")).expect("copied");
        unpacked
    };
    let good = plain(&bag);
    assert_eq!(good.failing(), Vec::<&str>::new());
    assert_eq!(good.commands.iter().filter(|line| line.starts_with("openssl ts -verify")).count(), 1);
    for spot in (0..bag.files[&stamp].len()).step_by(97) {
        let mut bytes = bag.files[&stamp].clone();
        bytes[spot] ^= 1;
        let forged = bag.with(&stamp, bytes).remade();
        let path = at("forged.zip");
        std::fs::write(&path, forged.zip()).expect("written");
        let (exit, text) = said(&path, Some(&tsa.certificate()), false, Lang::En);
        assert!(exit == Exit::Bad && text.contains(&stamp), "byte {spot}: {text}");
    }
    let swapped = bag.with(&stamp, tsa.answer(&stamp::request(b"another signature", [9; 8]))).remade();
    assert!(plain(&swapped).failing().iter().any(|line| line.starts_with("openssl ts -verify")));
}
