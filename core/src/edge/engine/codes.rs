//! Two phones without a network: invitation, draft and statement as codes, shown by one and scanned by the other.

use super::{Engine, commit::Along, hearing::name_of, paper::today};
use crate::{
    canon::{self, Signature},
    edge::trouble::Trouble,
    exchange::{self, BadCode, Code},
    form::{self, AnyCase, DraftRefused, Happened, Live, Nature, Role, StatedPart, Training},
    id::{CaseId, PartyId},
};

/// What a scan did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// This phone now speaks for a party of the case.
    Joined(CaseId),
    /// The recorder's draft is here to be read and signed.
    Draft(CaseId),
    /// A statement was taken in.
    Statement(CaseId),
    /// A driver's accident was seen: a case of this phone's own is open for it.
    Sighted(CaseId),
}

impl Engine {
    /// The recorder's invitation for the phone of `party`.
    pub fn show_invitation(&self, case: CaseId, party: PartyId) -> Result<String, Trouble> {
        let until = Code::until(self.now()?.wall);
        self.with(|inner| {
            let open = inner.case(case)?;
            let state = open.case.state();
            if !matches!(state.role, Role::Recorder(_)) {
                return Err(Trouble::Statement(form::StatementRefused::NotRecorder));
            }
            let nature = nature(&open.case).to_owned();
            let (secret, place) = (state.secret_of(party).ok_or(Trouble::BadId)?, state.place);
            let code = Code::Invite { case, recorder: inner.device, nature, secret, party, place, until };
            Ok(exchange::encode(&code)?)
        })
    }

    /// What the feed would tell passing specialists of this case, for the one who stands here without a network.
    pub fn show_help(&self, case: CaseId) -> Result<String, Trouble> {
        let until = Code::until(self.now()?.wall);
        self.with(|inner| {
            let open = inner.case(case)?;
            let state = open.case.state();
            if !matches!(state.role, Role::Recorder(_)) {
                return Err(Trouble::Statement(form::StatementRefused::NotRecorder));
            }
            let (accident, nature) = (name_of(state), nature(&open.case).to_owned());
            Ok(exchange::encode(&Code::Help { accident, nature, place: state.place, until })?)
        })
    }

    /// The recorder's draft as it stands now, for the other phones to show and sign.
    pub fn show_draft(&self, case: CaseId) -> Result<String, Trouble> {
        let until = Code::until(self.now()?.wall);
        self.with(|inner| {
            let open = inner.case(case)?;
            let state = open.case.state();
            let private = |bytes: Vec<u8>| crate::privacy::Private::new(String::from_utf8_lossy(&bytes).into_owned());
            let facts = private(canon::bytes(&state.facts_document(&open.pack))?);
            let settlement = private(canon::bytes(&state.settlement(&open.pack)?)?);
            Ok(exchange::encode(&Code::Draft { case, facts, settlement, until })?)
        })
    }

    /// This phone's statement with everything it has so far, frozen, queued and signed.
    pub fn show_statement(&self, case: CaseId) -> Result<String, Trouble> {
        let (statement, proof, signature) = self.stated(case, None)?;
        let code = Code::Statement { statement: Box::new(statement), proof, key: self.key.clone(), signature };
        Ok(exchange::encode(&code)?)
    }

    /// This phone's own party in one picture: its columns alone, frozen, queued and signed. Where somebody has written too
    /// much for that, the whole statement is frozen and queued instead, and the answer says so.
    pub fn show_party(&self, case: CaseId) -> Result<String, Trouble> {
        let now = self.now()?;
        let part = Some(StatedPart::Party);
        let fits = self.with(|inner| {
            let open = inner.case(case)?;
            let statement = match &open.case {
                AnyCase::Live(live) => form::make_statement(live, part, &now)?.0,
                AnyCase::Training(training) => form::make_statement(training, part, &now)?.0,
            };
            Ok(exchange::party_fits(&statement, &self.key))
        })?;
        if !fits {
            self.state_now(case, None)?;
            return Err(Trouble::Code(BadCode::TooMuch));
        }
        let (statement, proof, signature) = self.stated(case, part)?;
        Ok(exchange::encode_party(&statement, proof, &self.key, &signature)?)
    }

