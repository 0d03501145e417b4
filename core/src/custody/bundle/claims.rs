//! What the files of a bundle claim about each other: keys, revisions that follow one another, statements, logs under
//! signed heads, receipts for exactly these bytes, photos with the hashes that the record names.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Seek},
};

use serde_json::Value;

use super::{
    AGREEMENT, Break, BreakCode, BundleKey, KEYS, KeyRole, Report, TrustedKeys,
    bag::Bag,
    closing::Closed,
    contents::{CONTENTS, Closing},
    logs::{Log, Made},
};
use crate::{
    canon::{self, KeyId, Sha256},
    custody::{Head, SignedHead},
    id::DeviceId,
    wire::{Manifest, Receipt, SignedReceipt},
};

pub(super) type Digests = BTreeMap<String, (Sha256, u64)>;

pub(super) type Keys = BTreeMap<KeyId, BundleKey>;

/// A body that was sent: a revision's, a statement's or a notice's.
struct Body {
    path: String,
    /// Hash of its `record`, `statement` or `notice`.
    subject: Sha256,
    head: SignedHead,
}

struct Claims<'a, R> {
    bag: &'a mut Bag<R>,
    digests: &'a Digests,
    closed: &'a Closed,
    keys: Keys,
    revisions: Vec<Body>,
    statements: BTreeMap<(DeviceId, u32), Body>,
    notices: BTreeMap<u32, Body>,
    /// Hashes of photos that a record or statement names, with the file that names them.
    named: BTreeMap<Sha256, String>,
    receipted: BTreeSet<Sha256>,
    /// Hashes that events of the logs name: a photo that is not sent or sealed yet stands there.
    logged: BTreeSet<Sha256>,
    receipts: Vec<Receipt>,
}

pub(super) fn check<R: Read + Seek>(
    bag: &mut Bag<R>,
    digests: &Digests,
    closed: &Closed,
    report: &mut Report,
    trust: Option<&TrustedKeys>,
) -> Result<(), Break> {
    let keys = keys(bag)?;
    let mut claims = Claims {
        bag,
        digests,
        closed,
        keys,
        revisions: Vec::new(),
        statements: BTreeMap::new(),
        notices: BTreeMap::new(),
        named: BTreeMap::new(),
        receipted: BTreeSet::new(),
        logged: BTreeSet::new(),
        receipts: Vec::new(),
    };
    claims.read_revisions()?;
    report.revision = u32::try_from(claims.revisions.len()).unwrap_or(u32::MAX);
    claims.read_statements()?;
    claims.read_notices()?;
    claims.check_logs()?;
    claims.read_receipts()?;
    claims.check_photos()?;
    claims.check_made()?;
    claims.check_places()?;
    claims.vouch(report, trust);
    Ok(())
}

/// The keys of the bundle, each as its PEM says it too.
pub(super) fn keys<R: Read + Seek>(bag: &mut Bag<R>) -> Result<Keys, Break> {
    let listed: Vec<BundleKey> = bag.canonical(KEYS)?;
    let mut keys = Keys::new();
    for key in listed {
        let pem = format!("data/keys/{}.pem", key.kid.0);
        if key.kid != key.key.id() || (key.role == KeyRole::Device) != key.device.is_some() {
            return Err(Break::new(BreakCode::Malformed, KEYS));
        }
        if bag.document(&pem)? != key.key.to_pem().as_bytes() {
            return Err(Break::new(BreakCode::Changed, pem));
        }
        keys.insert(key.kid.clone(), key);
    }
    Ok(keys)
}

