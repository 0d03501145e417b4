package cn.jingbao.field

import cn.jingbao.field.core.Accident
import cn.jingbao.field.core.AnswerTaken
import cn.jingbao.field.core.Audience
import cn.jingbao.field.core.CaseView
import cn.jingbao.field.core.CheckView
import cn.jingbao.field.core.CodeKind
import cn.jingbao.field.core.CodeView
import cn.jingbao.field.core.Config
import cn.jingbao.field.core.CopyMade
import cn.jingbao.field.core.CredentialView
import cn.jingbao.field.core.DocumentView
import cn.jingbao.field.core.Field
import cn.jingbao.field.core.FieldException
import cn.jingbao.field.core.Fix
import cn.jingbao.field.core.HandoverReady
import cn.jingbao.field.core.HandoverView
import cn.jingbao.field.core.HandedUpload
import cn.jingbao.field.core.Held
import cn.jingbao.field.core.LivingView
import cn.jingbao.field.core.PackTaken
import cn.jingbao.field.core.PartChoice
import cn.jingbao.field.core.PhotoInput
import cn.jingbao.field.core.PhotoTaken
import cn.jingbao.field.core.Position
import cn.jingbao.field.core.QuestionView
import cn.jingbao.field.core.QueueView
import cn.jingbao.field.core.Reply
import cn.jingbao.field.core.RulesView
import cn.jingbao.field.core.ScanResult
import cn.jingbao.field.core.SightInput
import cn.jingbao.field.core.SignatureInput
import cn.jingbao.field.core.SignatureRound
import cn.jingbao.field.core.ShiftView
import cn.jingbao.field.core.SyncBudget
import cn.jingbao.field.core.SyncReport
import cn.jingbao.field.core.TimesView
import cn.jingbao.field.core.VerdictView
import cn.jingbao.field.core.Waiting
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.withContext
import java.io.File
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * The engine of one installation; an app has one of them for as long as it runs. Every call may be made from any thread:
 * what blocks runs on [io]. What returns is durable. A call fails with a [FieldException], whose `text` is ready to be
 * shown in the configured language; after [close] with [FieldException.Closed].
 */
