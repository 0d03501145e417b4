//! What becomes of a request between phone and gateway: the fate of each hangs on the seed, its number and the weather.

use jingbao_core::wire::SignedReceipt;

use super::{Happening, Message, World};
use crate::simulator::{
    dice::Dice,
    gateway::receipt_of,
    paper::{self, Key},
    plan::{Ms, Weather},
    wire::{Answer, Ask, Heard},
};

/// No byte for so long, and the sender gives up.
const SILENCE: Ms = 20_000;

impl World<'_> {
    /// A request leaves a phone.
    pub(super) fn call(&mut self, phone: usize, flight: u64, call: u64, ask: Ask) {
        self.judge.called();
        let mut dice = Dice::of(self.plan.seed, 10_000 + self.judge.calls);
        let life = self.phones[phone].life;
        let reach = |heard| Happening::Reach { phone, life, flight, call, heard };
        let (mut there, mut back) = (dice.between(10, 200), Some(dice.between(10, 200)));
        let (mut ask, mut twist, mut twice) = (ask, None, false);
        for weather in self.sky(phone) {
            match weather {
                Weather::NoWay { refused: true } => return self.at(self.now + 50, reach(Heard::Unreachable)),
                Weather::NoWay { refused: false } => return self.at(self.now + SILENCE, reach(Heard::Silence)),
                Weather::Portal => {
                    let page = Answer::page(dice.pick(&[200, 302, 403, 511]));
                    return self.at(self.now + there, reach(Heard::Answer(page)));
                }
                Weather::Proxy { done: false } if dice.hits(800) => {
                    let page = Answer::page(dice.pick(&[500, 502, 520]));
                    return self.at(self.now + there, reach(Heard::Answer(page)));
                }
                Weather::Lossy(often) => {
                    if dice.hits(often) {
                        let broke = dice.hits(500);
                        let (after, heard) = if broke { (there, Heard::Broke) } else { (SILENCE, Heard::Silence) };
                        return self.at(self.now + after, reach(heard));
                    }
                    if dice.hits(often) {
                        back = None;
                    }
                }
                Weather::Slow(most) => {
                    there += dice.between(0, most);
                    back = back.map(|back| back + dice.between(0, most));
                }
                Weather::CutAsks if dice.hits(600) => {
                    self.at(self.now + there + 1, reach(Heard::Broke));
                    let Ask::Append { bytes, cut, .. } = &mut ask else { return };
                    bytes.truncate(dice.below(bytes.len() as u64) as usize);
                    *cut = true;
                    back = None;
                }
                Weather::Twice => twice = dice.hits(600),
                Weather::HalfOpen => back = None,
                Weather::Proxy { done: true } | Weather::CutAnswers | Weather::Foreign if dice.hits(700) => {
                    twist = Some(weather);
                }
                _ => {}
            }
        }
        if twice {
            let message = Message { phone, life, flight, call, ask: ask.clone(), back: None, twist: None };
            let late = dice.between(10, 120_000);
            self.at(self.now + there + late, Happening::Arrive(Box::new(message)));
        }
        let message = Message { phone, life, flight, call, ask, back, twist };
        self.at(self.now + there, Happening::Arrive(Box::new(message)));
        self.at(self.now + SILENCE, reach(Heard::Silence));
    }

    /// A request arrives at the gateway.
    pub(super) fn arrive(&mut self, message: Message) {
        let Message { phone, life, flight, call, ask, back, twist } = message;
        let reach = |heard| Happening::Reach { phone, life, flight, call, heard };
        if self.away {
            return self.at(self.now + 10, reach(Heard::Unreachable));
        }
        let answer = match self.in_the_way(phone, &ask) {
            Some(answer) => answer,
            None => {
                let token = !self.sky(phone).contains(&Weather::TokenOld);
                let device = token.then(|| paper::device(phone));
                match self.gateway.answer(device, &ask) {
                    Ok(answer) => answer,
                    Err(cut) => {
                        self.gateway_dies(cut);
                        return self.at(self.now + 10, reach(Heard::Broke));
                    }
                }
            }
        };
        self.tale.line(self.now, || format!("the gateway: {} of phone {phone} is {}", ask.name(), answer.status));
        let Some(back) = back else { return };
        let answer = match twist {
            Some(twist) => self.twisted(answer, twist),
            None => answer,
        };
        self.at(self.now + back, reach(Heard::Answer(answer)));
    }

    /// What the gateway, or what stands before it, says without looking at the request.
    fn in_the_way(&self, phone: usize, ask: &Ask) -> Option<Answer> {
        if let Ask::Create { photo, .. } = ask
            && self.judge.cursed.contains(photo)
        {
            return Some(Answer::problem(413, "too-large"));
        }
        self.sky(phone).into_iter().find_map(|weather| match weather {
            Weather::Busy(seconds) => {
                let status = if seconds % 2 == 0 { 503 } else { 429 };
                Some(Answer { retry_after: Some(seconds), ..Answer::page(status) })
            }
            Weather::Overloaded => Some(Answer::page(503)),
            Weather::Locked if matches!(ask, Ask::Offset { .. } | Ask::Append { .. } | Ask::Commit { .. }) => {
                Some(Answer::problem(423, "locked"))
            }
            _ => None,
        })
    }

    /// An answer as somebody on the way changed it.
    fn twisted(&self, answer: Answer, twist: Weather) -> Answer {
        match twist {
            Weather::Proxy { .. } => Answer::page(502),
            Weather::CutAnswers => Answer { body: answer.body[..answer.body.len() / 2].into(), ..answer },
            _ => match serde_json::from_slice::<SignedReceipt>(&answer.body) {
                Err(_) => answer,
                Ok(own) => {
                    let other = self.gateway.base.receipts.values().find(|other| ***other != own);
                    let foreign = match other {
                        Some(other) if answer.status == 200 => std::rc::Rc::clone(other),
                        _ => {
                            let receipt = own.receipt;
                            receipt_of(Key::of_stranger(), receipt.manifest, receipt.head_sha256, receipt.stored_at)
                        }
                    };
                    Answer::json(answer.status, serde_json::to_vec(&*foreign).unwrap_or_default())
                }
            },
        }
    }
}
