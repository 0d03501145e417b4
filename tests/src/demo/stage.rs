//! Who plays, and what is told: the two phones, the gateway, the story clock, the narration.

use std::path::{Path, PathBuf};

use jingbao_core::{
    text::{self, Lang, Value as Word},
    time::{SHANGHAI_OFFSET_S, Timestamp},
};
use serde_json::Value;

use super::{
    Failed, Options,
    credential::{self, Association},
    input::Input,
    process::{Gateway, Phone, desk},
    tale::{Beat, CredentialBeat, CustodyBeat, DutyBeat, PhotoBeat, QueueBeat, ReceiptBeat, Summary, Tale, Verified},
};
use crate::phone::{Order, What};

/// One of the two phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The specialist's, the recorder.
    Surveyor,
    /// The front car's driver's.
    Driver,
}

impl Who {
    pub(super) fn name(self) -> &'static str {
        match self {
            Who::Surveyor => "surveyor",
            Who::Driver => "driver",
        }
    }
}

/// Everything on stage.
pub(super) struct Stage {
    pub(super) lang: Lang,
    pub(super) seed: u64,
    pub(super) out: PathBuf,
    pub(super) work: PathBuf,
    gateway: Option<Gateway>,
    /// Where the gateway listens, also while it is away.
    pub(super) address: String,
    gateway_key: String,
    phones: [Option<Phone>; 2],
    /// Token of the association's desk.
    pub(super) desk_token: String,
    /// Tokens of the desks of the two parties' insurers.
    pub(super) insurers: [String; 2],
    /// Story time, UTC milliseconds.
    pub(super) now: i64,
    /// When the survey car stopped, UTC milliseconds.
    pub(super) stopped: i64,
    orders: u64,
    pub(super) kills: u32,
    pub(super) outages: u32,
    pub(super) moments: Vec<Beat>,
    pub(super) duty: Vec<DutyBeat>,
    pub(super) photos: Vec<PhotoBeat>,
    pub(super) queue: Vec<QueueBeat>,
    pub(super) association: Association,
    pub(super) credential: Option<CredentialBeat>,
    pub(super) custody: Vec<CustodyBeat>,
    pub(super) receipts: Vec<ReceiptBeat>,
    pub(super) clearing_ms: Option<i64>,
}

impl Stage {
    /// Starts the gateway and both phones, enrols them, and takes the network away.
    pub(super) fn set(options: &Options, work: &Path, input: &Input) -> Result<Stage, Failed> {
        let data = work.join("gateway");
        std::fs::create_dir_all(&data)?;
        let gateway = Gateway::start(&data, "127.0.0.1:0")?;
        let mut stage = Stage {
            lang: options.lang,
            seed: options.seed,
            out: options.out.clone(),
            work: work.to_owned(),
            address: gateway.address.clone(),
            gateway_key: gateway.key.clone(),
            gateway: Some(gateway),
            phones: [None, None],
            desk_token: String::new(),
            insurers: Default::default(),
            now: input.drive.first().map_or(0, |point| point.at.0),
            stopped: 0,
            orders: 0,
            kills: 0,
            outages: 0,
            moments: Vec::new(),
            duty: Vec::new(),
            photos: Vec::new(),
            queue: Vec::new(),
            association: Association::of(options.seed)?,
            credential: None,
            custody: Vec::new(),
            receipts: Vec::new(),
            clearing_ms: None,
        };
        stage.tell("gateway", "story-enrol", &[]);
        for (who, company) in [(Who::Surveyor, "pingan"), (Who::Driver, "private")] {
            stage.wake(who)?;
            let ready = stage.phone(who)?.ready.clone();
            let text = |key: &str| ready[key].as_str().unwrap_or_default().to_owned();
            let token = stage.enrol(&text("device"), &text("key"), company, None)?;
            std::fs::write(stage.folder(who).join("token"), token)?;
        }
        let key = stage.gateway_key.clone();
        let desk = |number: u8| format!("01900000-0000-7000-8000-00000000000{number}");
        stage.desk_token = stage.enrol(&desk(1), &key, "association", Some("association"))?;
        stage.insurers = [
            stage.enrol(&desk(2), &key, "picc", Some("insurer"))?,
            stage.enrol(&desk(3), &key, "cpic", Some("insurer"))?,
        ];
        std::fs::write(stage.out.join("trust.json"), stage.trust())?;
        credential::issue(&mut stage)?;
        stage.gateway_away();
        stage.tell("gateway", "story-no-signal", &[]);
        Ok(stage)
    }

    fn enrol(&self, device: &str, key: &str, company: &str, desk_of: Option<&str>) -> Result<String, Failed> {
        let data = self.work.join("gateway").display().to_string();
        let mut args = vec!["device", "add", "--data", &data, "--device", device, "--key", key, "--company", company];
        if let Some(role) = desk_of {
            args.extend(["--desk", role]);
        }
        let (_, out) = desk(&args)?;
        let answer: Value = serde_json::from_str(&out).unwrap_or_default();
        answer["token"].as_str().map(str::to_owned).ok_or_else(|| Failed::Broken("a token from `device add`".into()))
    }

    fn trust(&self) -> String {
        serde_json::json!({ "keys": [{ "role": "gateway", "key": self.gateway_key }] }).to_string()
    }

