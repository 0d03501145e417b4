//! The world of one story: virtual time, the network, and who is called when. One thread, one queue of happenings, all
//! chance from the seed: the same plan gives the same story to the letter.

mod network;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use super::{
    dice::Dice,
    disk::Unwritten,
    gateway::Gateway,
    judge::Judge,
    knife::Cut,
    mutation::Mutation,
    paper::{self, Key},
    phone::{Around, Phone, Want},
    plan::{Act, Blow, Fault, Ms, Plan, Weather},
    tale::Tale,
    wire::{Ask, Heard},
};

/// So long after everything is well again all must have arrived.
const PATIENCE: Ms = 30 * 60_000;
/// So long it is watched that nothing more happens.
const AFTERWARDS: Ms = 2 * 60_000;

/// How a story ended.
#[derive(Clone, Debug, Default)]
pub struct Ended {
    /// What was wrong first, if anything.
    pub wrong: Option<String>,
    /// The story, where it was to be told.
    pub lines: Vec<String>,
    /// Requests made.
    pub calls: u64,
    /// Rounds refused because one was running.
    pub busy: u64,
    /// Processes that ended in the middle.
    pub kills: u64,
}

enum Happening {
    Act(usize),
    Blow(usize),
    /// A knife that found nothing to cut: the process ends all the same.
    Drop(usize),
    Reach {
        phone: usize,
        life: u64,
        flight: u64,
        call: u64,
        heard: Heard,
    },
    Arrive(Box<Message>),
    Wake {
        phone: usize,
        life: u64,
    },
    Deadline {
        phone: usize,
        life: u64,
        round: u64,
    },
    Look {
        phone: usize,
        life: u64,
    },
    Open(usize),
    Woken(usize),
    GatewayBack,
    Heal,
}

/// A request on its way.
struct Message {
    phone: usize,
    life: u64,
    flight: u64,
    call: u64,
    ask: Ask,
    /// How long its answer takes; none never comes.
    back: Option<Ms>,
    twist: Option<Weather>,
}

struct World<'a> {
    plan: &'a Plan,
    now: Ms,
    queue: BinaryHeap<Reverse<(Ms, u64)>>,
    happenings: BTreeMap<u64, Happening>,
    pushed: u64,
    phones: Vec<Phone>,
    gateway: Gateway,
    away: bool,
    judge: Judge,
    tale: Tale,
    dice: Dice,
    names: u64,
    photos: u64,
    kills: u64,
    settled: Option<Ms>,
}

/// Plays a plan.
pub fn play(plan: &Plan, mutation: Option<Mutation>, told: bool) -> Ended {
    let devices = (0..plan.phones).map(|n| (paper::device(n), Key::of_phone(n).public().clone())).collect();
    let gateway = Gateway::new(devices, plan.seed);
    let phones = (0..plan.phones).map(|n| Phone::new(n, gateway.public.clone(), plan.seed, mutation)).collect();
    let mut world = World {
        plan,
        now: 0,
        queue: BinaryHeap::new(),
        happenings: BTreeMap::new(),
        pushed: 0,
        phones,
        gateway,
        away: false,
        judge: Judge::default(),
        tale: Tale::new(told),
        dice: Dice::of(plan.seed, 2),
        names: 0,
        photos: 0,
        kills: 0,
        settled: None,
    };
    world.begin();
    world.run();
    let rows: Vec<_> = world.phones.iter().map(|phone| &phone.disk.rows).collect();
    let key = world.gateway.public.clone();
    world.judge.close(&rows, &world.gateway.base, &key);
    let (calls, busy) = (world.judge.calls, world.judge.busy);
    Ended { wrong: world.judge.wrong, lines: world.tale.told(), calls, busy, kills: world.kills }
}