/// The receipts of a bundle: signed, about this case, over a manifest that hashes as they say; of a photo that is there,
/// over its length.
pub(super) fn receipts<R: Read + Seek>(
    bag: &mut Bag<R>,
    digests: &Digests,
    keys: &Keys,
) -> Result<Vec<Receipt>, Break> {
    let mut receipts = Vec::new();
    for path in digests.keys().filter(|path| path.starts_with("data/receipts/")) {
        let Some(stem) = path.strip_suffix(".json").filter(|stem| !stem.ends_with(".signed")) else { continue };
        let signed: SignedReceipt = bag.canonical(path)?;
        let key = keys.get(&signed.receipt.key).filter(|key| key.role == KeyRole::Gateway);
        let key = key.ok_or_else(|| Break::new(BreakCode::UnknownKey, path))?;
        let differs = || Break::new(BreakCode::ReceiptDiffers, path);
        let message = canon::bytes(&signed.receipt).map_err(|_| differs())?;
        if !key.key.verifies(&message, &signed.signature) {
            return Err(Break::new(BreakCode::BadSignature, path));
        }
        let fits = match &signed.receipt.manifest {
            Manifest::Revision { case, .. } | Manifest::Statement { case, .. } | Manifest::Notice { case, .. } => {
                case == &bag.case
            }
            Manifest::Photo { case, sha256, bytes, .. } => {
                let prefix = format!("data/photos/{sha256}.");
                let mut copies = digests.iter().filter(|(path, _)| path.starts_with(&prefix));
                case == &bag.case && copies.all(|(_, (_, length))| length == bytes)
            }
            Manifest::Events { .. } => true,
        };
        if signed.receipt.manifest.hash().ok() != Some(signed.receipt.manifest_sha256) || !fits {
            return Err(differs());
        }
        bag.check_detached(stem, &signed.receipt, &signed.signature)?;
        receipts.push(signed.receipt);
    }
    Ok(receipts)
}