    /// The folder of a phone.
    pub(super) fn folder(&self, who: Who) -> PathBuf {
        self.work.join(who.name())
    }

    /// Starts a phone, or starts it again.
    pub(super) fn wake(&mut self, who: Who) -> Result<(), Failed> {
        let lang = if self.lang == Lang::Zh { "zh" } else { "en" };
        let folder = self.folder(who).display().to_string();
        let gateway = format!("http://{}", self.address);
        let args =
            ["--folder", &folder, "--gateway", &gateway, "--gateway-key", &self.gateway_key, "--lang", lang, "--at"];
        let mut args: Vec<String> = args.iter().map(ToString::to_string).collect();
        args.extend([self.now.to_string(), "--association-key".into(), self.association.public()?]);
        self.phones[who as usize] = Some(Phone::start(&args)?);
        Ok(())
    }

    pub(super) fn phone(&mut self, who: Who) -> Result<&mut Phone, Failed> {
        self.phones[who as usize].as_mut().ok_or_else(|| Failed::Broken("a phone that is on".into()))
    }

    /// SIGKILL of a phone; what it had said before.
    pub(super) fn kill(&mut self, who: Who) -> Vec<Value> {
        self.kills += 1;
        self.phones[who as usize].take().map(|mut phone| phone.kill()).unwrap_or_default()
    }

    /// SIGKILL of the gateway: an outage begins.
    pub(super) fn gateway_away(&mut self) {
        self.outages += 1;
        drop(self.gateway.take());
    }

    /// The gateway is back at its address.
    pub(super) fn gateway_back(&mut self) -> Result<(), Failed> {
        self.gateway = Some(Gateway::start(&self.work.join("gateway"), &self.address.clone())?);
        Ok(())
    }

    /// An order at the present story time.
    pub(super) fn order(&mut self, what: What) -> Order {
        self.orders += 1;
        Order { id: self.orders, at: self.now, what }
    }

    /// Gives an order and waits for the answer.
    pub(super) fn ask(&mut self, who: Who, what: What) -> Result<Value, Failed> {
        let order = self.order(what);
        self.phone(who)?.ask(who.name(), &order, &mut |_| {})
    }

    /// The minute at which the survey car stopped, as the form wants it.
    pub(super) fn stopped_at(&self) -> String {
        Timestamp(self.stopped).minute(SHANGHAI_OFFSET_S)
    }

    /// The story goes on by so many seconds.
    pub(super) fn pass(&mut self, seconds: i64) {
        self.now += seconds * 1000;
    }

    /// Tells one sentence, on the terminal and for the report.
    pub(super) fn tell(&mut self, who: &'static str, code: &str, args: &[(&str, Word)]) {
        self.speak(who, code, args, false);
    }

    /// Tells of a kill or an outage.
    pub(super) fn tell_blow(&mut self, who: &'static str, code: &str, args: &[(&str, Word)]) {
        self.speak(who, code, args, true);
    }

    fn speak(&mut self, who: &'static str, code: &str, args: &[(&str, Word)], blow: bool) {
        let sentence = text::say(self.lang, code, args);
        let at = Timestamp(self.now).rfc3339(SHANGHAI_OFFSET_S)[11..19].to_owned();
        let name = text::tell(self.lang, "story-who", who);
        let mark = if blow { "⚡" } else { " " };
        say_line(&format!("{at} {mark} {name}  {sentence}"));
        self.moments.push(Beat { at, who, text: sentence, blow });
    }

    /// Looks at both queues and remembers what it saw.
    pub(super) fn look_at_queues(&mut self, code: &str) -> Result<(u32, u32), Failed> {
        let count = |value: &Value, key: &str| u32::try_from(value[key].as_u64().unwrap_or(0)).unwrap_or(0);
        let surveyor = self.ask(Who::Surveyor, What::Queue)?;
        let driver = self.ask(Who::Driver, What::Queue)?;
        let pending = (count(&surveyor, "pending"), count(&driver, "pending"));
        let done = count(&surveyor, "done") + count(&driver, "done");
        let when = text::say(self.lang, code, &[]);
        self.queue.push(QueueBeat { when, surveyor: pending.0, driver: pending.1, done });
        Ok(pending)
    }

    /// Ends both phones politely and the gateway for good.
    pub(super) fn close(&mut self) {
        for who in [Who::Surveyor, Who::Driver] {
            // A phone that is gone already is as good.
            let _ = self.ask(who, What::Shutdown);
            self.phones[who as usize] = None;
        }
        self.gateway = None;
    }

    /// Hands over what was seen.
    pub(super) fn into_tale(self, input: &Input, verified: Verified, summary: Summary) -> Tale {
        Tale {
            lang: self.lang,
            moments: self.moments,
            drive: input.drive.iter().map(|point| (point.lat, point.lon)).collect(),
            accident: input.accident,
            duty: self.duty,
            photos: self.photos,
            agreements: vec!["agreement.html".into(), "agreement-2.html".into()],
            queue: self.queue,
            credential: self.credential,
            custody: self.custody,
            receipts: self.receipts,
            clearing_ms: self.clearing_ms,
            verified,
            summary,
        }
    }
}

/// The story's one way to the terminal.
#[allow(clippy::print_stdout, reason = "telling the story on the terminal is what the demo is for")]
pub(super) fn say_line(line: &str) {
    println!("{line}");
}
