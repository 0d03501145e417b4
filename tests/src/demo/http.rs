//! One request over loopback, to look at what the gateway holds with other eyes than the phone's, and to be a desk.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use super::Failed;

/// Status and body.
pub(super) fn get(address: &str, path: &str, token: &str) -> Result<(u16, Vec<u8>), Failed> {
    ask(address, "GET", path, token, "")
}

/// The same with something to say.
pub(super) fn post(address: &str, path: &str, token: &str, body: &str) -> Result<(u16, Vec<u8>), Failed> {
    ask(address, "POST", path, token, body)
}

/// HTTP/1.0, so that the body ends with the connection.
fn ask(address: &str, method: &str, path: &str, token: &str, body: &str) -> Result<(u16, Vec<u8>), Failed> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    let end = reply.windows(4).position(|window| window == b"\r\n\r\n");
    let split = end.ok_or_else(|| Failed::Broken("an HTTP answer of the gateway".into()))?;
    let head = String::from_utf8_lossy(&reply[..split]).into_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    Ok((status, reply[split + 4..].to_vec()))
}
