//! What goes in. Plain values; identifiers, parties and hashes are text and are checked by the core.

use jingbao_core::{
    duty, edge,
    form::{Answer, FactorGiven, Round, Strokes, Witness},
    id::NotAnId,
    place,
    privacy::Private,
    redact, time,
    triage::Road,
};

use crate::descriptor;

pub use edge::Config;

/// How an engine is set up; see the core's `Config`.
#[uniffi::remote(Record)]
pub struct Config {
    pub folder: String,
    pub gateway: Option<String>,
    pub gateway_key: Option<String>,
    pub authority: Option<String>,
    pub lang: String,
    #[uniffi(default = None)]
    pub association_key: Option<String>,
    #[uniffi(default = None)]
    pub association_successor: Option<String>,
    #[uniffi(default = None)]
    pub stamp_url: Option<String>,
    #[uniffi(default = None)]
    pub app_version: Option<String>,
    #[uniffi(default = false)]
    pub begin_anew: bool,
}

/// One reading of every clock of the phone.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Moment {
    /// Wall clock, UTC milliseconds.
    pub wall_ms: i64,
    /// Offset of local time east of UTC, seconds.
    pub offset_s: i32,
    /// Milliseconds since boot, counting sleep.
    pub mono_ms: i64,
    /// Which boot.
    pub boot: String,
}

impl From<Moment> for time::Moment {
    fn from(m: Moment) -> Self {
        time::Moment { wall: time::Timestamp(m.wall_ms), offset_s: m.offset_s, mono_ms: m.mono_ms, boot: m.boot }
    }
}

/// A position of the phone, WGS-84.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Position {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Metres, 68 %.
    pub accuracy_m: f64,
    /// Whether the system flags it as simulated.
    pub mock: bool,
}

impl Position {
    pub(crate) fn point(&self) -> Result<place::Point, place::NotAPoint> {
        Ok(place::Point { mock: self.mock, ..place::Point::wgs84(self.lat, self.lon, self.accuracy_m)? })
    }
}

/// One fix of the drive.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Fix {
    /// Where.
    pub position: Position,
    /// Metres a second, if the phone knows.
    pub speed_mps: Option<f64>,
    /// Degrees clockwise from north, if the phone knows.
    pub course_deg: Option<f64>,
    /// When it was measured.
    pub at: Moment,
}

impl Fix {
    pub(crate) fn into_core(self) -> Result<duty::Fix, place::NotAPoint> {
        let point = self.position.point()?;
        Ok(duty::Fix { point, speed_mps: self.speed_mps, course_deg: self.course_deg, at: self.at.into() })
    }
}

/// An open accident, from the feed, a code or a call.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Accident {
    /// Its name in the feed.
    pub id: String,
    /// Where.
    pub position: Position,
    /// When it was seen, UTC milliseconds.
    pub seen_at_ms: i64,
    /// `city`, `expressway`, `off_road` or `unknown`.
    pub road: String,
    /// Whether another specialist is there.
    pub served: bool,
}

impl Accident {
    pub(crate) fn into_core(self) -> Result<duty::OpenAccident, place::NotAPoint> {
        let place = place::Point { source: place::Source::Feed, ..self.position.point()? };
        let (seen_at, road) = (time::Timestamp(self.seen_at_ms), Road::from_code(&self.road).unwrap_or(Road::Unknown));
        Ok(duty::OpenAccident { id: self.id, place, seen_at, road, served: self.served })
    }
}

/// What a person sends back for a question.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Reply {
    /// The question's id, as the view gave it.
    pub question: String,
    /// The party, as the view gave it.
    pub party: Option<String>,
    /// The value; none to skip.
    pub value: Option<String>,
    /// Why it is skipped: `cannot_read`, `no_plate`, `refuses`, `unknown`, `unknown_insurer`, `not_applicable`.
    pub skip: Option<String>,
}

