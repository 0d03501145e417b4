import Dispatch
import Foundation
import JingbaoCore

/// The engine of one installation; an app has one of them for as long as it runs. Every call may be made from any
/// actor: what blocks runs on a queue of its own, never on Swift's cooperative threads. What returns is durable. A call
/// fails with a `FieldError`, whose `text` is ready to be shown in the configured language; after ``close()`` with
/// `FieldError.Closed`.
public final class Jingbao: Sendable {
    /// How long ``close()`` waits for a call that is just writing.
    private static let closing = DispatchTimeInterval.seconds(2)

    private let field: Field
    private let heard: Heard
    private let blocking: DispatchQueue

    private init(field: Field, heard: Heard, blocking: DispatchQueue) {
        self.field = field
        self.heard = heard
        self.blocking = blocking
    }

    /// Opens the store in the configured folder, or makes one. Nothing is changed when it fails.
    public static func open(_ config: Config, ports: Ports) async throws -> Jingbao {
        let blocking = DispatchQueue(label: "cn.jingbao.field", qos: .userInitiated, attributes: .concurrent)
        let heard = Heard()
        let field = try await run(on: blocking) {
            try Field.open(
                config: config, keys: ports.keys, signer: ports.signer, credentials: ports.credentials,
                clock: ports.clock, listener: heard)
        }
        return Jingbao(field: field, heard: heard, blocking: blocking)
    }

    private static func run<T: Sendable>(
        on queue: DispatchQueue, _ work: @escaping @Sendable () throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { done in
            queue.async { done.resume(with: Result(catching: work)) }
        }
    }

    private func call<T: Sendable>(_ work: @escaping @Sendable (Field) throws -> T) async throws -> T {
        try await Self.run(on: blocking) { [field] in try work(field) }
    }

    // MARK: Changes

    /// What changes from now on. Ends with ``close()``.
    public var changes: Changes { heard.from() }

    /// One case as its screen shows it: now, and again after each change. Ends with ``close()``.
    public func `case`(_ id: String) -> CaseViews {
        CaseViews(id: id, changes: heard.from(first: .case(id: id))) { [self] in try await view(id) }
    }

    // MARK: This installation

    /// This installation's id.
    public func device() async throws -> String { try await call { try $0.device() } }

    /// The device's public key, base64url SubjectPublicKeyInfo: what the company enrols.
    public func publicKey() async throws -> String { try await call { $0.publicKey() } }

    // MARK: On the road

    /// Comes on duty with a survey car, by its plate; on duty already, the shift goes on with that car.
    @discardableResult
    public func beginShift(vehicle: String) async throws -> ShiftView {
        try await call { try $0.beginShift(vehicle: vehicle) }
    }

    /// Goes off duty.
    @discardableResult
    public func endShift() async throws -> ShiftView { try await call { try $0.endShift() } }

    /// Declares a serious urgent task (重大紧急任务), now: a kind of the rule pack, why, and who gave it.
    @discardableResult
    public func declareUrgent(kind: String, reason: String, issuer: String) async throws -> ShiftView {
        try await call { try $0.declareUrgent(kind: kind, reason: reason, issuer: issuer) }
    }

    /// The urgent task is done.
    @discardableResult
    public func endUrgent() async throws -> ShiftView { try await call { try $0.endUrgent() } }

    /// On duty or not, excused by what, what is near, and in how many milliseconds the next fix is wanted.
    public func shift() async throws -> ShiftView { try await call { try $0.shift() } }

    /// Learns of an open accident.
    public func hearOf(_ accident: Accident) async throws { try await call { try $0.hearOf(accident: accident) } }

    /// One fix of the drive: what has changed.
    public func duty(_ fix: Fix) async throws -> [VerdictView] { try await call { try $0.duty(fix: fix) } }

    /// Opens a case; its id.
    public func sight(
        _ position: Position? = nil, accident: String? = nil, ownParty: String? = nil, training: Bool = false
    ) async throws -> String {
        let input = SightInput(position: position, accident: accident, ownParty: ownParty, training: training)
        return try await call { try $0.sight(input: input) }
    }

