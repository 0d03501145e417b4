package cn.jingbao.field

import cn.jingbao.field.core.Accident
import cn.jingbao.field.core.CaseView
import cn.jingbao.field.core.CodeKind
import cn.jingbao.field.core.Config
import cn.jingbao.field.core.Fix
import cn.jingbao.field.core.PhotoInput
import cn.jingbao.field.core.Position
import cn.jingbao.field.core.QuestionView
import cn.jingbao.field.core.SignatureFactor
import cn.jingbao.field.core.SignatureInput
import cn.jingbao.field.core.SignatureRound
import cn.jingbao.field.core.SoftwarePhone
import cn.jingbao.field.core.StrokePoint
import cn.jingbao.field.core.VerdictView
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.nio.file.Path
import javax.imageio.ImageIO

/** Where the tests' accident stands: a street of Yantai. */
val here = Position(lat = 37.5365, lon = 121.3910, accuracyM = 8.0, mock = false)

fun config(folder: Path, gateway: String? = null, gatewayKey: String? = null, lang: String = "en"): Config =
    Config(folder.resolve("store").toString(), gateway, gatewayKey, authority = null, lang)

suspend fun phone(folder: Path, lang: String = "en"): Jingbao =
    Jingbao.open(config(folder, lang = lang), softwarePorts(folder.resolve("keys").toString()))

/** A picture of one colour: as little as a camera can give. */
fun jpeg(colour: Int): PhotoInput {
    val image = BufferedImage(32, 24, BufferedImage.TYPE_INT_RGB)
    for (y in 0 until image.height) for (x in 0 until image.width) image.setRGB(x, y, colour)
    val bytes = ByteArrayOutputStream()
    check(ImageIO.write(image, "jpg", bytes))
    return PhotoInput.Bytes(bytes.toByteArray())
}

/** An answer to whatever is asked: one of the choices, else a made-up value of the right kind. */
fun answerTo(question: QuestionView): String = when (question.kind) {
    "fact" -> "no"
    "liability" -> question.choices.let { if (question.party == "A") it.first() else it.last() }.code
    "name" -> "张三"
    "resident_id" -> "11010519491231002X"
    "phone" -> "13800138000"
    "plate" -> if (question.party == "A") "鲁F5K821" else "鲁F7M302"
    "number" -> "PDAA202611230001"
    "text" -> "17:52"
    else -> question.choices.first().code
}

/** Answers what is asked until nothing is, or until [until] holds of the question. */
suspend fun Jingbao.answerAll(case: String, until: (QuestionView) -> Boolean = { false }): CaseView {
    var view = view(case)
    var asked = 0
    while (true) {
        val question = view.next?.takeUnless(until) ?: return view
        check(asked++ < 200) { "asked for ever: ${question.question}" }
        view = answer(case, question, answerTo(question)).view
    }
}

/** Takes every shot that *clear now* waits for; how many there were. */
suspend fun Jingbao.shootAll(case: String): Int {
    val needed = view(case).shots.filter { it.needed && !it.taken }
    needed.forEachIndexed { n, shot -> addPhoto(case, shot.slot, jpeg(0x102030 * (n + 1)), here) }
    return needed.size
}

/** Signs both rounds for [party], over what the view shows. */
suspend fun Jingbao.signBoth(case: String, party: String): CaseView {
    val strokes = listOf(listOf(StrokePoint(100, 500), StrokePoint(500, 300), StrokePoint(900, 600)))
    val shown = checkNotNull(view(case).signing) { "nothing to sign" }
    val factor = shown.signers.single { it.party == party }.factors.first { it.kind != "one_time_code" }
    val given = if (factor.kind == "own_phone") SignatureFactor.OwnPhone else SignatureFactor.Witness(factor.witness)
    sign(case, SignatureInput(party, SignatureRound.FACTS, shown.factsSha256, strokes, given))
    return sign(case, SignatureInput(party, SignatureRound.SETTLEMENT, shown.settlementSha256, strokes, given))
}

/** Drives eastward, a fix a second, until told to stop. */
suspend fun Jingbao.driveUntilStopped(clocks: SoftwarePhone): VerdictView? {
    beginShift("鲁F12345")
    hearOf(Accident("a-1", here, clocks.now().wallMs, road = "city", served = false))
    for (second in 0 until 40) {
        clocks.pass(1_000)
        val lon = here.lon - 0.0050 + second * 0.000136
        val fix = Fix(here.copy(lon = lon), speedMps = 12.0, courseDeg = 90.0, at = clocks.now())
        duty(fix).find { it.verdict == "must_stop" }?.let { return it }
    }
    return null
}

/** A specialist's case up to the point where party B's own phone is to speak. */
suspend fun Jingbao.caseUpToB(accident: String? = null, training: Boolean = false): String {
    val case = sight(here, accident, training = training)
    respond(case, "stopped")
    answerAll(case)
    shootAll(case)
    clear(case)
    answerAll(case) { it.party == "B" }
    return case
}

/** Everything that party B does on its own phone, and the seal. */
suspend fun sealTogether(recorder: Jingbao, driver: Jingbao, case: String): CaseView {
    driver.scan(recorder.showCode(case, CodeKind.Invitation("B")))
    driver.clear(case)
    driver.answerAll(case)
    recorder.scan(driver.showCode(case, CodeKind.Statement))
    recorder.answerAll(case)
    driver.scan(recorder.showCode(case, CodeKind.Draft))
    driver.signBoth(case, "B")
    recorder.scan(driver.showCode(case, CodeKind.Statement))
    recorder.signBoth(case, "A")
    return recorder.seal(case)
}
