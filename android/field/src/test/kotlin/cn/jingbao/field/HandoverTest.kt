package cn.jingbao.field

import cn.jingbao.field.core.FieldException
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.test.assertEquals
import kotlin.test.assertTrue

class HandoverTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `a sealed case is handed over by hand, and every state is there after reopening`() = runTest {
        val app = "12123"
        val case = phone(folder).use { phone ->
            val case = phone.sight(here)
            phone.answerAll(case)
            phone.shootAll(case)
            phone.clear(case)
            phone.answerAll(case).parties.forEach { phone.signBoth(case, it) }
            val sealed = phone.seal(case)
            assertTrue(sealed.handovers.single { it.app == app }.let { it.offered && it.state == "open" })
            sealed.parties.forEach { phone.consent(case, it, "police_handover", 1u) }
            val sheet = phone.handover(case, app, canOpen = listOf("com.tmri.app.main"))
            assertEquals("com.tmri.app.main", sheet.open?.target)
            assertTrue(sheet.steps.any { step -> step.lines.any { it.party == "A" && it.value == "鲁F5K821" } })
            val ready = phone.prepareHandover(case, app, folder.resolve("ready").toFile())
            assertEquals(3, ready.copies.size)
            assertEquals("prepared", ready.view.handovers.first().state)
            assertEquals("handed_over", phone.handOver(case, app).handovers.first().state)
            assertThrows<FieldException.Refused> { phone.handoverOutcome(case, app, "agreed") }
            phone.handoverNumber(case, app, "370602202611230001", scanned = true)
            phone.handoverOutcome(case, app, "agreed").id
        }
        phone(folder).use { again ->
            val standing = again.view(case).handovers.first()
            assertEquals("outcome_recorded" to "370602202611230001", standing.state to standing.number)
        }
    }
}