    /// A driver asks for help: the survey cars nearby hear of it through the feed.
    @discardableResult
    public func askForHelp(_ caseId: String) async throws -> CaseView {
        try await call { try $0.askForHelp(caseId: caseId) }
    }

    /// How the survey car answered: `stopped`, `urgent`, `cannot_stop_safely`, `served`, `passed`.
    @discardableResult
    public func respond(_ id: String, _ response: String) async throws -> CaseView {
        try await call { try $0.respond(caseId: id, response: response) }
    }

    /// The vehicles are off the road.
    @discardableResult
    public func clear(_ id: String) async throws -> CaseView { try await call { try $0.clear(caseId: id) } }

    // MARK: The case

    /// One case as its screen shows it now.
    public func view(_ id: String) async throws -> CaseView { try await call { try $0.case(caseId: id) } }

    /// Every case on this phone.
    public func cases() async throws -> [String] { try await call { try $0.cases() } }

    /// What is to be said of `typed` while it is being typed as an answer to `question`; nothing is taken.
    public func check(_ id: String, _ question: QuestionView, typed: String) async throws -> CheckView {
        try await call { try $0.check(caseId: id, question: question.question, typed: typed) }
    }

    /// Answers `question` as the view asked it.
    @discardableResult
    public func answer(_ id: String, _ question: QuestionView, _ value: String) async throws -> AnswerTaken {
        let reply = Reply(question: question.question, party: question.party, value: value, skip: nil)
        return try await answer(id, reply)
    }

    /// Leaves `question` open, for a reason: `cannot_read`, `no_plate`, `refuses`, `unknown`, `unknown_insurer`,
    /// `not_applicable`.
    @discardableResult
    public func skip(_ id: String, _ question: QuestionView, reason: String) async throws -> AnswerTaken {
        let reply = Reply(question: question.question, party: question.party, value: nil, skip: reason)
        return try await answer(id, reply)
    }

    /// Takes one answer, also one that is not asked now.
    @discardableResult
    public func answer(_ id: String, _ reply: Reply) async throws -> AnswerTaken {
        try await call { try $0.answer(caseId: id, reply: reply) }
    }

    /// Takes a photo in; `position` is where the phone was just then, `rotationDeg` how far its sensor says that it was
    /// turned clockwise from upright. The descriptor of `.descriptor` is the caller's no more: this call closes it.
    @discardableResult
    public func addPhoto(
        _ id: String, slot: String, _ photo: PhotoInput, at position: Position? = nil, rotationDeg: Int? = nil
    ) async throws -> PhotoTaken {
        let rotation = rotationDeg.map { UInt16((($0 % 360) + 360) % 360) }
        let held = Held(position: position, rotationDeg: rotation)
        return try await call { try $0.addPhoto(caseId: id, slot: slot, photo: photo, held: held) }
    }

    /// Takes a voice note in for a shot that cannot be taken (Art. 19): m4a, amr, wav or ogg. `why` is `camera_broken`,
    /// `too_dark`, `too_dangerous`, `not_allowed` or `other_reason`.
    @discardableResult
    public func addVoice(
        _ id: String, slot: String, why: String, _ voice: PhotoInput, at position: Position? = nil
    ) async throws -> PhotoTaken {
        let held = Held(position: position)
        return try await call { try $0.addVoice(caseId: id, slot: slot, why: why, voice: voice, held: held) }
    }

    /// Has `words`, or a `marking` on the road that they describe, stand for a shot; `means` is `words` or `marking`.
    @discardableResult
    public func substitute(
        _ id: String, slot: String, means: String, why: String, words: String
    ) async throws -> CaseView {
        try await call { try $0.substitute(caseId: id, slot: slot, means: means, why: why, words: words) }
    }