impl Reply {
    pub(crate) fn answer(&self) -> Answer {
        match (&self.value, &self.skip) {
            (Some(value), _) => Answer::Value(Private::new(value.clone())),
            (None, skip) => Answer::Skipped(skip.clone().unwrap_or_default()),
        }
    }
}

/// Where a photo comes from.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum PhotoInput {
    /// A file that stays where it is.
    Path {
        /// Its path.
        path: String,
    },
    /// A camera's temporary file; removed once the photo is safe.
    Temporary {
        /// Its path.
        path: String,
    },
    /// A file that is open, by its descriptor: detached by the app, closed by this call whatever comes of it.
    Descriptor {
        /// Its number.
        fd: i32,
    },
    /// The bytes.
    Bytes {
        /// Them.
        bytes: Vec<u8>,
    },
}

impl PhotoInput {
    pub(crate) fn into_core(self) -> Result<edge::PhotoSource, edge::Trouble> {
        Ok(match self {
            PhotoInput::Path { path } => edge::PhotoSource::Path(path.into()),
            PhotoInput::Temporary { path } => edge::PhotoSource::Temporary(path.into()),
            PhotoInput::Descriptor { fd } => {
                edge::PhotoSource::File(descriptor::take(fd).ok_or(edge::Trouble::PhotoGone)?.into())
            }
            PhotoInput::Bytes { bytes } => edge::PhotoSource::Bytes(bytes),
        })
    }
}

/// Where and how the phone was held as the shutter opened.
#[derive(Clone, Debug, Default, PartialEq, uniffi::Record)]
pub struct Held {
    /// Where.
    #[uniffi(default = None)]
    pub position: Option<Position>,
    /// Degrees turned clockwise from upright, by the phone's own sensor.
    #[uniffi(default = None)]
    pub rotation_deg: Option<u16>,
}

impl Held {
    pub(crate) fn into_core(self) -> Result<edge::Held, edge::Trouble> {
        let fix = self.position.as_ref().map(Position::point).transpose().map_err(|_| edge::Trouble::BadId)?;
        Ok(edge::Held { fix, rotation_deg: self.rotation_deg })
    }
}

/// A copy of a photo that was made for a receiver.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CopyMade {
    /// SHA-256 of the original, lower-case hex.
    pub original_sha256: String,
    /// SHA-256 of the copy.
    pub sha256: String,
    /// Length of the copy.
    pub bytes: u64,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl From<edge::CopyMade> for CopyMade {
    fn from(made: edge::CopyMade) -> Self {
        CopyMade {
            original_sha256: made.original.to_string(),
            sha256: made.copy.to_string(),
            bytes: made.bytes,
            width: made.width,
            height: made.height,
        }
    }
}

/// Which of the two documents is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SignatureRound {
    /// What happened.
    Facts,
    /// Who bears what.
    Settlement,
}

impl From<SignatureRound> for Round {
    fn from(round: SignatureRound) -> Self {
        match round {
            SignatureRound::Facts => Round::Facts,
            SignatureRound::Settlement => Round::Settlement,
        }
    }
}

/// A point of a drawing, in thousandths of the field's width and height.
#[derive(Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct StrokePoint {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// A person's signature.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct SignatureInput {
    /// Who signs.
    pub party: String,
    /// What.
    pub round: SignatureRound,
    /// SHA-256 of the document as it was shown, from the view's `signing`.
    pub shown_sha256: String,
    /// The lines drawn.
    pub strokes: Vec<Vec<StrokePoint>>,
    /// What ties it to the person besides the drawing, one of those that the view's `signing` offers.
    pub factor: SignatureFactor,
}

/// What ties a signature to the person besides the drawing.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum SignatureFactor {
    /// It is drawn on the signer's own phone. On such a phone this holds whatever is given.
    OwnPhone,
    /// The six digits that the signer's own phone shows (`one_time_code`).
    OneTimeCode {
        /// As read out; blanks do not matter.
        code: String,
    },
    /// Somebody sees it.
    Witness {
        /// Which party; none for the specialist whose phone this is.
        party: Option<String>,
    },
}