    fn stated(
        &self,
        case: CaseId,
        part: Option<StatedPart>,
    ) -> Result<(form::Statement, canon::Sha256, Signature), Trouble> {
        let signer = self.signer()?;
        let statement = self.state_now(case, part)?;
        let secret =
            self.with(|inner| inner.case(case)?.case.state().secret_of(statement.party).ok_or(Trouble::BadId))?;
        let message = canon::bytes(&statement)?;
        let signature = Signature(signer.sign(&message)?);
        let proof = exchange::proof(&secret, canon::Sha256::of(&message));
        Ok((statement, proof, signature))
    }

    /// Takes in what another phone shows.
    pub fn scan(&self, text: &str) -> Result<Scanned, Trouble> {
        let now = self.now()?;
        let scanned = match exchange::decode(text)?.valid_at(now.wall)? {
            Code::Help { accident, nature, place, .. } => {
                let training = match nature.as_str() {
                    Live::NAME => false,
                    Training::NAME => true,
                    _ => return Err(Trouble::Code(BadCode::Damaged)),
                };
                // Scanned twice, or on the phone that shows it, it is the case that is open already.
                let known = self.with(|inner| inner.case_about(&accident))?;
                let case = known.map_or_else(|| self.sight(place, Some(accident), None, training), Ok)?;
                Ok(Scanned::Sighted(case))
            }
            Code::Invite { case, recorder, nature, secret, party, place, .. } => self.with(|inner| {
                // Scanning the same invitation twice joins once; one's own is of no use.
                if ![Live::NAME, Training::NAME].contains(&nature.as_str()) {
                    return Err(Trouble::Code(BadCode::Damaged));
                }
                if recorder == inner.device {
                    return Err(Trouble::Code(BadCode::NotGenuine));
                }
                if inner.find_case(case)?.is_none() {
                    let role = Role::Party(party);
                    let what = Happened::Sighted {
                        role,
                        recorder,
                        nature,
                        place,
                        accident: None,
                        join_secret: secret,
                        verdicts: vec![],
                    };
                    inner.begin(case, what, &now, Along::default())?;
                }
                Ok(Scanned::Joined(case))
            }),
            Code::Draft { case, facts, settlement, .. } => self.with(|inner| {
                if !matches!(inner.case(case)?.case.state().role, Role::Party(_)) {
                    return Err(Trouble::Code(BadCode::NotGenuine));
                }
                // What is shown for signing is read from these very bytes.
                form::read_draft(case, facts.reveal(), settlement.reveal()).map_err(|refused| match refused {
                    DraftRefused::NotWhole => BadCode::Newer,
                    DraftRefused::NotTogether => BadCode::NotGenuine,
                })?;
                let what = Happened::DraftTaken { facts, settlement };
                inner.append(case, what, &now, Along::default())?;
                Ok(Scanned::Draft(case))
            }),
            Code::Statement { statement, proof, key, signature } => self.with(|inner| {
                let case = statement.case;
                let open = inner.case(case)?;
                let secret = open.case.state().secret_of(statement.party).ok_or(BadCode::NotGenuine)?;
                exchange::genuine(&statement, proof, &key, &signature, &secret)?;
                let today = today(&now);
                let doubts = match &open.case {
                    AnyCase::Live(live) => form::take_statement(live, &open.pack, &statement, today)?,
                    AnyCase::Training(training) => form::take_statement(training, &open.pack, &statement, today)?,
                };
                let sha256 = canon::sha256(&*statement)?;
                let what = Happened::StatementTaken { statement, sha256, key: key.id(), doubts };
                inner.append(case, what, &now, Along::default())?;
                // It may take a consent back; if this fails, sending asks again.
                let _ = inner.withhold(case, &now);
                Ok(Scanned::Statement(case))
            }),
        }?;
        let (Scanned::Joined(case) | Scanned::Draft(case) | Scanned::Statement(case) | Scanned::Sighted(case)) =
            scanned;
        self.tell(&format!("case:{case}"));
        Ok(scanned)
    }
}

fn nature(case: &AnyCase) -> &'static str {
    match case {
        AnyCase::Live(_) => Live::NAME,
        AnyCase::Training(_) => Training::NAME,
    }
}