    /// Scorecards of this phone's own duty events, the JSON of `jingbao-gateway score --json`: cases whose first event
    /// lies from `fromMs` on and before `toMs`, UTC milliseconds.
    public func assessment(fromMs: Int64? = nil, toMs: Int64? = nil) async throws -> String {
        try await call { try $0.assessment(fromMs: fromMs, toMs: toMs) }
    }

    /// A photo for a screen, a JPEG, its longer side at most so many pixels. HEIC is refused: the phone itself shows it.
    public func thumbnail(_ id: String, photo: String, longestEdgePx: Int) async throws -> Data {
        let edge = UInt32(clamping: max(1, longestEdgePx))
        return try await call { try $0.thumbnail(caseId: id, photo: photo, longestEdgePx: edge) }
    }

    /// A photo as it came in, to be shown at full size on this phone (HEIC too); at most 128 MiB. The custody log says
    /// once for each opening of the app that it was viewed.
    public func original(_ id: String, photo: String) async throws -> Data {
        try await call { try $0.original(caseId: id, photo: photo) }
    }

    /// Writes a copy of a photo to `path` for a receiver (`own_insurer`, `other_insurer`, `association`,
    /// `police_handover`, or another that the pack names), within its limits: upright, without place, time or other
    /// metadata. Logged.
    @discardableResult
    public func deriveCopy(
        _ id: String, photo: String, for receiver: String, to path: String
    ) async throws -> CopyMade {
        try await call { try $0.deriveCopy(caseId: id, photo: photo, receiver: receiver, path: path) }
    }

    /// Erases one photo of this phone for good; what the record says of it stays. Refused before it is delivered.
    @discardableResult
    public func erasePhoto(_ id: String, photo: String) async throws -> CaseView {
        try await call { try $0.erasePhoto(caseId: id, photo: photo) }
    }

    /// Erases every photo of a case from this phone; how many. Refused while anything of the case is undelivered.
    @discardableResult
    public func eraseCase(_ id: String) async throws -> UInt32 { try await call { try $0.eraseCase(caseId: id) } }

    /// Erases the photos whose retention is over, as each ``sync(budget:photoBytes:metered:)`` does; how many.
    @discardableResult
    public func tidy() async throws -> UInt32 { try await call { try $0.tidy() } }

    // MARK: Signing and sealing

    /// Takes a signature over what was shown.
    @discardableResult
    public func sign(_ id: String, _ signature: SignatureInput) async throws -> CaseView {
        try await call { try $0.sign(caseId: id, signature: signature) }
    }

    /// What a signature of this round would bind now, line by line: shown to the person before it signs.
    public func document(_ id: String, round: SignatureRound) async throws -> DocumentView {
        try await call { try $0.document(caseId: id, round: round) }
    }

    /// The six digits that this phone's party reads out when it signs on the recorder's glass.
    public func oneTimeCode(_ id: String, round: SignatureRound) async throws -> String {
        try await call { try $0.oneTimeCode(caseId: id, round: round) }
    }

    /// Records that a party refuses to sign.
    @discardableResult
    public func refuseToSign(_ id: String, party: String, round: SignatureRound) async throws -> CaseView {
        try await call { try $0.refuseToSign(caseId: id, party: party, round: round) }
    }

    /// Records that a party agrees that a receiver may have its data: `own_insurer`, `other_insurer`, `association`,
    /// `police_handover`. `textVersion` is the version of the text it was shown.
    @discardableResult
    public func consent(_ id: String, party: String, receiver: String, textVersion: UInt32) async throws -> CaseView {
        try await call {
            try $0.consent(caseId: id, party: party, receiver: receiver, textVersion: textVersion)
        }
    }

    /// Records that a party takes its consent back; after sealing too.
    @discardableResult
    public func withdraw(_ id: String, party: String, receiver: String) async throws -> CaseView {
        try await call { try $0.withdraw(caseId: id, party: party, receiver: receiver) }
    }

    /// Notifies a party's own insurer of the newest sealed revision (快赔), with the consents as they stand. Kept and
    /// queued when it returns; what the insurer answers comes by the feed into the view's `claims`.
    @discardableResult
    public func notifyInsurer(_ id: String, party: String) async throws -> CaseView {
        try await call { try $0.notifyInsurer(caseId: id, party: party) }
    }

