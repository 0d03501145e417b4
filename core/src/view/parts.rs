//! The parts of a case's view. Codes are for programs, `text` is for people, in the language asked for.

/// May they leave?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriageView {
    /// Code of the route.
    pub route: String,
    /// The route in words.
    pub text: String,
    /// Whether no open question can still change it.
    pub settled: bool,
    /// The articles it rests on, in words.
    pub cites: Vec<String>,
    /// What caused it, in words.
    pub because: Vec<String>,
    /// Facts still unknown, as codes.
    pub unknown: Vec<String>,
    /// What to do, in order, in words.
    pub advice: Vec<String>,
}

/// A choice of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceView {
    /// What to send back.
    pub code: String,
    /// What to show.
    pub text: String,
}

/// The question to be asked now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionView {
    /// What to send back.
    pub question: String,
    /// About which party; none for the scene.
    pub party: Option<String>,
    /// What to show.
    pub text: String,
    /// `fact`, `choice`, `text`, `name`, `plate`, …: which keyboard and which control.
    pub kind: String,
    /// What there is to choose from.
    pub choices: Vec<ChoiceView>,
}

/// A required answer that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingView {
    /// The question.
    pub question: String,
    /// From whom; none for the scene.
    pub party: Option<String>,
    /// In which stage it is asked.
    pub stage: String,
    /// The question in words.
    pub text: String,
}

/// An answer as given.
#[derive(Clone, PartialEq, Eq)]
pub struct AnswerView {
    /// The question.
    pub question: String,
    /// About which party; none for the scene.
    pub party: Option<String>,
    /// The value, none when it was skipped.
    pub value: Option<String>,
    /// The value, or the reason for the skip, in words.
    pub text: String,
    /// Two phones say different things; all versions are kept.
    pub disagreement: bool,
    /// Why it cannot be under this phone's rules, in words: it came with another phone's statement, is kept as it was said,
    /// and does not count as given.
    pub doubt: Option<String>,
}

impl std::fmt::Debug for AnswerView {
    // Value and text are what a person said (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AnswerView({} {:?})", self.question, self.party)
    }
}

/// One shot of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShotView {
    /// What to send back.
    pub slot: String,
    /// What to show.
    pub text: String,
    /// Whether *clear now* waits for it.
    pub needed: bool,
    /// Whether it is there, or something stands for it.
    pub taken: bool,
    /// What stands for it and why, in words, where there is no photo.
    pub instead: Option<String>,
}

/// Something odd about a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingView {
    /// For programs.
    pub code: String,
    /// For people: what it means, what to retake.
    pub text: String,
}

/// A photo of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoView {
    /// Its id.
    pub photo: String,
    /// The shot it answers.
    pub slot: String,
    /// SHA-256 of the original, lower-case hex.
    pub sha256: String,
    /// Length of the original.
    pub bytes: u64,
    /// Whether it is on this phone.
    pub here: bool,
    /// Whether it was on this phone and was erased from it.
    pub erased: bool,
    /// Whether the gateway's receipt for it has come.
    pub stored: bool,
    /// That it is a voice note and why, in words; none for a photo.
    pub instead: Option<String>,
    /// What was noticed.
    pub findings: Vec<FindingView>,
}

/// What a signature must bind now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningView {
    /// SHA-256 of the facts as shown.
    pub facts_sha256: String,
    /// SHA-256 of the settlement as shown.
    pub settlement_sha256: String,
    /// Who can sign on this phone, and how.
    pub signers: Vec<SignerView>,
}

/// A party that can sign on this phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerView {
    /// Which.
    pub party: String,
    /// What can tie its signature to the person besides the drawing, the strongest first; one of them is needed.
    pub factors: Vec<FactorView>,
}

/// One way to tie a signature to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorView {
    /// `own_phone`, `one_time_code` or `witness`.
    pub kind: String,
    /// The party that is the witness; none for the specialist, and for what is no witness.
    pub witness: Option<String>,
    /// In words.
    pub text: String,
}

/// A consent that can be asked for, in the words of its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentTextView {
    /// `own_insurer`, `other_insurer`, `association` or `police_handover`.
    pub receiver: String,
    /// The receiver in words.
    pub name: String,
    /// Which version of the text this is: what is recorded with the consent.
    pub version: u32,
    /// The text, to be shown before anybody agrees.
    pub text: String,
}

/// What one phone last recorded of a party's consent to a receiver. Where the party's own phone and the recorder's differ,
/// there are two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentView {
    /// Who.
    pub party: String,
    /// `own_insurer`, `other_insurer`, `association` or `police_handover`.
    pub receiver: String,
    /// The receiver in words.
    pub text: String,
    /// Version of the text that was shown.
    pub text_version: u32,
    /// Whether the party agreed; otherwise it took its consent back.
    pub given: bool,
    /// Whether it was recorded on this phone; otherwise on the party's own.
    pub here: bool,
    /// Whether the receiver may have the party's data, by all that was recorded: one withdrawal is enough for no.
    pub stands: bool,
}

/// A file that a desk gave back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedView {
    /// Which revision.
    pub revision: u32,
    /// The company of the desk.
    pub by: String,
    /// `incomplete`, `unreadable_photos`, `contradiction`, `wrong_party` or `other_reason`.
    pub reason: String,
    /// The reason in words.
    pub text: String,
}

/// A claim notice, or that a party has made none of the newest revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimView {
    /// Its number; 0 where there is none.
    pub number: u32,
    /// Whose.
    pub party: String,
    /// The insurer's id; empty where there is no notice.
    pub insurer: String,
    /// The insurer in words.
    pub insurer_text: String,
    /// Of which revision; 0 where there is no notice.
    pub revision: u32,
    /// `ready` or `not_ready` to be made; `queued`, `withheld`, `withheld_late` or `noticed`; or what the insurer says:
    /// `received`, `accepted`, `needs_more`, `refused`, `settled`, or a code that only a newer app knows.
    pub state: String,
    /// The same in words.
    pub text: String,
    /// Why, as a code: the insurer's, or what stands in the way of a notice.
    pub reason: Option<String>,
    /// The same in words.
    pub reason_text: Option<String>,
    /// When it was made, or the insurer said it, UTC milliseconds.
    pub at_ms: Option<i64>,
    /// Whether *notify my insurer* is to be shown.
    pub may_notify: bool,
}

/// A signature or refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureView {
    /// Who.
    pub party: String,
    /// `facts` or `settlement`.
    pub round: String,
    /// Whether it belongs to the document as it stands now.
    pub holds: bool,
    /// Whether it is a recorded refusal.
    pub refused: bool,
    /// `own_phone`, `one_time_code` or `witness`; none for a refusal.
    pub factor: Option<String>,
    /// On whose phone, with what second factor, shown in which language, in words.
    pub how: String,
}

/// A document as a person reads it before signing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentView {
    /// `facts` or `settlement`.
    pub round: String,
    /// SHA-256 of its canonical bytes: what a signature binds.
    pub sha256: String,
    /// What it says, in order.
    pub lines: Vec<LineView>,
}

/// One line of a document.
#[derive(Clone, PartialEq, Eq)]
pub struct LineView {
    /// About which party; none for the accident.
    pub party: Option<String>,
    /// What is told.
    pub label: String,
    /// The value in words.
    pub text: String,
    /// It is required, and nobody has said it.
    pub missing: bool,
    /// Two phones say different things; each has its line.
    pub disagreement: bool,
}

impl std::fmt::Debug for LineView {
    // The value is what a person said (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LineView({:?} {})", self.party, self.label)
    }
}
