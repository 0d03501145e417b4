//! Who may do what: the roles of tokens, the one table of endpoints, and the one table of who hears what in the feed.
//!
//! An endpoint without a row lets nobody in. A role that is not in an endpoint's row is told so (403): which endpoints
//! there are is no secret. Whether a case of others exists is one: what a reader may not see does not exist for it (404).
//! Not its business: which case is whose, which its own handler asks the store.

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A desk of the association: sees all.
    Association,
    /// A desk of one insurer: its own people, and the cases and claims of its own customers.
    Insurer,
    /// A specialist's phone: its own cases, its own scorecard.
    Specialist,
    /// A driver's own phone: the cases it takes part in.
    Driver,
}

use Role::{Association, Driver, Insurer, Specialist};

impl Role {
    /// Every role.
    pub const ALL: [Role; 4] = [Association, Insurer, Specialist, Driver];

    /// The code as it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Association => "association",
            Insurer => "insurer",
            Specialist => "specialist",
            Driver => "driver",
        }
    }

    /// The role of this code.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether it is a desk, which signs nothing and has no key.
    pub fn is_desk(self) -> bool {
        matches!(self, Association | Insurer)
    }
}

/// Who is let in to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Anybody, also without a token.
    Open,
    /// These roles.
    For(&'static [Role]),
}

const PHONES: Door = Door::For(&[Specialist, Driver]);
const EVERYBODY: Door = Door::For(&Role::ALL);

/// Every endpoint: method, path as the router has it, who is let in.
const DOORS: &[(&str, &str, Door)] = &[
    ("PUT", "/v1/cases/{case}/revisions/{n}", PHONES),
    ("PUT", "/v1/cases/{case}/statements/{device}/{n}", PHONES),
    ("PUT", "/v1/cases/{case}/claims/{n}", PHONES),
    ("GET", "/v1/cases/{case}/claims/{n}", EVERYBODY),
    ("POST", "/v1/cases/{case}/claims/{n}/states", Door::For(&[Insurer])),
    ("GET", "/v1/claims", Door::For(&[Association, Insurer])),
    ("POST", "/v1/uploads", PHONES),
    ("OPTIONS", "/v1/uploads", Door::Open),
    ("HEAD", "/v1/uploads/{upload}", PHONES),
    ("PATCH", "/v1/uploads/{upload}", PHONES),
    ("DELETE", "/v1/uploads/{upload}", PHONES),
    ("POST", "/v1/cases/{case}/photos/{sha256}/commit", PHONES),
    ("GET", "/v1/cases/{case}/photos/{sha256}", EVERYBODY),
    ("POST", "/v1/events", PHONES),
    ("GET", "/v1/cases/{case}", EVERYBODY),
    ("POST", "/v1/cases/{case}/returns", Door::For(&[Association, Insurer])),
    ("GET", "/v1/feed", EVERYBODY),
    ("GET", "/v1/accidents", Door::For(&[Association, Specialist])),
    ("POST", "/v1/accidents", Door::For(&[Association])),
    ("DELETE", "/v1/accidents/{id}", Door::For(&[Association])),
    ("GET", "/v1/scorecards", Door::For(&[Association, Insurer, Specialist])),
];

/// Who is let in; none where nobody thought of the endpoint. `HEAD` of what can be read is its `GET`.
pub fn door(method: &str, path: &str) -> Option<Door> {
    let row = |method: &str| DOORS.iter().find(|(known, at, _)| *known == method && *at == path).map(|row| row.2);
    row(method).or_else(|| (method == "HEAD").then(|| row("GET")).flatten())
}

/// To whom an entry of the feed is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// All who hear of its kind.
    All,
    /// One device.
    Device,
    /// One company; the association hears it too.
    Company,
}

/// Who hears what: kind of the entry, how it is addressed, which roles.
const HEARD: &[(&str, Address, &[Role])] = &[
    ("accident", Address::All, &[Association, Specialist]),
    ("accident_closed", Address::All, &[Association, Specialist]),
    ("pack", Address::All, &Role::ALL),
    ("revocations", Address::All, &Role::ALL),
    ("credential", Address::Device, &[Specialist]),
    ("claim", Address::Device, &[Specialist, Driver]),
    ("claim", Address::Company, &[Association, Insurer]),
    ("returned", Address::Device, &[Specialist, Driver]),
    ("roster", Address::Company, &[Association, Insurer, Specialist]),
];

/// The kinds that a role hears of by this kind of address.
pub fn heard(role: Role, by: Address) -> impl Iterator<Item = &'static str> {
    HEARD.iter().filter(move |(_, address, roles)| *address == by && roles.contains(&role)).map(|(kind, ..)| *kind)
}