    /// What an audience may see of a sealed revision, or of the newest: JSON. Refused without the consents it needs.
    public func view(_ id: String, for audience: Audience, revision: UInt32? = nil) async throws -> String {
        try await call { try $0.viewFor(caseId: id, revision: revision, audience: audience) }
    }

    /// Seals the next revision; a further one needs a reason.
    @discardableResult
    public func seal(_ id: String, reason: String? = nil) async throws -> CaseView {
        try await call { try $0.seal(caseId: id, reason: reason) }
    }

    /// The printable agreement of the newest sealed revision, HTML; none before the first seal.
    public func agreement(_ id: String) async throws -> String? { try await call { try $0.agreement(caseId: id) } }

    /// Writes the case's bundle to a file; encrypted, if it is for the holder of the key `recipient` alone (`age1…`).
    public func export(_ id: String, to path: String, recipient: String? = nil) async throws {
        try await call {
            guard let recipient else { return try $0.export(caseId: id, path: path) }
            try $0.exportEncrypted(caseId: id, part: nil, path: path, recipient: recipient)
        }
    }

    /// Writes to `path` what `audience` may have of the case, with `photos` of this phone (all of them if nil);
    /// encrypted, if it is for the holder of the key `recipient` alone (`age1…`).
    public func exportPart(
        _ id: String, for audience: Audience, photos: [String]? = nil, to path: String, recipient: String? = nil
    ) async throws {
        try await call {
            guard let recipient else {
                return try $0.exportPart(caseId: id, audience: audience, photos: photos, path: path)
            }
            let part = PartChoice(audience: audience, photos: photos)
            try $0.exportEncrypted(caseId: id, part: part, path: path, recipient: recipient)
        }
    }

    // MARK: Hand-over

    /// What is ready for an app or account of the rules (`12123`, `yantai_wechat`), in its own order, to be copied by
    /// hand. `canOpen` are those targets of its `ways` that this phone can open (`canOpenURL`); ask with none first.
    /// This app fills in nothing there.
    public func handover(_ id: String, app: String, canOpen: [String] = []) async throws -> HandoverView {
        try await call { try $0.handover(caseId: id, app: app, canOpen: canOpen) }
    }

    /// Writes a copy of each photo into `folder`, numbered in the app's order, and records what lies ready.
    @discardableResult
    public func prepareHandover(_ id: String, app: String, folder: String) async throws -> HandoverReady {
        try await call { try $0.prepareHandover(caseId: id, app: app, folder: folder) }
    }

    /// Records that somebody filled in there what was prepared.
    @discardableResult
    public func handOver(_ id: String, app: String) async throws -> CaseView {
        try await call { try $0.handOver(caseId: id, app: app) }
    }

    /// Records the number it has there, typed or `scanned`; a later one corrects an earlier one.
    @discardableResult
    public func handoverNumber(
        _ id: String, app: String, number: String, scanned: Bool = false
    ) async throws -> CaseView {
        try await call { try $0.handoverNumber(caseId: id, app: app, number: number, scanned: scanned) }
    }

    /// Records how it ended there, one of the view's `outcomes`; a later one corrects an earlier one.
    @discardableResult
    public func handoverOutcome(
        _ id: String, app: String, outcome: String, note: String? = nil
    ) async throws -> CaseView {
        try await call { try $0.handoverOutcome(caseId: id, app: app, outcome: outcome, note: note) }
    }

    // MARK: Other phones

    /// A code for another phone, to be shown as a QR code.
    public func showCode(_ id: String, _ kind: CodeKind) async throws -> String {
        try await call { try $0.showCode(caseId: id, kind: kind) }
    }

    /// Takes in a code of another phone.
    @discardableResult
    public func scan(_ code: String) async throws -> ScanResult { try await call { try $0.scan(code: code) } }

    // MARK: Credential

