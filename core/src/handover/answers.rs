//! The case as its documents tell it: on the recorder as they stand, on a party's phone as it was shown them, else what
//! this phone itself knows. The same documents are what people sign.

use crate::{
    canon::Sha256,
    form::{Accord, CaseState, FactsDocument, PartyFacts, RecordedAnswer, Settlement},
    id::{DeviceId, PartyId},
    pack::{Pack, Question},
};

/// Both documents.
pub(super) struct Answers {
    pub(super) facts: FactsDocument,
    settlement: Settlement,
    recorder: DeviceId,
}

impl Answers {
    pub(super) fn of(case: &CaseState, pack: &Pack) -> Answers {
        let own = || {
            let nothing = Settlement { facts: Sha256([0; 32]), accord: Accord::Open, answers: Vec::new() };
            (case.facts_document(pack), case.settlement(pack).unwrap_or(nothing))
        };
        let (facts, settlement) = case.to_be_read(pack).unwrap_or_else(own);
        Answers { facts, settlement, recorder: case.recorder }
    }

    pub(super) fn parties(&self) -> Vec<PartyId> {
        self.facts.parties.iter().map(|columns| columns.party).collect()
    }

    pub(super) fn is_disputed(&self) -> bool {
        self.settlement.accord == Accord::Disputed
    }

    /// Whether the question is for a party of this kind.
    pub(super) fn is_asked(&self, party: PartyId, question: &Question) -> bool {
        let columns = self.facts.parties.iter().find(|columns| columns.party == party);
        columns.is_some_and(|columns| columns.is_asked(question, self.recorder))
    }

    /// The different versions of one answer, the one that speaks first.
    pub(super) fn versions(&self, about: Option<PartyId>, question: &str) -> Vec<&RecordedAnswer> {
        let columns = match about {
            None => self.facts.scene.as_slice(),
            Some(party) => {
                let columns = self.facts.parties.iter().find(|columns| columns.party == party);
                columns.map_or([].as_slice(), |columns| &columns.answers)
            }
        };
        let early = PartyFacts::versions(columns, question, self.recorder);
        if !early.is_empty() {
            return early;
        }
        let late = self.settlement.answers.iter().filter(|(of, answer)| *of == about && answer.question == question);
        let mut late: Vec<&RecordedAnswer> = late.map(|(_, answer)| answer).collect();
        late.sort_by_key(|version| (version.doubt.is_some(), version.by == self.recorder));
        late.dedup_by(|a, b| a.answer == b.answer);
        late
    }

    /// Every answer about a party, of both documents.
    pub(super) fn about(&self, party: PartyId) -> impl Iterator<Item = &RecordedAnswer> {
        let early = self.facts.parties.iter().filter(move |columns| columns.party == party);
        let late = self.settlement.answers.iter().filter(move |(of, _)| *of == Some(party)).map(|(_, answer)| answer);
        early.flat_map(|columns| &columns.answers).chain(late)
    }
}