impl std::fmt::Debug for SignatureFactor {
    // Whoever reads a code in a log could use it as long as the document stands.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SignatureFactor::OwnPhone => "OwnPhone",
            SignatureFactor::OneTimeCode { .. } => "OneTimeCode",
            SignatureFactor::Witness { .. } => "Witness",
        })
    }
}

impl SignatureFactor {
    pub(crate) fn into_core(self) -> Result<FactorGiven, NotAnId> {
        Ok(match self {
            SignatureFactor::OwnPhone => FactorGiven::OwnPhone,
            SignatureFactor::OneTimeCode { code } => FactorGiven::OneTimeCode(Private::new(code)),
            SignatureFactor::Witness { party: None } => FactorGiven::Witness(Witness::Specialist),
            SignatureFactor::Witness { party: Some(party) } => FactorGiven::Witness(Witness::Party(party.parse()?)),
        })
    }
}

impl SignatureInput {
    pub(crate) fn drawing(&self) -> Strokes {
        let lines = self.strokes.iter().map(|line| line.iter().map(|point| (point.x, point.y)).collect()).collect();
        Strokes(Private::new(lines))
    }
}

/// What to open a case with.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct SightInput {
    /// Where, if known.
    pub position: Option<Position>,
    /// The announced accident it answers.
    pub accident: Option<String>,
    /// The party this phone speaks for; none for a specialist's.
    pub own_party: Option<String>,
    /// Practice: never sent, never scored.
    pub training: bool,
}

/// For whom a view of a sealed record is made.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Audience {
    /// The specialist, once the case is out of his hands.
    Surveyor,
    /// This party itself.
    OwnParty {
        /// Which.
        party: String,
    },
    /// A driver who is told about this party.
    OtherParty {
        /// Which.
        party: String,
    },
    /// The insurer of this party.
    Insurer {
        /// Whom it insures.
        party: String,
    },
    /// The insurance association.
    Association,
}

/// The part of a case that is exported.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PartChoice {
    /// For whom.
    pub audience: Audience,
    /// Which photos of this phone; none means all that the audience may have.
    pub photos: Option<Vec<String>>,
}

impl Audience {
    pub(crate) fn into_core(self) -> Result<redact::Audience, edge::Trouble> {
        let id = |party: String| party.parse().map_err(|_| edge::Trouble::BadId);
        Ok(match self {
            Audience::Surveyor => redact::Audience::Surveyor,
            Audience::OwnParty { party } => redact::Audience::OwnParty(id(party)?),
            Audience::OtherParty { party } => redact::Audience::OtherParty(id(party)?),
            Audience::Insurer { party } => redact::Audience::Insurer { party: id(party)? },
            Audience::Association => redact::Audience::Association,
        })
    }
}

/// What a code is to say.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CodeKind {
    /// The recorder's invitation for the phone of a party.
    Invitation {
        /// Which.
        party: String,
    },
    /// A driver's request for help, for the specialist who stands here: scanning it opens a case there.
    Help,
    /// The recorder's draft, to be signed elsewhere.
    Draft,
    /// This phone's statement.
    Statement,
    /// This phone's own party alone, small enough for one QR code of version 20-M.
    Party,
}

/// How a scan ended: which case it belongs to and what it was.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ScanResult {
    /// The case.
    pub case_id: String,
    /// `joined`, `draft`, `statement`, or `sighted` where a request for help opened a case.
    pub kind: String,
}

/// A photo that is safe now.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PhotoTaken {
    /// Its id.
    pub photo: String,
    /// SHA-256 of the original.
    pub sha256: String,
    /// Length of the original.
    pub bytes: u64,
    /// What was noticed, to be mended while it still can be.
    pub findings: Vec<jingbao_core::view::FindingView>,
}

/// An answer that is durable now, with the case as it stands.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AnswerTaken {
    /// A sentence about a value that was let through with a warning.
    pub note: Option<String>,
    /// The case.
    pub view: jingbao_core::view::CaseView,
}