    /// Takes in a credential that the association issued to this phone, the file that `credential issue` wrote.
    @discardableResult
    public func acceptCredential(_ file: Data) async throws -> CredentialView {
        try await call { try $0.acceptCredential(file: file) }
    }

    /// Takes in a newer list of revocations, a file signed by the association; how old it is.
    @discardableResult
    public func acceptRevocations(_ file: Data) async throws -> Duration {
        .milliseconds(try await call { try $0.acceptRevocations(file: file) })
    }

    /// The own credential, as it is worth now.
    public func credential() async throws -> CredentialView { try await call { try $0.credential() } }

    /// The own credential for the screen, signed now; a new one is asked for after its `nextInMs`.
    public func livingCode() async throws -> LivingView { try await call { try $0.livingCode() } }

    /// What the code on a specialist's screen is worth, offline.
    public func checkCode(_ code: String) async throws -> CodeView { try await call { try $0.checkCode(code: code) } }

    /// A code for the specialist's phone to answer, where the clocks differ; its answer is taken for two minutes.
    public func challenge() async throws -> String { try await call { try $0.challenge() } }

    /// The living code that answers the challenge on the other screen.
    public func answerChallenge(_ code: String) async throws -> LivingView {
        try await call { try $0.answerChallenge(code: code) }
    }

    // MARK: Rules

    /// Takes a newer rule pack, a file signed by the association; open cases stay under the rules they were begun under.
    @discardableResult
    public func acceptPack(_ file: Data) async throws -> PackTaken { try await call { try $0.acceptPack(file: file) } }

    /// The rules in force, where they came from, and why a later pack was not taken.
    public func rules() async throws -> RulesView { try await call { try $0.rules() } }

    // MARK: Sending

    /// Sends what is due, for at most `budget`, counted in whole seconds, with at most `photoBytes` of photos; over a
    /// `metered` network photos wait for another one.
    @discardableResult
    public func sync(budget: Duration, photoBytes: UInt64? = nil, metered: Bool = false) async throws -> SyncReport {
        let seconds = UInt32(clamping: max(0, budget.components.seconds))
        let limits = SyncBudget(seconds: seconds, photoBytes: photoBytes, metered: metered)
        return try await field.sync(budget: limits)
    }

    /// How much is unsent, and when to call ``sync(budget:photoBytes:metered:)``: for every opening, and for planning work in the background.
    public func waiting() async throws -> Waiting { try await call { try $0.waiting() } }

    /// Uploads of at most `most` photos for a background `URLSession`; each end goes to ``handBack(_:status:)``.
    public func handOut(most: Int) async throws -> [HandedUpload] {
        try await field.handOut(most: UInt32(clamping: most))
    }

    /// Takes the end of a request of ``handOut(most:)`` back, with its status if one came; late and twice do no harm.
    public func handBack(_ upload: HandedUpload, status: Int?) async throws {
        let status = status.map { UInt16(clamping: $0) }
        try await call { try $0.handBack(op: upload.op, lease: upload.lease, status: status) }
    }

    /// For going to the background: ends a running ``sync(budget:photoBytes:metered:)`` and lets go of the store; the next call opens it again.
    public func suspend() async throws { try await call { $0.suspend() } }

    /// What waits, why, and what is done.
    public func queue() async throws -> QueueView { try await call { try $0.queue() } }

    /// Has one operation tried at the next ``sync(budget:photoBytes:metered:)``.
    public func retry(_ op: String) async throws { try await call { try $0.retry(op: op) } }

    /// The times of each live case on this phone.
    public func scorecard() async throws -> [TimesView] { try await call { try $0.scorecard() } }

    /// Ends every sequence and a running ``sync(budget:photoBytes:metered:)``, and closes the store. Bounded: a call that is just writing
    /// is waited for two seconds and finished behind the scenes. Twice is once.
    public func close() {
        heard.close()
        let closed = DispatchSemaphore(value: 0)
        blocking.async { [field] in
            field.shutdown()
            closed.signal()
        }
        _ = closed.wait(timeout: .now() + Self.closing)
    }
}
