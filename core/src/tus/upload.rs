//! The machine itself: [`Upload::next`] says what to ask for, the other methods tell what came of it.

use super::{Budget, Said, Spent, pace::Pace};

/// How many questions in a row may bring nothing before it stops.
const PATIENCE: u32 = 8;
/// How many cuts in a row without a byte of gain: then the network is bad, and waiting is the outbox's.
const CUTS: u32 = 3;
/// First wait for a lock, milliseconds; doubles.
const LOCK_MS: u64 = 200;
/// Longest wait for a lock, milliseconds: a server frees a lock whose holder is gone within some seconds.
const LOCK_MOST_MS: u64 = 3_200;

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Begin an upload (POST with `Upload-Length`).
    Create,
    /// Ask where it stands (HEAD).
    Head {
        /// Which upload.
        id: String,
    },
    /// Send bytes (PATCH).
    Patch {
        /// Which upload.
        id: String,
        /// From here.
        offset: u64,
        /// So many at most; never beyond the end, never none.
        at_most: u64,
    },
    /// Somebody else holds the upload: wait, then ask again.
    Wait {
        /// Milliseconds.
        ms: u64,
    },
    /// All bytes are there.
    Finished {
        /// Which upload.
        id: String,
    },
    /// Not in this go.
    Stopped(Stop),
}

/// Why it stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The last answer, or that none came, is for the table of answers to judge.
    Judge,
    /// It goes back and forth.
    Stuck,
    /// The budget is spent.
    Budget,
    /// It was called off.
    Cancelled,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// There is no upload.
    None,
    /// There is one, nobody knows where it stands.
    Somewhere(String),
    /// It stands here.
    At(String, u64),
    /// It is locked.
    Locked(String, u64),
    /// It is over for this go; the upload, if there is one, stays.
    Over(Stop, Option<String>),
}

/// One upload of one file.
#[derive(Clone, Debug)]
pub struct Upload {
    length: u64,
    state: State,
    budget: Budget,
    spent: Spent,
    pace: Pace,
    /// Where a PATCH began of which nobody knows how much came.
    lost_at: Option<u64>,
    /// The furthest the server ever said in this go.
    furthest: u64,
    /// Questions since that last grew.
    idle: u32,
    /// Cuts since then.
    cuts: u32,
    lock_ms: u64,
}

impl Upload {
    /// An upload of `length` bytes, perhaps begun before under the id `known`.
    pub fn new(length: u64, known: Option<String>, budget: Budget) -> Upload {
        let state = known.map_or(State::None, State::Somewhere);
        let (spent, pace) = (Spent::default(), Pace::default());
        Upload { length, state, budget, spent, pace, lost_at: None, furthest: 0, idle: 0, cuts: 0, lock_ms: LOCK_MS }
    }

    /// What to do now. Asking twice changes nothing.
    pub fn next(&self) -> Ask {
        let left = self.budget.left(self.spent);
        match self.due(left) {
            over @ (Ask::Finished { .. } | Ask::Stopped(_)) => over,
            _ if left == 0 => Ask::Stopped(Stop::Budget),
            _ if self.idle > PATIENCE => Ask::Stopped(Stop::Stuck),
            due => due,
        }
    }

    /// What the state asks for, with so many bytes left to spend.
    fn due(&self, left: u64) -> Ask {
        match &self.state {
            State::Over(stop, _) => Ask::Stopped(*stop),
            State::None => Ask::Create,
            State::Somewhere(id) => Ask::Head { id: id.clone() },
            State::Locked(_, ms) => Ask::Wait { ms: *ms },
            State::At(id, offset) if *offset == self.length => Ask::Finished { id: id.clone() },
            State::At(id, offset) => {
                let at_most = self.pace.at_most().min(left).min(self.length - offset);
                Ask::Patch { id: id.clone(), offset: *offset, at_most }
            }
        }
    }

    /// The upload's id, once there is one: what has to be kept for the next go. `None` forgets an earlier one.
    pub fn id(&self) -> Option<&str> {
        match &self.state {
            State::None => None,
            State::Over(_, id) => id.as_deref(),
            State::Somewhere(id) | State::At(id, _) | State::Locked(id, _) => Some(id),
        }
    }

    /// Bytes that the server has said it holds, for showing.
    pub fn held(&self) -> u64 {
        self.furthest
    }

    /// `sent` bytes of the file and `ms` milliseconds were spent on what was asked last.
    pub fn spend(&mut self, sent: u64, ms: u64) {
        self.spent.bytes = self.spent.bytes.saturating_add(sent);
        self.spent.ms = self.spent.ms.saturating_add(ms);
    }

