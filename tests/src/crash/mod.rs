//! A phone, a gateway and a real tusd as processes on loopback, a bad link between the first two, and somebody who kills
//! one of them again and again at random moments (SIGKILL). Triggered by `bench crash` and its smaller test; ends, after
//! all could settle, in a [`Verdict`]: what the phone had acknowledged is on the gateway once, byte for byte, nothing
//! waits or is stuck, and no database was ever found damaged.
//! Not its business: power loss, where more than a process goes; a kill keeps what the system was given.

mod actors;
mod verdict;
mod work;

pub use actors::{find_tusd, sibling, wire};
pub use verdict::Verdict;
pub use work::{drain, work_and_send};

use std::{
    net::TcpListener,
    path::PathBuf,
    time::{Duration, Instant},
};

use crate::{
    house::{self, House, enrol},
    link::{Link, Weather},
    roadside::Installation,
};
use actors::{Actor, Phone};

/// Whatever keeps a run from being judged.
pub type Failed = house::Failed;

/// Good enough to work, bad enough that most uploads are cut now and then.
const WEATHER: Weather = Weather {
    bandwidth: 6_000_000,
    round_trip: Duration::from_millis(4),
    cut_every: Some(1_500_000),
    stall: Some((700_000, Duration::from_millis(30))),
};

/// A run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How often somebody is killed.
    pub kills: u32,
    /// Chooses who and when.
    pub seed: u64,
    /// The tus server behind the gateway; without one the gateway's own endpoint is used.
    pub tusd: Option<PathBuf>,
    /// Where everything lies.
    pub folder: PathBuf,
}

/// Kills as planned, lets all settle, and judges.
pub fn run(plan: &Plan) -> Result<Verdict, Failed> {
    let data = plan.folder.join("gateway");
    let (gateway_at, tusd_at) = (free_port()?, free_port()?);
    let folder = plan.folder.join("phone");
    std::fs::create_dir_all(&folder)?;
    let link = Link::to(gateway_at, WEATHER)?;
    let mut phone = Installation::new(&folder, 1);
    // A gateway of this process makes the folder and the key, and is gone before the other opens them.
    let key = House::open(&data)?.key.clone();
    enrol(&mut phone, &data, &key, link.address)?;
    wire(&phone)?;

    let base = format!("http://{tusd_at}/files/");
    let mut tusd = plan.tusd.as_deref().map(|program| Actor::tusd(program, tusd_at, &plan.folder.join("tusd")));
    let mut gateway = Actor::gateway(gateway_at, &data, tusd.is_some().then_some(base.as_str()))?;
    if let Some(tusd) = &mut tusd {
        tusd.start()?;
    }
    gateway.start()?;
    let mut sender = Phone::start(&phone)?;

    let began = Instant::now();
    let (mut chance, mut killed, mut unclean) = (Chance(plan.seed | 1), [0; 3], 0);
    for kill in 0..plan.kills {
        let victim = match chance.below(10) {
            0..=4 => 0,
            5..=7 => 1,
            _ if tusd.is_some() => 2,
            _ => 1,
        };
        // Mostly somewhere in the work, now and then while everything is still starting.
        if chance.below(5) > 0 {
            sender.is_ready(Duration::from_secs(20))?;
        }
        let most = [20, 120, 300, 900][chance.below(4) as usize];
        std::thread::sleep(Duration::from_millis(chance.below(most)));
        killed[victim] += 1;
        match (victim, &mut tusd) {
            (0, _) => {
                sender.kill()?;
                unclean += u32::from(!verdict::phone_is_clean(&phone)?);
                sender.start_again()?;
            }
            (2, Some(tusd)) => {
                tusd.kill();
                tusd.start()?;
            }
            _ => {
                gateway.kill();
                unclean += u32::from(!verdict::gateway_is_clean(&data)?);
                gateway.start()?;
            }
        }
        if (kill + 1) % 500 == 0 {
            eprintln!("{} kills, {:.1} a second", kill + 1, f64::from(kill + 1) / began.elapsed().as_secs_f64());
        }
    }
    let elapsed = began.elapsed();
    sender.kill()?;
    let told = sender.into_told();
    let drained = actors::drained(&phone)?;
    gateway.kill();
    drop(tusd);
    let mut verdict = verdict::judge(&phone, &data, &told, drained)?;
    verdict.unclean += unclean;
    verdict.kills = killed;
    verdict.elapsed = elapsed;
    Ok(verdict)
}

fn free_port() -> Result<std::net::SocketAddr, Failed> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A small generator: the same seed, the same choices.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % most.max(1)
    }
}
