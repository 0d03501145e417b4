package cn.jingbao.field

import cn.jingbao.field.core.Audience
import cn.jingbao.field.core.CodeKind
import cn.jingbao.field.core.FieldException
import cn.jingbao.field.core.Reply
import cn.jingbao.field.core.SignatureRound
import cn.jingbao.field.core.SoftwarePhone
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import java.util.zip.ZipFile
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

class JourneyTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `two phones without a network take an accident from the first fix to the sealed agreement`() = runTest {
        val clocks = SoftwarePhone.open(folder.resolve("car").toString())
        val ports = softwarePorts(folder.resolve("car").toString()).let { Ports(it.keys, it.signer, clocks, it.credentials) }
        Jingbao.open(config(folder.resolve("car"), lang = "zh"), ports).use { car ->
            phone(folder.resolve("driver"), lang = "zh").use { driver ->
                val verdict = assertNotNull(car.driveUntilStopped(clocks))
                assertContains(verdict.reasons, "ahead")
                assertTrue(verdict.text.isNotBlank() && verdict.distanceM > 0)

                val case = car.sight(here, verdict.accident)
                assertTrue(car.respond(case, "stopped").recorder)
                val screened = car.answerAll(case)
                assertTrue(screened.triage.settled && screened.triage.text.isNotBlank())
                assertEquals(3, car.shootAll(case))
                assertTrue(car.view(case).mayClear)
                clocks.pass(120_000)
                assertTrue(car.clear(case).cleared)
                car.answerAll(case) { it.party == "B" }

                val joined = driver.scan(car.showCode(case, CodeKind.Invitation("B")))
                assertEquals("joined" to case, joined.kind to joined.caseId)
                assertEquals("B", driver.view(case).ownParty)
                driver.clear(case)
                driver.answerAll(case)
                val party = driver.showCode(case, CodeKind.Party)
                assertTrue(party.length <= 970, "one QR code of version 20-M")
                assertEquals("statement", car.scan(party).kind)
                assertTrue(car.view(case).answers.any { it.party == "B" && it.value == "鲁F7M302" })
                assertEquals("statement", car.scan(driver.showCode(case, CodeKind.Statement)).kind)
                car.answerAll(case)
                assertEquals("sign", car.view(case).step)

                assertEquals("draft", driver.scan(car.showCode(case, CodeKind.Draft)).kind)
                val shown = driver.document(case, SignatureRound.FACTS)
                assertEquals(shown, car.document(case, SignatureRound.FACTS))
                assertTrue(shown.lines.any { it.party == "B" && it.text == "鲁F7M302" })
                assertEquals(6, driver.oneTimeCode(case, SignatureRound.FACTS).length)
                driver.signBoth(case, "B")
                car.scan(driver.showCode(case, CodeKind.Statement))
                car.signBoth(case, "A")
                val sealed = car.seal(case)
                assertEquals("sealed" to 1, sealed.state to sealed.revisions.size)
                assertEquals(4, sealed.signatures.count { it.holds && !it.refused })

                assertContains(assertNotNull(car.agreement(case)), "鲁F7M302")
                assertTrue(car.scorecard().single().clearingMs in 120_000L..180_000L)
                val bundle = folder.resolve("bundle.zip").toFile()
                car.export(case, bundle)
                val names = ZipFile(bundle).use { zip -> zip.entries().asSequence().map { it.name }.toList() }
                assertEquals(3, names.count { it.endsWith(".jpg") }, "$names")
            }
        }
    }

    @Test
    fun `one phone takes a whole case from sight to the agreement without knowing a question`() = runTest {
        phone(folder, lang = "zh").use { phone ->
            val asked = mutableSetOf<String>()
            val case = phone.sight(here)
            phone.respond(case, "stopped")
            phone.answerAll(case) { question -> false.also { asked += question.question } }
            phone.shootAll(case)
            assertTrue(phone.clear(case).cleared)
            val filled = phone.answerAll(case) { question -> false.also { asked += question.question } }
            assertEquals("sign", filled.step)
            filled.parties.forEach { phone.signBoth(case, it) }
            assertEquals("sealed", phone.seal(case).step)
            assertContains(assertNotNull(phone.agreement(case)), "鲁F5K821")
            val code = Files.readString(Path.of("src/test/kotlin/cn/jingbao/field/Road.kt"))
            assertTrue(asked.size > 20 && asked.none { it in code }, "answered by kind and choices alone: $asked")
        }
    }

    @Test
    fun `an insurer is shown the record while the parties agree, and no longer`() = runTest {
        phone(folder).use { phone ->
            val case = phone.sight(here)
            phone.answerAll(case)
            phone.shootAll(case)
            phone.clear(case)
            phone.answerAll(case).parties.forEach { phone.signBoth(case, it) }
            phone.seal(case)
            val insurer = Audience.Insurer("A")
            val refused = { assertThrows<FieldException.Refused> { runBlocking { phone.viewFor(case, insurer) } }.code }
            assertEquals("redact-not-consented", refused())
            phone.consent(case, "A", "own_insurer", 1u)
            val agreed = phone.consent(case, "B", "other_insurer", 1u)
            assertTrue(agreed.consents.all { it.given && it.here && it.stands })
            assertContains(phone.viewFor(case, insurer), case)
            assertEquals("queued", phone.notifyInsurer(case, "A").claims.first().state)
            assertEquals("withheld", phone.withdraw(case, "B", "other_insurer").claims.first().state)
            assertEquals("redact-withdrawn", refused())
        }
    }

    @Test
    fun `a rule pack that nobody pinned a key for is refused in words`() = runTest {
        phone(folder, lang = "en").use { phone ->
            val refused = assertThrows<FieldException.Refused> { phone.acceptPack("{}".toByteArray()) }
            assertEquals("pack-refused-no_key", refused.code)
            val rules = phone.rules()
            assertTrue(rules.source == "app" && rules.refused == null && rules.text.isNotBlank())
        }
    }

    @Test
    fun `reopening shows the same case`() = runTest {
        val before = phone(folder).use { it.view(it.caseUpToB()) }
        phone(folder).use { again ->
            assertEquals(listOf(before.id), again.cases())
            assertEquals(before, again.view(before.id))
        }
    }

    @Test
    fun `a refusal has a code for the program and a sentence in the engine's language`() = runTest {
        val told = listOf("en", "zh").map { lang ->
            phone(folder.resolve(lang), lang).use { phone ->
                val case = phone.sight(here)
                assertThrows<FieldException.Refused> { phone.clear(case) }
            }
        }
        assertEquals(listOf("error-clear-unsettled"), told.map { it.code }.distinct())
        val (english, chinese) = told.map { it.text }
        assertTrue(english.all { it.code < 0x2E80 } && chinese.any { it in '\u4e00'..'\u9fff' }, "$english $chinese")
    }

    @Test
    fun `an impossible value is refused without being repeated`() = runTest {
        phone(folder).use { phone ->
            val case = phone.caseUpToB()
            val reply = Reply("party.phone", "A", "12x45", skip = null)
            val refused = assertThrows<FieldException.Refused> { phone.answer(case, reply) }
            assertTrue("12x45" !in "${refused.message}${refused.text}")
            assertEquals("13800138000", phone.view(case).answers.single { it.question == "party.phone" }.value)
        }
    }

    @Test
    fun `what stands there can be left open with a reason`() = runTest {
        phone(folder).use { phone ->
            val case = phone.caseUpToB()
            val question = assertNotNull(phone.view(case).next)
            val next = phone.skip(case, question, "refuses").view
            val left = next.answers.single { it.question == question.question && it.party == question.party }
            assertNull(left.value)
            assertTrue(left.text.isNotBlank() && next.next != question)
        }
    }

    @Test
    fun `practice is marked, and queues and scores nothing`() = runTest {
        phone(folder.resolve("a")).use { trainer ->
            phone(folder.resolve("b")).use { pupil ->
                val case = trainer.caseUpToB(training = true)
                assertEquals("training", sealTogether(trainer, pupil, case).nature)
                assertEquals(0, trainer.queue().items.size + trainer.scorecard().size)
            }
        }
    }
}
