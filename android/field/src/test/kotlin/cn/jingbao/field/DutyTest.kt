package cn.jingbao.field

import cn.jingbao.field.core.CodeKind
import cn.jingbao.field.core.FieldException
import cn.jingbao.field.core.Fix
import cn.jingbao.field.core.SoftwarePhone
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

class DutyTest {
    @TempDir
    lateinit var folder: Path

    private suspend fun open(clocks: SoftwarePhone): Jingbao {
        val ports = softwarePorts(folder.toString())
        return Jingbao.open(config(folder, lang = "zh"), Ports(ports.keys, ports.signer, clocks, ports.credentials))
    }

    @Test
    fun `a drive gives its verdicts, and the phone is asked for fixes as often as the road needs them`() = runTest {
        val clocks = SoftwarePhone.open(folder.toString())
        open(clocks).use { car ->
            assertNull(car.shift().nextFixMs, "nobody off duty is asked where he is")
            assertEquals(60_000u, car.beginShift("鲁F 12345").nextFixMs)
            val stop = assertNotNull(car.driveUntilStopped(clocks))
            assertTrue(stop.text.isNotBlank() && stop.reasonTexts.isNotEmpty())
            assertEquals(1_000u, car.shift().nextFixMs)

            val late = assertNotNull(car.declareUrgent("major_loss", "重大损失现场", "调度中心").urgent)
            assertTrue(late.afterDemand, "declared after stopping was demanded, and shown as such")
            clocks.pass(1_000)
            val fix = Fix(here.copy(lon = here.lon - 0.0010), speedMps = 12.0, courseDeg = 90.0, at = clocks.now())
            val excused = car.duty(fix).single()
            assertEquals("exempt", excused.verdict)
            assertContains(excused.reasons, "declared_after")
            assertNull(car.endUrgent().urgent)
        }
    }

    @Test
    fun `a phone that was killed is still on duty and does not ask twice`() = runTest {
        val clocks = SoftwarePhone.open(folder.toString())
        open(clocks).use { assertNotNull(it.driveUntilStopped(clocks)) }
        open(clocks).use { again ->
            val shift = again.shift()
            assertTrue(shift.onDuty && shift.vehicle == "鲁F12345")
            assertEquals("must_stop", shift.verdicts.single().verdict)
            val case = again.sight(here, shift.verdicts.single().accident)
            again.respond(case, "stopped")
            assertEquals("a-1", again.shift().onCase)
            assertFalse(again.endShift().onDuty)
        }
    }

    @Test
    fun `a driver without a network shows a specialist where help is wanted`() = runTest {
        open(SoftwarePhone.open(folder.toString())).use { car ->
            phone(folder.resolve("driver")).use { driver ->
                val own = driver.sight(here, ownParty = "A")
                assertTrue(driver.askForHelp(own).helpAsked)
                val scanned = car.scan(driver.showCode(own, CodeKind.Help))
                assertEquals("sighted", scanned.kind)
                assertTrue(car.respond(scanned.caseId, "stopped").recorder)
            }
        }
    }

    @Test
    fun `a plate that is none and an urgent task without words are refused in words`() = runTest {
        open(SoftwarePhone.open(folder.toString())).use { car ->
            assertEquals("error-vehicle", assertThrows<FieldException.Refused> { car.beginShift("张三") }.code)
            car.beginShift("鲁F12345")
            val silent = assertThrows<FieldException.Refused> { car.declareUrgent("major_loss", " ", "调度中心") }
            assertEquals("error-urgent-words", silent.code)
        }
    }
}
