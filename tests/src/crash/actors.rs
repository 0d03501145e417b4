//! The processes that are killed. Each is started again on the same folder and the same port.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::Failed;
use crate::roadside::Installation;

/// How long the last round may take to bring everything over.
const DRAIN: Duration = Duration::from_secs(240);

/// A program beside the running one, or one folder up where a test runs.
pub fn sibling(name: &str) -> Result<PathBuf, Failed> {
    let own = std::env::current_exe()?;
    let places = own.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    let mut found = places.filter(|path| path.is_file());
    Ok(found
        .next()
        .ok_or_else(|| format!("{name} is not built: cargo build -p jingbao-gateway -p jingbao-tests --bins"))?)
}

/// tusd as `cargo xtask` builds it, or as the environment names it.
pub fn find_tusd() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("JINGBAO_TUSD") {
        return Some(named.into());
    }
    let own = std::env::current_exe().ok()?;
    own.ancestors().map(|folder| folder.join("tools").join("tusd")).find(|path| path.is_file())
}

/// A server that can be killed and started again.
pub(super) struct Actor {
    program: PathBuf,
    args: Vec<String>,
    at: SocketAddr,
    log: PathBuf,
    child: Option<Child>,
}

impl Actor {
    pub(super) fn gateway(at: SocketAddr, data: &Path, tus: Option<&str>) -> Result<Actor, Failed> {
        let data_text = data.display().to_string();
        let mut args = vec!["serve".to_owned(), "--listen".into(), at.to_string(), "--data".into(), data_text];
        args.extend(tus.into_iter().flat_map(|base| ["--tus".to_owned(), base.to_owned()]));
        Ok(Actor { program: sibling("jingbao-gateway")?, args, at, log: data.with_extension("log"), child: None })
    }

    pub(super) fn tusd(program: &Path, at: SocketAddr, data: &Path) -> Actor {
        let dir = data.display().to_string();
        let args = [
            "-host",
            "127.0.0.1",
            "-port",
            &at.port().to_string(),
            "-upload-dir",
            &dir,
            "-base-path",
            "/files/",
            "-show-greeting=false",
            "-show-startup-logs=false",
            "-verbose=false",
        ];
        let args = args.map(str::to_owned).to_vec();
        Actor { program: program.to_owned(), args, at, log: data.with_extension("log"), child: None }
    }

    /// Starts it and waits until it listens: a server that is killed before has nothing to lose yet.
    pub(super) fn start(&mut self) -> Result<(), Failed> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn()?);
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect_timeout(&self.at, Duration::from_millis(200)).is_err() {
            if Instant::now() > until {
                return Err(format!("{} does not listen", self.program.display()).into());
            }
            std::thread::sleep(Duration::from_millis(3));
        }
        Ok(())
    }

    /// SIGKILL.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Tells the phone's process where its gateway is.
pub fn wire(phone: &Installation) -> Result<(), Failed> {
    let ((address, key), token) = (phone.gateway.clone().unwrap_or_default(), phone.token.clone().unwrap_or_default());
    Ok(fs::write(phone.folder.join("wire"), format!("{address}\n{key}\n{token}\n"))?)
}

/// The phone's process, and every line it ever said.
pub(super) struct Phone {
    folder: PathBuf,
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    /// How many lines there were when the present process began.
    before: usize,
    reader: Option<JoinHandle<()>>,
}

impl Phone {
    pub(super) fn start(phone: &Installation) -> Result<Phone, Failed> {
        let said = Arc::new(Mutex::new(Vec::new()));
        let (child, reader) = spawn(&phone.folder, &said)?;
        Ok(Phone { folder: phone.folder.clone(), child, said, before: 0, reader: Some(reader) })
    }

    /// Waits until the present process has opened its store.
    pub(super) fn is_ready(&mut self, patience: Duration) -> Result<(), Failed> {
        let until = Instant::now() + patience;
        loop {
            if self.said.lock().unwrap_or_else(PoisonError::into_inner).len() > self.before {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the phone ended by itself: {status}").into());
            }
            if Instant::now() > until {
                return Err("the phone does not open".into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// SIGKILL, and everything read that it had said.
    pub(super) fn kill(&mut self) -> Result<(), Failed> {
        if let Some(status) = self.child.try_wait()? {
            return Err(format!("the phone ended by itself: {status}").into());
        }
        self.child.kill()?;
        self.child.wait()?;
        let _ = self.reader.take().map(JoinHandle::join);
        Ok(())
    }

    pub(super) fn start_again(&mut self) -> Result<(), Failed> {
        self.before = self.said.lock().unwrap_or_else(PoisonError::into_inner).len();
        let (child, reader) = spawn(&self.folder, &self.said)?;
        (self.child, self.reader) = (child, Some(reader));
        Ok(())
    }

    pub(super) fn into_told(self) -> Vec<String> {
        std::mem::take(&mut self.said.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &Path, said: &Arc<Mutex<Vec<String>>>) -> Result<(Child, JoinHandle<()>), Failed> {
    let log = File::options().create(true).append(true).open(folder.join("sender.log"))?;
    let mut command = Command::new(sibling("sender")?);
    command.arg(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
    let mut child = command.spawn()?;
    let (out, said) = (child.stdout.take(), Arc::clone(said));
    let reader = std::thread::spawn(move || {
        let Some(out) = out else { return };
        let mut out = BufReader::new(out);
        let mut line = String::new();
        // A line cut by the kill was not said.
        while matches!(out.read_line(&mut line), Ok(1..)) && line.ends_with('\n') {
            said.lock().unwrap_or_else(PoisonError::into_inner).push(line.trim_end().to_owned());
            line.clear();
        }
    });
    Ok((child, reader))
}

/// Lets the phone send until nothing waits; how much then waits, is parked, is done.
pub(super) fn drained(phone: &Installation) -> Result<[u32; 3], Failed> {
    let mut command = Command::new(sibling("sender")?);
    command.arg(&phone.folder).arg("drain").arg(DRAIN.as_secs().to_string());
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("drained ")).unwrap_or_default();
    let numbers: Vec<u32> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [pending, parked, done] if output.status.success() => Ok([pending, parked, done]),
        _ => Err("the phone could not drain".into()),
    }
}