public class Jingbao private constructor(
    private val field: Field,
    private val heard: Changes,
    private val io: CoroutineDispatcher,
) : AutoCloseable {
    public companion object {
        /** How long [close] waits for a call that is just writing, in milliseconds. */
        private const val CLOSE_MS = 2_000L

        /** Opens the store in the configured folder, or makes one. Nothing is changed when it fails. */
        public suspend fun open(config: Config, ports: Ports, io: CoroutineDispatcher = Dispatchers.IO): Jingbao =
            withContext(io) {
                val heard = Changes()
                val field = Field.open(config, ports.keys, ports.signer, ports.credentials, ports.clock, heard)
                Jingbao(field, heard, io)
            }
    }

    private suspend fun <T> call(work: Field.() -> T): T = withContext(io) { field.work() }

    /** What changes from now on. Ends with [close]. */
    public val changes: Flow<Change> get() = heard.untilClosed(heard.from())

    /** One case as its screen shows it: now, and again after each change. Ends with [close]. */
    public fun case(id: String): Flow<CaseView> {
        val views = heard.from(first = Change.Case(id))
            .filter { it == Change.Case(id) || it == Change.Rules || it is Change.Other }
            .conflate()
            .map { field.case(id) }
            .catch { if (it !is FieldException.Closed) throw it }
            .flowOn(io)
            .distinctUntilChanged()
        return heard.untilClosed(views)
    }

    /** The device's public key, base64url SubjectPublicKeyInfo: what the company enrols. */
    public suspend fun publicKey(): String = call { publicKey() }

    /** This installation's id. */
    public suspend fun device(): String = call { device() }

    /** Comes on duty with a survey car, by its plate; on duty already, the shift goes on with that car. */
    public suspend fun beginShift(vehicle: String): ShiftView = call { beginShift(vehicle) }

    /** Goes off duty. */
    public suspend fun endShift(): ShiftView = call { endShift() }

    /** Declares a serious urgent task (重大紧急任务), now: a kind of the rule pack, why, and who gave it. */
    public suspend fun declareUrgent(kind: String, reason: String, issuer: String): ShiftView =
        call { declareUrgent(kind, reason, issuer) }

    /** The urgent task is done. */
    public suspend fun endUrgent(): ShiftView = call { endUrgent() }

    /** On duty or not, excused by what, what is near, and in how many milliseconds the next fix is wanted. */
    public suspend fun shift(): ShiftView = call { shift() }

    /** Learns of an open accident. */
    public suspend fun hearOf(accident: Accident): Unit = call { hearOf(accident) }

    /** One fix of the drive: what has changed. */
    public suspend fun duty(fix: Fix): List<VerdictView> = call { duty(fix) }

    /** Opens a case; its id. */
    public suspend fun sight(
        position: Position? = null,
        accident: String? = null,
        ownParty: String? = null,
        training: Boolean = false,
    ): String = call { sight(SightInput(position, accident, ownParty, training)) }

    /** How the survey car answered: `stopped`, `urgent`, `cannot_stop_safely`, `served`, `passed`. */
    public suspend fun respond(case: String, response: String): CaseView = call { respond(case, response) }

    /** A driver asks for help: the survey cars nearby hear of it through the feed. */
    public suspend fun askForHelp(case: String): CaseView = call { askForHelp(case) }

    /** One case as its screen shows it now. */
    public suspend fun view(case: String): CaseView = call { case(case) }

    /** Every case on this phone. */
    public suspend fun cases(): List<String> = call { cases() }

    /** What is to be said of [typed] while it is being typed as an answer to [question]; nothing is taken. */
    public suspend fun check(case: String, question: QuestionView, typed: String): CheckView =
        call { check(case, question.question, typed) }

    /** Answers [question] as the view asked it. */
    public suspend fun answer(case: String, question: QuestionView, value: String): AnswerTaken =
        answer(case, Reply(question.question, question.party, value, skip = null))

    /** Leaves [question] open, for a reason: `cannot_read`, `no_plate`, `refuses`, `unknown`, `unknown_insurer`, `not_applicable`. */
    public suspend fun skip(case: String, question: QuestionView, reason: String): AnswerTaken =
        answer(case, Reply(question.question, question.party, value = null, skip = reason))

    /** Takes one answer, also one that is not asked now. */
    public suspend fun answer(case: String, reply: Reply): AnswerTaken = call { answer(case, reply) }

    /**
     * Takes a photo in. [position] is where the phone was just then, [rotationDeg] how far its sensor says that it was
     * turned clockwise from upright. A [PhotoInput.Descriptor] is detached by the app (`detachFd()`) and closed by this call.
     */
    public suspend fun addPhoto(
        case: String,
        slot: String,
        photo: PhotoInput,
        position: Position? = null,
        rotationDeg: Int? = null,
    ): PhotoTaken = call { addPhoto(case, slot, photo, Held(position, rotationDeg?.mod(360)?.toUShort())) }

    /**
     * Takes a voice note in for a shot that cannot be taken (Art. 19): m4a, amr, wav or ogg. [why] is `camera_broken`,
     * `too_dark`, `too_dangerous`, `not_allowed` or `other_reason`.
     */
    public suspend fun addVoice(
        case: String,
        slot: String,
        why: String,
        voice: PhotoInput,
        position: Position? = null,
    ): PhotoTaken = call { addVoice(case, slot, why, voice, Held(position)) }

    /** Has [words], or a `marking` on the road that they describe, stand for a shot; [means] is `words` or `marking`. */
    public suspend fun substitute(case: String, slot: String, means: String, why: String, words: String): CaseView =
        call { substitute(case, slot, means, why, words) }

    /**
     * Scorecards of this phone's own duty events, the JSON of `jingbao-gateway score --json`: cases whose first event lies
     * from [fromMs] on and before [toMs], UTC milliseconds.
     */
    public suspend fun assessment(fromMs: Long? = null, toMs: Long? = null): String = call { assessment(fromMs, toMs) }

    /** A photo for a screen, a JPEG, its longer side at most [longestEdgePx]. HEIC is refused: the phone itself shows it. */
    public suspend fun thumbnail(case: String, photo: String, longestEdgePx: Int): ByteArray =
        call { thumbnail(case, photo, longestEdgePx.coerceAtLeast(1).toUInt()) }

    /**
     * A photo as it came in, to be shown at full size on this phone (HEIC too); at most 128 MiB. The custody log says once
     * for each opening of the app that it was viewed.
     */
    public suspend fun original(case: String, photo: String): ByteArray = call { original(case, photo) }

    /**
     * Writes a copy of a photo to [file] for [receiver] (`own_insurer`, `other_insurer`, `association`, `police_handover`,
     * or another that the pack names), within its limits: upright, without place, time or other metadata. Logged.
     */
    public suspend fun deriveCopy(case: String, photo: String, receiver: String, file: File): CopyMade =
        call { deriveCopy(case, photo, receiver, file.path) }

    /** Erases one photo of this phone for good; what the record says of it stays. Refused before it is delivered. */
    public suspend fun erasePhoto(case: String, photo: String): CaseView = call { erasePhoto(case, photo) }

    /** Erases every photo of a case from this phone; how many. Refused while anything of the case is undelivered. */
    public suspend fun eraseCase(case: String): UInt = call { eraseCase(case) }

    /** Erases the photos whose retention is over, as each [sync] does; how many. */
    public suspend fun tidy(): UInt = call { tidy() }

    /** The vehicles are off the road. */
    public suspend fun clear(case: String): CaseView = call { clear(case) }

    /** What a signature of [round] would bind now, line by line: shown to the person before it signs. */
    public suspend fun document(case: String, round: SignatureRound): DocumentView = call { document(case, round) }

    /** Takes a signature over what was shown, with one of the factors that the view offers. */
    public suspend fun sign(case: String, signature: SignatureInput): CaseView = call { sign(case, signature) }

    /** The six digits that this phone's party reads out when it signs on the recorder's glass. */
    public suspend fun oneTimeCode(case: String, round: SignatureRound): String = call { oneTimeCode(case, round) }

    /** Records that a party refuses to sign. */
    public suspend fun refuseToSign(case: String, party: String, round: SignatureRound): CaseView =
        call { refuseToSign(case, party, round) }

    /**
     * Records that [party] agrees that [receiver] may have its data: `own_insurer`, `other_insurer`, `association`,
     * `police_handover`. [textVersion] is the version of the text it was shown.
     */
    public suspend fun consent(case: String, party: String, receiver: String, textVersion: UInt): CaseView =
        call { consent(case, party, receiver, textVersion) }

    /** Records that [party] takes its consent back; after sealing too. */
    public suspend fun withdraw(case: String, party: String, receiver: String): CaseView =
        call { withdraw(case, party, receiver) }

    /**
     * Notifies the own insurer of [party] of the newest sealed revision (快赔), with the consents as they stand. Kept and
     * queued when it returns; what the insurer answers comes by the feed into the view's `claims`.
     */
    public suspend fun notifyInsurer(case: String, party: String): CaseView = call { notifyInsurer(case, party) }

    /**
     * What is ready for [app] (`12123`, `yantai_wechat`), in its own order, to be copied by hand. [canOpen] are those targets
     * of its `ways` that this phone can open (PackageManager); ask with none first. This app fills in nothing there.
     */
    public suspend fun handover(case: String, app: String, canOpen: List<String> = emptyList()): HandoverView =
        call { handover(case, app, canOpen) }

    /** Writes a copy of each photo into [folder], numbered in the app's order, and records what lies ready. */
    public suspend fun prepareHandover(case: String, app: String, folder: File): HandoverReady =
        call { prepareHandover(case, app, folder.path) }

    /** Records that somebody filled in there what was prepared. */
    public suspend fun handOver(case: String, app: String): CaseView = call { handOver(case, app) }

    /** Records the [number] it has there, typed or [scanned]; a later one corrects an earlier one. */
    public suspend fun handoverNumber(case: String, app: String, number: String, scanned: Boolean = false): CaseView =
        call { handoverNumber(case, app, number, scanned) }

    /** Records how it ended there, one of the view's `outcomes`; a later one corrects an earlier one. */
    public suspend fun handoverOutcome(case: String, app: String, outcome: String, note: String? = null): CaseView =
        call { handoverOutcome(case, app, outcome, note) }

    /** What [audience] may see of a sealed revision, or of the newest: JSON. Refused without the consents it needs. */
    public suspend fun viewFor(case: String, audience: Audience, revision: UInt? = null): String =
        call { viewFor(case, revision, audience) }

    /** Seals the next revision; a further one needs a reason. */
    public suspend fun seal(case: String, reason: String? = null): CaseView = call { seal(case, reason) }

    /** A code for another phone, to be shown as a QR code. */
    public suspend fun showCode(case: String, kind: CodeKind): String = call { showCode(case, kind) }

    /** Takes in a code of another phone. */
    public suspend fun scan(code: String): ScanResult = call { scan(code) }

    /** Takes in a credential that the association issued to this phone, the [file] that `credential issue` wrote. */
    public suspend fun acceptCredential(file: ByteArray): CredentialView = call { acceptCredential(file) }

    /** Takes in a newer list of revocations, a [file] signed by the association; how old it is. */
    public suspend fun acceptRevocations(file: ByteArray): Duration = call { acceptRevocations(file).milliseconds }

    /** The own credential, as it is worth now. */
    public suspend fun credential(): CredentialView = call { credential() }

    /** The own credential for the screen, signed now; a new one is asked for after its `nextInMs`. */
    public suspend fun livingCode(): LivingView = call { livingCode() }

    /** What the [code] on a specialist's screen is worth, offline. */
    public suspend fun checkCode(code: String): CodeView = call { checkCode(code) }

    /** A code for the specialist's phone to answer, where the clocks differ; its answer is taken for two minutes. */
    public suspend fun challenge(): String = call { challenge() }

    /** The living code that answers the challenge on the other screen. */
    public suspend fun answerChallenge(code: String): LivingView = call { answerChallenge(code) }

    /** Takes a newer rule pack, a [file] signed by the association; open cases stay under the rules they were begun under. */
    public suspend fun acceptPack(file: ByteArray): PackTaken = call { acceptPack(file) }

    /** The rules in force, where they came from, and why a later pack was not taken. */
    public suspend fun rules(): RulesView = call { rules() }

    /** What waits, why, and what is done. */
    public suspend fun queue(): QueueView = call { queue() }

    /** Has one operation tried at the next [sync]. */
    public suspend fun retry(op: String): Unit = call { retry(op) }

    /** How much is unsent, and when to call [sync]: for every opening, and for planning work in the background. */
    public suspend fun waiting(): Waiting = call { waiting() }

    /** Uploads of at most [most] photos for the system to carry out by itself; each end goes to [handBack]. */
    public suspend fun handOut(most: Int): List<HandedUpload> = withContext(io) { field.handOut(most.toUInt()) }

    /** Takes the end of a request of [handOut] back, with its [status] if one came; late and twice do no harm. */
    public suspend fun handBack(upload: HandedUpload, status: Int?): Unit =
        call { handBack(upload.op, upload.lease, status?.toUShort()) }

    /** For going to the background: ends a running [sync] and lets go of the store; the next call opens it again. */
    public suspend fun suspend(): Unit = call { suspend() }

    /**
     * Sends what is due, for at most [budget], counted in whole seconds, with at most [photoBytes] of photos; over a
     * [metered] network photos wait for another one.
     */
    public suspend fun sync(budget: Duration, photoBytes: Long? = null, metered: Boolean = false): SyncReport {
        val seconds = budget.inWholeSeconds.coerceIn(0, Int.MAX_VALUE.toLong()).toUInt()
        return withContext(io) { field.sync(SyncBudget(seconds, photoBytes?.coerceAtLeast(0)?.toULong(), metered)) }
    }

    /** The times of each live case on this phone. */
    public suspend fun scorecard(): List<TimesView> = call { scorecard() }

    /** The printable agreement of the newest sealed revision, HTML; none before the first seal. */
    public suspend fun agreement(case: String): String? = call { agreement(case) }

    /** Writes the case's bundle to [file]; encrypted, if it is for the holder of the key [to] alone (`age1…`). */
    public suspend fun export(case: String, file: File, to: String? = null): Unit =
        call { if (to == null) export(case, file.path) else exportEncrypted(case, null, file.path, to) }

    /**
     * Writes to [file] what [audience] may have of the case, with [photos] of this phone (all of them if null);
     * encrypted, if it is for the holder of the key [to] alone (`age1…`).
     */
    public suspend fun exportPart(
        case: String,
        audience: Audience,
        file: File,
        photos: List<String>? = null,
        to: String? = null,
    ): Unit =
        call {
            if (to == null) exportPart(case, audience, photos, file.path)
            else exportEncrypted(case, PartChoice(audience, photos), file.path, to)
        }

    /**
     * Ends every flow and a running [sync], and closes the store. Bounded: a call that is just writing is waited for
     * two seconds and finished behind the scenes. Twice is once.
     */
    override fun close() {
        heard.close()
        thread(isDaemon = true, name = "jingbao-close") { field.shutdown() }.join(CLOSE_MS)
    }
}
