//! The program as a process: its line on stdout, SIGKILL, SIGTERM.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use jingbao_gateway::store::Role;

use crate::fixture::{Phone, case, digest, key, op, send};

fn serve(data: &Path) -> (Child, std::net::SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jingbao-gateway"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    let told: serde_json::Value = serde_json::from_str(&line).expect("json");
    assert!(told["key"].is_string());
    let address = told["listening"].as_str().expect("address").parse().expect("address");
    (child, address)
}

#[test]
fn a_server_that_is_given_a_pack_no_phone_could_read_does_not_start() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("unsigned.json");
    std::fs::write(&file, include_str!("../../../core/packs/shandong-yantai.json")).expect("written");
    let ended = Command::new(env!("CARGO_BIN_EXE_jingbao-gateway"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("data"))
        .arg("--pack")
        .arg(&file)
        .output()
        .expect("ended");
    let said = String::from_utf8(ended.stderr).expect("text");
    assert!(ended.status.code() == Some(2) && said.contains("unsigned.json"), "{said}");
}

#[test]
fn invariant_3_what_was_acknowledged_survives_sigkill_with_its_receipt() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let (mut child, address) = serve(data.path());
    let mut answers = Vec::new();
    for n in 1..=5 {
        let (body, _) = phone.revision(case(n), 1, None, "一");
        let path = format!("/v1/cases/{}/revisions/1", case(n));
        let answer = send(address, "PUT", &path, &[phone.auth(), key(op(n)), digest(&body)], &body);
        assert_eq!(answer.status, 201);
        answers.push((path, body, answer.body));
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    let (mut child, address) = serve(data.path());
    for (n, (path, body, before)) in (1..).zip(answers) {
        let answer = send(address, "PUT", &path, &[phone.auth(), key(op(n)), digest(&body)], &body);
        assert_eq!((answer.status, answer.body), (200, before));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("sent").success());
    assert!(child.wait().expect("ended").success(), "SIGTERM ends it well");
}