impl World<'_> {
    fn begin(&mut self) {
        for phone in 0..self.plan.phones {
            self.at(0, Happening::Open(phone));
            if let Some(every) = self.plan.woken_every {
                self.at(every, Happening::Woken(phone));
            }
        }
        for (n, planned) in self.plan.acts.iter().enumerate() {
            self.at(planned.at, Happening::Act(n));
        }
        for (n, fault) in self.plan.faults.iter().enumerate() {
            if let Fault::Once { at, .. } = fault {
                self.at(*at, Happening::Blow(n));
            }
        }
        self.at(self.plan.heals_at, Happening::Heal);
    }

    fn at(&mut self, at: Ms, what: Happening) {
        self.pushed += 1;
        self.queue.push(Reverse((at.max(self.now), self.pushed)));
        self.happenings.insert(self.pushed, what);
    }

    fn run(&mut self) {
        while let Some(Reverse((at, n))) = self.queue.pop() {
            let Some(what) = self.happenings.remove(&n) else { continue };
            self.now = at;
            let over = self.settled.is_some_and(|settled| at > settled + AFTERWARDS);
            if over || at > self.plan.heals_at + PATIENCE || self.judge.wrong.is_some() {
                return;
            }
            self.happen(what);
            if self.settled.is_none() && at >= self.plan.heals_at {
                let settled = self.phones.iter().all(|phone| self.judge.is_settled(&phone.disk.rows));
                self.settled = settled.then_some(at);
            }
        }
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Act(n) => self.act(n),
            Happening::Blow(n) => self.blow(n),
            Happening::Drop(phone) => {
                if let Some(power) = self.phones[phone].knife.take() {
                    self.kill(phone, Cut { power });
                }
            }
            Happening::Reach { phone, life, flight, call, heard } => {
                self.live(phone, life, |phone, around| phone.heard(flight, call, &heard, around));
            }
            Happening::Arrive(message) => self.arrive(*message),
            Happening::Wake { phone, life } => self.live(phone, life, Phone::turn),
            Happening::Deadline { phone, life, round } => {
                self.live(phone, life, |phone, around| phone.deadline(round, around));
            }
            Happening::Look { phone, life } => {
                if self.phones[phone].life == life {
                    self.look(phone);
                }
            }
            Happening::Open(phone) => self.open(phone),
            Happening::Woken(phone) => {
                self.open(phone);
                self.look(phone);
                if let Some(every) = self.plan.woken_every {
                    self.at(self.now + every, Happening::Woken(phone));
                }
            }
            Happening::GatewayBack => self.away = false,
            Happening::Heal => self.heal(),
        }
    }

    /// Everything is well again, and every app is looked at once.
    fn heal(&mut self) {
        self.tale.line(self.now, || "everything is well again".into());
        self.away = false;
        self.gateway.knife.take();
        for phone in 0..self.phones.len() {
            self.phones[phone].knife.take();
            self.open(phone);
            self.look(phone);
        }
    }

    /// A phone does something, unless it is another process by now.
    fn live(&mut self, n: usize, life: u64, work: impl FnOnce(&mut Phone, &mut Around<'_>) -> Result<(), Unwritten>) {
        if self.phones[n].life != life || !self.phones[n].is_open() {
            return;
        }
        self.with(n, work);
    }

    fn with(&mut self, n: usize, work: impl FnOnce(&mut Phone, &mut Around<'_>) -> Result<(), Unwritten>) -> bool {
        let sky = self.sky(n);
        let mut wants = Vec::new();
        self.phones[n].disk.full = sky.contains(&Weather::DiskFull);
        let mut around = Around {
            now: self.now,
            judge: &mut self.judge,
            tale: &mut self.tale,
            wants: &mut wants,
            signer_silent: sky.contains(&Weather::SignerSilent),
            sender_lost: sky.contains(&Weather::SenderLost),
            answers_late: sky.contains(&Weather::AnswersLate),
            dice: &mut self.dice,
            names: &mut self.names,
            photos: &mut self.photos,
        };
        let done = work(&mut self.phones[n], &mut around);
        if let Err(Unwritten::Cut(cut)) = done {
            // What went out before the cut has gone out.
            self.grant(n, wants);
            self.kill(n, cut);
            return false;
        }
        self.grant(n, wants);
        done.is_ok()
    }

    fn grant(&mut self, n: usize, wants: Vec<Want>) {
        let (phone, life) = (n, self.phones[n].life);
        for want in wants {
            match want {
                Want::Call { flight, call, ask } => self.call(phone, flight, call, ask),
                Want::Pause { flight, call, ms } => {
                    self.at(self.now + ms, Happening::Reach { phone, life, flight, call, heard: Heard::Waited });
                }
                Want::Wake(at) => self.at(at, Happening::Wake { phone, life }),
                Want::Deadline(at) => {
                    let round = self.phones[n].round();
                    self.at(at, Happening::Deadline { phone, life, round });
                }
                Want::Look(at) => self.at(at, Happening::Look { phone, life }),
            }
        }
    }

    fn kill(&mut self, n: usize, cut: Cut) {
        self.kills += 1;
        let how = if cut.power { "loses its power" } else { "is killed" };
        self.tale.line(self.now, || format!("phone {n} {how}"));
        self.judge.died(n);
        self.phones[n].die(cut, self.now);
        let opened = self.dice.between(100, 60_000);
        self.at(self.now + opened, Happening::Open(n));
    }

    fn open(&mut self, n: usize) {
        if !self.phones[n].is_open() && self.with(n, Phone::open) {
            self.look(n);
        }
    }

    fn look(&mut self, n: usize) {
        let budget = if self.now >= self.plan.heals_at {
            60 * 60_000
        } else {
            self.dice.pick(&[5_000, 30_000, 600_000, 3_600_000])
        };
        let life = self.phones[n].life;
        self.live(n, life, |phone, around| phone.sync(budget, around));
    }

    fn act(&mut self, n: usize) {
        let planned = &self.plan.acts[n];
        let (phone, act) = (planned.phone, planned.act.clone());
        self.open(phone);
        if self.phones[phone].is_open() {
            self.with(phone, |phone, around| match act {
                Act::Seal { case } => phone.seal(case, around),
                Act::State { case } => phone.state(case, around),
                Act::Shoot { case, bytes, cursed } => phone.shoot(case, bytes, cursed, around),
                Act::Duty => phone.duty(around),
                Act::Tap => phone.tap(around),
                Act::Look => Ok(()),
            });
            self.look(phone);
        }
    }

    fn blow(&mut self, n: usize) {
        let Fault::Once { blow, .. } = self.plan.faults[n] else { return };
        self.tale.line(self.now, || format!("{blow:?}"));
        match blow {
            Blow::KillPhone { phone, steps, power } => {
                self.phones[phone].knife.lay(steps, power);
                self.at(self.now + 30_000, Happening::Drop(phone));
            }
            Blow::KillGateway { steps, power, .. } => self.gateway.knife.lay(steps, power),
            Blow::SetClock { phone, by } => self.phones[phone].set_clock(by),
            Blow::DropUploads { expired } => {
                self.gateway.expires = expired;
                self.gateway.drop_uploads();
            }
        }
    }

    /// What is wrong for this phone now.
    fn sky(&self, phone: usize) -> Vec<Weather> {
        let now = |fault: &Fault| match fault {
            Fault::While { from, until, phone: whom, weather }
                if (*from..*until).contains(&self.now) && whom.is_none_or(|whom| whom == phone) =>
            {
                Some(*weather)
            }
            _ => None,
        };
        self.plan.faults.iter().filter_map(now).collect()
    }

    fn gateway_dies(&mut self, cut: Cut) {
        self.kills += 1;
        self.tale.line(self.now, || "the gateway is killed".into());
        if cut.power {
            self.gateway.lose_power();
        }
        self.away = true;
        let away = self.dice.between(100, 60_000);
        self.at(self.now + away, Happening::GatewayBack);
    }
}
