//! A gateway and a phone as child processes that can be killed at any moment.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::Failed;
use crate::phone::Order;

/// No answer takes longer than this.
const PATIENCE: Duration = Duration::from_secs(120);

/// The folder of this program's siblings.
fn sibling(name: &str) -> Result<PathBuf, Failed> {
    let own = std::env::current_exe()?;
    Ok(own.with_file_name(name))
}

/// A running server.
pub(super) struct Gateway {
    child: Child,
    /// `127.0.0.1:port`.
    pub(super) address: String,
    /// Its public key, base64url.
    pub(super) key: String,
}

impl Gateway {
    /// Starts a server on its folder; `address` with port 0 takes a free one.
    pub(super) fn start(data: &Path, address: &str) -> Result<Gateway, Failed> {
        let log = std::fs::File::options().create(true).append(true).open(data.with_extension("log"))?;
        let mut child = Command::new(sibling("jingbao-gateway")?)
            .args(["serve", "--listen", address, "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let ready: Value =
            serde_json::from_str(&line).map_err(|_| Failed::Broken("the gateway says where it listens".into()))?;
        let text = |key: &str| ready[key].as_str().unwrap_or_default().to_owned();
        Ok(Gateway { child, address: text("listening"), key: text("key") })
    }

    /// SIGKILL.
    pub(super) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs a desk command of the gateway; its exit code and standard output.
pub(super) fn desk(args: &[&str]) -> Result<(i32, String), Failed> {
    let output = Command::new(sibling("jingbao-gateway")?).args(args).stdin(Stdio::null()).output()?;
    Ok((output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// A running phone.
pub(super) struct Phone {
    child: Child,
    orders: ChildStdin,
    lines: Receiver<Value>,
    /// What it said when it was ready: device id and public key.
    pub(super) ready: Value,
}

impl Phone {
    /// Starts a phone and waits until its engine is open.
    pub(super) fn start(args: &[String]) -> Result<Phone, Failed> {
        let mut child = Command::new(sibling("phone")?)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let (orders, out) = match (child.stdin.take(), child.stdout.take()) {
            (Some(orders), Some(out)) => (orders, out),
            _ => return Err(Failed::Broken("pipes to the phone".into())),
        };
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                // The last line of a killed process may be torn.
                if let Ok(value) = serde_json::from_str(&line)
                    && sender.send(value).is_err()
                {
                    break;
                }
            }
        });
        let mut phone = Phone { child, orders, lines, ready: Value::Null };
        let first = phone.next_line()?;
        if let Some(error) = first.get("error") {
            return Err(refused("phone", error));
        }
        phone.ready = first["ready"].clone();
        Ok(phone)
    }

    /// Gives an order without waiting for its answer.
    pub(super) fn order(&mut self, order: &Order) -> Result<(), Failed> {
        let line = serde_json::to_string(order).map_err(std::io::Error::other)?;
        writeln!(self.orders, "{line}")?;
        Ok(self.orders.flush()?)
    }

    /// Gives an order and waits for its answer; changes told in between are passed to `heard`.
    pub(super) fn ask(
        &mut self,
        who: &'static str,
        order: &Order,
        heard: &mut dyn FnMut(&Value),
    ) -> Result<Value, Failed> {
        self.order(order)?;
        loop {
            let line = self.next_line()?;
            if line["id"] != order.id {
                heard(&line);
                continue;
            }
            return match line.get("error") {
                Some(error) => Err(refused(who, error)),
                None => Ok(line["ok"].clone()),
            };
        }
    }

    /// The next line, whatever it is.
    pub(super) fn next_line(&mut self) -> Result<Value, Failed> {
        self.lines.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => Failed::Broken("an answer of the phone within two minutes".into()),
            RecvTimeoutError::Disconnected => Failed::Broken("a living phone".into()),
        })
    }

    /// SIGKILL, and everything it had said before.
    pub(super) fn kill(&mut self) -> Vec<Value> {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut said = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(2)) {
            said.push(line);
        }
        said
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn refused(who: &'static str, error: &Value) -> Failed {
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    Failed::Refused { who, code: text("code"), text: text("text") }
}