    /// The server answered what [`next`](Self::next) asked for last; for a PATCH, after `sent` of its bytes had left.
    pub fn answered(&mut self, said: &Said, sent: u64) {
        self.idle += 1;
        match self.due(u64::MAX) {
            Ask::Create => self.created(said),
            Ask::Head { id } => self.stands(id, said),
            Ask::Patch { id, offset, at_most } => self.patched(id, offset, at_most.min(sent), said),
            Ask::Wait { .. } | Ask::Finished { .. } | Ask::Stopped(_) => {}
        }
    }

    /// No answer came: the connection was cut, or nothing moved. `connected` is false where nobody was reached at all.
    pub fn failed(&mut self, connected: bool) {
        self.cuts += 1;
        if !connected || self.cuts > CUTS {
            return self.stop(Stop::Judge);
        }
        match self.due(u64::MAX) {
            Ask::Patch { id, offset, .. } => self.lost_track(id, offset),
            // Asked again; whether an upload began that we were not told of does not matter, the server drops it one day.
            Ask::Create | Ask::Head { .. } => {}
            Ask::Wait { .. } | Ask::Finished { .. } | Ask::Stopped(_) => {}
        }
    }

    /// The wait for a lock is over.
    pub fn waited(&mut self) {
        if let State::Locked(id, ms) = &self.state {
            self.lock_ms = (ms * 2).min(LOCK_MOST_MS);
            self.state = State::Somewhere(id.clone());
        }
    }

    /// The gateway says that bytes are missing, though it seemed finished: ask once more.
    pub fn doubted(&mut self) {
        if let State::At(id, _) = &self.state {
            self.idle += 1;
            self.state = State::Somewhere(id.clone());
        }
    }

    /// Calls it off; what the server has stays there for another go.
    pub fn cancel(&mut self) {
        self.stop(Stop::Cancelled);
    }

    fn created(&mut self, said: &Said) {
        match (said.status, &said.id) {
            (201, Some(id)) if !said.beyond => self.state = State::At(id.clone(), 0),
            _ => self.stop(Stop::Judge),
        }
    }

    fn stands(&mut self, id: String, said: &Said) {
        match (said.status, said.offset) {
            (200 | 204, Some(offset)) if !said.beyond => {
                if offset > self.length || said.length.is_some_and(|length| length != self.length) {
                    return self.begin_anew();
                }
                self.pace_after(offset);
                self.gained(offset);
                self.state = State::At(id, offset);
            }
            (403 | 404 | 410, _) => self.begin_anew(),
            (423, _) => self.locked(id),
            _ => self.stop(Stop::Judge),
        }
    }

    fn patched(&mut self, id: String, offset: u64, sent: u64, said: &Said) {
        match (said.status, said.offset) {
            _ if said.beyond || matches!(said.status, 300..=399 | 401 | 407 | 429 | 511) => self.stop(Stop::Judge),
            (200 | 204, Some(at)) if at == offset + sent && sent > 0 => {
                self.pace.went_through();
                self.gained(at);
                self.state = State::At(id, at);
            }
            (404 | 410, _) => self.begin_anew(),
            (423, _) => self.locked(id),
            (500..=599, _) => {
                self.cuts += 1;
                if self.cuts > CUTS { self.stop(Stop::Judge) } else { self.lost_track(id, offset) }
            }
            _ => self.lost_track(id, offset),
        }
    }

    fn lost_track(&mut self, id: String, offset: u64) {
        self.lost_at = Some(offset);
        self.state = State::Somewhere(id);
    }

    /// After a PATCH that did not go through: how much of it counts.
    fn pace_after(&mut self, offset: u64) {
        if let Some(from) = self.lost_at.take() {
            self.pace.was_cut(offset.saturating_sub(from));
        }
    }

    fn locked(&mut self, id: String) {
        self.state = State::Locked(id, self.lock_ms);
    }

    fn gained(&mut self, offset: u64) {
        if offset > self.furthest {
            self.furthest = offset;
            (self.idle, self.cuts, self.lock_ms) = (0, 0, LOCK_MS);
        }
    }

    fn begin_anew(&mut self) {
        self.lost_at = None;
        self.state = State::None;
    }

    fn stop(&mut self, stop: Stop) {
        let id = self.id().map(str::to_owned);
        self.state = State::Over(stop, id);
    }
}
