//! A network that answers in the gateway's place. Whatever it says is not success and parks nothing; once the gateway is
//! there again, everything goes.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use crate::{
    delivery::{deliver, road, sealed},
    fixture::{runtime, sync},
};

/// A server that gives everybody these very bytes and hangs up.
pub(crate) fn answers(bytes: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                // The whole of what is sent, as far as it comes at once: an early end would look like a cut.
                let _ = stream.set_read_timeout(Some(std::time::Duration::from_millis(60)));
                let mut seen = [0; 4096];
                while matches!(stream.read(&mut seen), Ok(1..)) {}
                let _ = stream.write_all(bytes);
            });
        }
    });
    address
}

const PAGE: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 22\r\nconnection: close\r\n\r\n<html>Welcome!</html>\n";
const REDIRECT: &[u8] =
    b"HTTP/1.1 302 Found\r\nlocation: http://login.example/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const LOGIN: &[u8] = b"HTTP/1.1 511 Network Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const BROKEN: &[u8] =
    b"HTTP/1.1 520 Oops\r\ncontent-type: text/html\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>";
const HALF: &[u8] =
    b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 16\r\nconnection: close\r\n\r\n{\"receipt\": {\"ma";
const TRUNCATED: &[u8] =
    b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 999\r\nconnection: close\r\n\r\n{\"receipt\": {\"ma";
const FORBIDDEN: &[u8] =
    b"HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>";
const UNPROCESSABLE: &[u8] =
    b"HTTP/1.1 422 Unprocessable\r\ncontent-type: text/html\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>";

#[test]
fn s1_s27_t18_whatever_somebody_else_answers_is_no_success_parks_nothing_and_has_its_own_reason() {
    for (says, reasons) in [
        (PAGE, &["later-portal"][..]),
        (REDIRECT, &["later-portal"]),
        (LOGIN, &["later-portal"]),
        (BROKEN, &["later-server"]),
        // An upload does not wait for a receipt: to it, half a receipt is somebody else's answer.
        (HALF, &["later-not-a-receipt", "later-not-a-gateway"]),
        (TRUNCATED, &["later-cut"]),
        (FORBIDDEN, &["later-not-a-gateway"]),
        (UNPROCESSABLE, &["later-not-a-gateway"]),
    ] {
        // Each with a queue of its own: what a stranger says makes all of it wait, and only a few are tried.
        let mut road = road();
        let field = road.phone.open().expect("opens");
        let case = sealed(&field);
        field.shutdown();
        let (right, key) = road.phone.gateway.clone().expect("a gateway");
        road.phone.gateway = Some((format!("http://{}", answers(says)), key.clone()));
        let field = road.phone.open().expect("opens");
        let report = sync(&field, 1);
        assert_eq!((report.sent, report.parked, report.unauthorized), (0, 0, false), "{report:?}");
        let lang = road.phone.lang.parse().expect("a language");
        let known: Vec<String> = reasons.iter().map(|reason| jingbao_core::text::say(lang, reason, &[])).collect();
        let queue = field.queue().expect("a queue");
        let waits: Vec<&str> = queue.items.iter().map(|item| item.why.as_str()).filter(|why| !why.is_empty()).collect();
        assert!(!waits.is_empty(), "{reasons:?}: nothing was said");
        // The round may end while the next try is under way.
        let over = jingbao_core::text::say(lang, "later-budget", &[]);
        assert!(
            waits.iter().all(|why| known.iter().any(|known| known == why) || *why == over),
            "{reasons:?}: {waits:?}"
        );
        assert!(waits.iter().any(|why| known[0] == *why), "{reasons:?}: {waits:?}");
        field.shutdown();
        road.phone.gateway = Some((right, key));
        let field = road.phone.open().expect("opens");
        deliver(&field);
        assert_eq!(field.case(case).expect("a view").state, "stored");
    }
}

#[test]
fn t18_a_certificate_of_another_name_is_a_portal_and_not_a_lost_trust() {
    use tokio_rustls::rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
    let made = rcgen::generate_simple_self_signed(vec!["login.example".into()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a server");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let server = runtime();
    let listener = server.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("bound");
    let port = listener.local_addr().expect("an address").port();
    server.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { drop(acceptor.accept(stream).await) });
        }
    });
    let mut road = road();
    let (_, key) = road.phone.gateway.clone().expect("a gateway");
    road.phone.gateway = Some((format!("https://localhost:{port}"), key));
    road.phone.authority = Some(made.cert.pem());
    let field = road.phone.open().expect("opens");
    crate::fixture::sight(&field, false);
    sync(&field, 2);
    let queue = field.queue().expect("a queue");
    let lang = road.phone.lang.parse().expect("a language");
    let expected = jingbao_core::text::say(lang, "later-portal", &[]);
    assert!(queue.items.iter().any(|item| item.why == expected), "{queue:?}");
}