impl<R: Read + Seek> Claims<'_, R> {
    fn read_revisions(&mut self) -> Result<(), Break> {
        let mut parent = Value::Null;
        for number in 1_u32.. {
            let path = format!("data/record/revision-{number}.json");
            if !self.bag.has(&path) {
                break;
            }
            let (record, body) = self.body(path, "record")?;
            let recorder = body.head.head.device.to_string();
            if record.get("case").and_then(Value::as_str) != Some(self.bag.case.to_string().as_str())
                || record.get("revision").and_then(Value::as_u64) != Some(u64::from(number))
                || record.get("recorder").and_then(Value::as_str) != Some(recorder.as_str())
            {
                return Err(Break::new(BreakCode::Misplaced, body.path));
            }
            if record.get("parent").unwrap_or(&Value::Null) != &parent {
                return Err(Break::new(BreakCode::ChainBroken, body.path));
            }
            parent = Value::String(body.subject.to_string());
            self.revisions.push(body);
        }
        Ok(())
    }

    fn read_statements(&mut self) -> Result<(), Break> {
        for path in self.under("data/statements/") {
            let misplaced = || Break::new(BreakCode::Misplaced, path.clone());
            let name = path.strip_prefix("data/statements/").and_then(|name| name.strip_suffix(".json"));
            let (device, number) = name.and_then(|name| name.rsplit_once('-')).ok_or_else(misplaced)?;
            let device: DeviceId = device.parse().map_err(|_| misplaced())?;
            let number: u32 = number.parse().map_err(|_| misplaced())?;
            let (statement, body) = self.body(path.clone(), "statement")?;
            if statement.get("case").and_then(Value::as_str) != Some(self.bag.case.to_string().as_str())
                || statement.get("device").and_then(Value::as_str) != Some(device.to_string().as_str())
                || statement.get("number").and_then(Value::as_u64) != Some(u64::from(number))
                || body.head.head.device != device
            {
                return Err(misplaced());
            }
            self.statements.insert((device, number), body);
        }
        Ok(())
    }

    /// Each notice is the maker's own, about a revision that is here.
    fn read_notices(&mut self) -> Result<(), Break> {
        for path in self.under("data/notices/") {
            let misplaced = || Break::new(BreakCode::Misplaced, path.clone());
            let number = path.strip_prefix("data/notices/notice-").and_then(|name| name.strip_suffix(".json"));
            let number: u32 = number.and_then(|number| number.parse().ok()).ok_or_else(misplaced)?;
            let (notice, body) = self.body(path.clone(), "notice")?;
            let revision = notice.get("revision").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            let record =
                revision.and_then(|n| self.revisions.get(n.checked_sub(1)?)).map(|body| body.subject.to_string());
            if notice.get("case").and_then(Value::as_str) != Some(self.bag.case.to_string().as_str())
                || notice.get("number").and_then(Value::as_u64) != Some(u64::from(number))
                || record.is_none()
                || notice.get("record").and_then(Value::as_str) != record.as_deref()
                || body.head.head.device != self.closed.head.device
            {
                return Err(misplaced());
            }
            self.notices.insert(number, body);
        }
        Ok(())
    }

    /// Reads a sent body, checks its head's signature, notes the photos it names.
    fn body(&mut self, path: String, subject: &str) -> Result<(Value, Body), Break> {
        let mut body: Value = self.bag.canonical(&path)?;
        let malformed = || Break::new(BreakCode::Malformed, path.clone());
        let members = body.as_object_mut().filter(|members| members.len() == 2).ok_or_else(malformed)?;
        let value = members.remove(subject).filter(Value::is_object).ok_or_else(malformed)?;
        let head = members.remove("head").ok_or_else(malformed)?;
        let head: SignedHead = serde_json::from_value(head).map_err(|_| malformed())?;
        self.check_head(&head, &path)?;
        // A record names its photos among the facts, a statement at its top.
        let lists = [value.get("photos"), value.get("facts").and_then(|facts| facts.get("photos"))];
        for photo in lists.into_iter().flatten().filter_map(Value::as_array).flatten() {
            let sha256 = photo.get("sha256").and_then(Value::as_str).and_then(|text| text.parse().ok());
            self.named.insert(sha256.ok_or_else(malformed)?, path.clone());
        }
        let subject = canon::sha256(&value).map_err(|_| malformed())?;
        Ok((value, Body { path, subject, head }))
    }

    fn check_head(&self, signed: &SignedHead, path: &str) -> Result<(), Break> {
        let key = self.keys.get(&signed.head.key).ok_or_else(|| Break::new(BreakCode::UnknownKey, path))?;
        if signed.head.case != self.bag.case || key.device != Some(signed.head.device) {
            return Err(Break::new(BreakCode::Misplaced, path));
        }
        signed.check(&key.key).map_err(|_| Break::new(BreakCode::BadSignature, path))
    }

    fn check_logs(&mut self) -> Result<(), Break> {
        let mut logs = BTreeMap::new();
        for path in self.under("data/custody/") {
            let name = path.trim_start_matches("data/custody/");
            if let Some(device) = name.strip_suffix(".jsonl").and_then(|name| name.parse::<DeviceId>().ok()) {
                logs.insert(device, Log::read(self.bag, &path, device)?);
            }
        }
        self.logged = logs.values().flat_map(Log::named).collect();
        for path in self.under("data/custody/") {
            let name = path.trim_start_matches("data/custody/").to_owned();
            if let Some(device) = name.strip_suffix("-heads.jsonl") {
                let device: DeviceId = device.parse().map_err(|_| Break::new(BreakCode::Misplaced, path.clone()))?;
                self.check_heads(&path, device, logs.get(&device))?;
            }
        }
        if let Some(newest) = self.revisions.last().filter(|body| !logs.contains_key(&body.head.head.device)) {
            return Err(Break::new(BreakCode::Missing, format!("data/custody/{}.jsonl", newest.head.head.device)));
        }
        for body in self.revisions.iter().chain(self.statements.values()).chain(self.notices.values()) {
            let head = &body.head.head;
            let Some(log) = logs.get(&head.device) else { continue };
            log.leads_to(head)?;
            if !log.has_under(head, body.subject) {
                return Err(Break::new(BreakCode::NotInLog, body.path.clone()));
            }
        }
        Ok(())
    }

    fn check_heads(&mut self, path: &str, device: DeviceId, log: Option<&Log>) -> Result<(), Break> {
        for line in self.bag.text(path)?.split_terminator('\n') {
            let signed: SignedHead = serde_json::from_str(line).map_err(|_| Break::new(BreakCode::Malformed, path))?;
            if signed.head.device != device {
                return Err(Break::new(BreakCode::Misplaced, path));
            }
            self.check_head(&signed, path)?;
            log.map_or(Ok(()), |log| log.leads_to(&signed.head))?;
            let stem = format!("data/custody/{device}-head-{}", signed.head.size);
            self.bag.check_detached(&stem, &signed.head, &signed.signature)?;
        }
        Ok(())
    }

    fn read_receipts(&mut self) -> Result<(), Break> {
        let receipts = receipts(self.bag, self.digests, &self.keys)?;
        if receipts.iter().any(|receipt| !self.fits(receipt)) {
            return Err(Break::new(BreakCode::ReceiptDiffers, "data/receipts"));
        }
        for receipt in &receipts {
            if let Manifest::Photo { sha256, .. } = &receipt.manifest {
                self.receipted.insert(*sha256);
            }
        }
        self.receipts = receipts;
        Ok(())
    }

    /// Whether a receipt speaks of what the bundle holds.
    fn fits(&self, receipt: &Receipt) -> bool {
        let same = |body: Option<&Body>, sha256: &Sha256, bytes: &u64| {
            body.is_some_and(|body| {
                self.digests.get(&body.path) == Some(&(*sha256, *bytes))
                    && receipt.head_sha256 == body.head.head.sha256().ok()
            })
        };
        match &receipt.manifest {
            Manifest::Revision { revision, sha256, bytes, .. } => {
                let body = (*revision as usize).checked_sub(1).and_then(|at| self.revisions.get(at));
                same(body, sha256, bytes)
            }
            Manifest::Statement { device, number, sha256, bytes, .. } => {
                same(self.statements.get(&(*device, *number)), sha256, bytes)
            }
            Manifest::Notice { notice, sha256, bytes, .. } => same(self.notices.get(notice), sha256, bytes),
            Manifest::Photo { .. } | Manifest::Events { .. } => true,
        }
    }

    fn check_photos(&mut self) -> Result<(), Break> {
        let mut present = BTreeSet::new();
        for path in self.under("data/photos/") {
            let name = path.trim_start_matches("data/photos/").split('.').next().unwrap_or_default();
            let named: Option<Sha256> = name.parse().ok();
            match (named, self.digests.get(&path)) {
                (Some(named), Some((actual, _))) if named == *actual => present.insert(named),
                _ => return Err(Break::new(BreakCode::Changed, path)),
            };
            if !named.is_some_and(|sha256| {
                self.named.contains_key(&sha256) || self.receipted.contains(&sha256) || self.logged.contains(&sha256)
            }) {
                return Err(Break::new(BreakCode::PhotoUnknown, path));
            }
        }
        let left_out = &self.closed.contents.left_out;
        let there = |sha256: &Sha256| present.contains(sha256) || left_out.contains(sha256);
        if self.closed.log.made(Made::Photo).any(|sha256| !there(&sha256)) {
            return Err(Break::new(BreakCode::PhotoMissing, self.closed.log.path()));
        }
        match self.named.iter().find(|(sha256, _)| !there(sha256)) {
            Some((_, named_by)) => Err(Break::new(BreakCode::PhotoMissing, named_by)),
            None => Ok(()),
        }
    }

    /// What the maker's log says was sealed or stated is there.
    fn check_made(&self) -> Result<(), Break> {
        if self.closed.log.is_training() {
            return Ok(());
        }
        let missing = |made, bodies: &[&Body]| {
            self.closed.log.made(made).any(|sha256| !bodies.iter().any(|body| body.subject == sha256))
        };
        let revisions: Vec<&Body> = self.revisions.iter().collect();
        let statements: Vec<&Body> = self.statements.values().collect();
        let notices: Vec<&Body> = self.notices.values().collect();
        let all = [(Made::Revision, &revisions), (Made::Statement, &statements), (Made::Notice, &notices)];
        if all.into_iter().any(|(made, bodies)| missing(made, bodies)) {
            return Err(Break::new(BreakCode::Incomplete, self.closed.log.path()));
        }
        Ok(())
    }

    /// Every payload file stands where something above has looked at it.
    fn check_places(&self) -> Result<(), Break> {
        let revisions: BTreeSet<_> = self.revisions.iter().map(|body| body.path.as_str()).collect();
        let beside = Closing::of(self.closed.head.device);
        let known = |path: &str| match path.split('/').nth(1).unwrap_or_default() {
            "record" => revisions.contains(path),
            "statements" | "notices" | "photos" => true,
            "custody" => {
                beside.is_beside(path, false)
                    || [".jsonl", ".signed.json", ".sig"].iter().any(|end| path.ends_with(end))
            }
            "receipts" => [".json", ".sig"].iter().any(|end| path.ends_with(end)),
            "timestamps" => path.ends_with(".tsr"),
            "keys" => path == KEYS || path.ends_with(".pem"),
            _ => path == AGREEMENT || path == CONTENTS,
        };
        match self.digests.keys().find(|path| path.starts_with("data/") && !known(path)) {
            Some(path) => Err(Break::new(BreakCode::Misplaced, path)),
            None => Ok(()),
        }
    }

    /// Who vouches for the bundle, and whether the reader trusts that key. The closing head is what stands for every
    /// file; its key is believed by itself, or because a believed gateway countersigned a head of the same log.
    fn vouch(&self, report: &mut Report, trust: Option<&TrustedKeys>) {
        let trusts = |role, kid: &KeyId| {
            self.keys.get(kid).is_some_and(|key| trust.is_some_and(|trust| trust.trusts(role, &key.key)))
        };
        let number = report.revision;
        let bodies = self.revisions.iter().chain(self.statements.values()).chain(self.notices.values());
        let own: BTreeSet<Sha256> = bodies
            .map(|body| &body.head.head)
            .filter(|head| head.key == self.closed.head.key && head.device == self.closed.head.device)
            .filter_map(|head| head.sha256().ok())
            .collect();
        let gateways: Vec<&KeyId> = self
            .receipts
            .iter()
            .filter(|receipt| receipt.head_sha256.is_some_and(|head| own.contains(&head)))
            .map(|receipt| &receipt.key)
            .collect();
        let newest: Vec<&KeyId> = self
            .receipts
            .iter()
            .filter(|receipt| matches!(&receipt.manifest, Manifest::Revision { revision, .. } if *revision == number))
            .map(|receipt| &receipt.key)
            .collect();
        let device = |head: &Head| trusts(KeyRole::Device, &head.key);
        let gateway = gateways.iter().find(|kid| trusts(KeyRole::Gateway, kid));
        let newest_gateway = newest.iter().find(|kid| trusts(KeyRole::Gateway, kid));
        let closed = device(&self.closed.head) || gateway.is_some();
        let sealed = match self.revisions.last() {
            None => closed,
            Some(body) => newest_gateway.is_some() || device(&body.head.head),
        };
        report.trusted = closed && sealed;
        let by_device = device(&self.closed.head).then_some(&self.closed.head.key);
        let told = newest_gateway.or(gateway).copied().or(by_device);
        let unknown = || newest.first().or(gateways.first()).copied().unwrap_or(&self.closed.head.key);
        report.signer = Some(told.unwrap_or_else(unknown).clone());
    }

    fn under(&self, folder: &str) -> Vec<String> {
        self.digests.keys().filter(|path| path.starts_with(folder)).cloned().collect()
    }
}
