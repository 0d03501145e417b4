package cn.jingbao.field

import cn.jingbao.field.core.Credentials
import cn.jingbao.field.core.Field
import cn.jingbao.field.core.FieldException
import cn.jingbao.field.core.Listener
import cn.jingbao.field.core.SightInput
import cn.jingbao.field.core.SoftwarePhone
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.Channel.Factory.UNLIMITED
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Path
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds

class ChangesTest {
    @TempDir
    lateinit var folder: Path

    private fun <T> within(work: suspend kotlinx.coroutines.CoroutineScope.() -> T): T =
        runBlocking(Dispatchers.Default) { withTimeout(60.seconds, work) }

    @Test
    fun `a case is shown now and again after each change`(): Unit = within {
        phone(folder).use { phone ->
            val case = phone.sight(here)
            val seen = CompletableDeferred<Unit>()
            val answered = async { phone.case(case).onEach { seen.complete(Unit) }.first { it.answered == 1u } }
            seen.await()
            phone.answer(case, checkNotNull(phone.view(case).next), "no")
            assertEquals(phone.view(case), answered.await())
        }
    }

    @Test
    fun `a slow collector misses nothing`(): Unit = within {
        phone(folder).use { phone ->
            val heard = Channel<Change>(UNLIMITED)
            val collecting = launch { phone.changes.onEach { delay(1) }.collect(heard::send) }
            while (heard.tryReceive().isFailure) phone.sight(here, training = true)
            val opened = List(100) { Change.Case(phone.sight(here, training = true)) }
            val all = mutableListOf(heard.receive())
            while (all.last() != opened.last()) all += heard.receive()
            assertEquals(opened, all.takeLast(opened.size))
            collecting.cancel()
        }
    }

    @Test
    fun `nothing is delivered after close, and every flow ends`(): Unit = within {
        val phone = phone(folder)
        val case = phone.sight(here)
        val (first, gate) = List(2) { CompletableDeferred<Unit>() }
        val changes = async { phone.changes.onEach { first.complete(Unit) }.onEach { gate.await() }.toList() }
        while (!first.isCompleted) phone.respond(case, "stopped")
        repeat(3) { phone.respond(case, "passed") }
        phone.close()
        gate.complete(Unit)
        assertEquals(listOf<Change>(Change.Case(case)), changes.await(), "only the one that was under way")
        assertEquals(emptyList(), phone.case(case).toList())
        assertEquals(emptyList(), phone.changes.toList())
    }

    @Test
    fun `asleep in the midst of sending it wakes at the next call`(): Unit = within {
        ServerSocket(0, 8, InetAddress.getLoopbackAddress()).use { silent ->
            val key = phone(folder.resolve("key")).use { it.publicKey() }
            val ports = softwarePorts(folder.resolve("keys").toString()) { null }
            val address = "http://127.0.0.1:${silent.localPort}"
            Jingbao.open(config(folder.resolve("phone"), address, key), ports).use { phone ->
                phone.sight(here)
                val round = async { runCatching { phone.sync(60.seconds) } }
                silent.accept().use {
                    phone.suspend()
                    assertIs<FieldException.Closed>(round.await().exceptionOrNull())
                }
                assertEquals(1u, phone.waiting().pending)
                assertEquals(1u, phone.queue().pending)
            }
        }
    }

    @Test
    fun `a thousand openings and closings leave nothing behind`(): Unit = within {
        fun handles() = checkNotNull(File("/proc/self/fd").list()).size
        phone(folder).use { it.sight(here) }
        repeat(50) { phone(folder).close() }
        val (handles, threads) = handles() to Thread.activeCount()
        repeat(950) { phone(folder).close() }
        assertTrue(handles() <= handles + 8, "${handles()} open files, $handles before")
        assertTrue(Thread.activeCount() <= threads + 8, "${Thread.activeCount()} threads, $threads before")
    }

    @Test
    fun `calls after close say so in words, and closing twice is once`(): Unit = within {
        val phone = phone(folder)
        val case = phone.sight(here)
        phone.close()
        phone.close()
        val calls = listOf<suspend () -> Any?>(
            { phone.view(case) }, { phone.sight(here) }, { phone.queue() }, { phone.sync(1.seconds) }, { phone.device() },
        )
        for (call in calls) {
            val closed = assertThrows<FieldException.Closed> { call() }
            assertTrue(closed.code == "error-shut-down" && closed.text.isNotBlank())
        }
    }

    @Test
    fun `a listener that calls back into the engine does not dead-lock, and hears nothing after shutdown`(): Unit = within {
        val heard = CopyOnWriteArrayList<String>()
        val listener = object : Listener {
            var field: Field? = null

            override fun changed(what: String) {
                heard += what + " " + field?.cases()?.size + " " + field?.queue()?.pending
            }
        }
        val keys = SoftwarePhone.open(folder.toString())
        val nobody = object : Credentials {
            override fun token(): String? = null
        }
        val field = Field.open(config(folder), keys, keys, nobody, keys, listener)
        listener.field = field
        val case = field.sight(SightInput(here, accident = null, ownParty = null, training = false))
        assertEquals(listOf("case:$case 1 1"), heard)
        field.shutdown()
        assertThrows<FieldException.Closed> { field.respond(case, "stopped") }
        assertEquals(1, heard.size)
    }

    @Test
    fun `a port that throws is a failed port and nothing of what it threw comes out`(): Unit = within {
        val ports = softwarePorts(folder.resolve("keys").toString())
        val broken = object : cn.jingbao.field.core.KeyStore by ports.keys {
            override fun load(): ByteArray? = error("鲁F5K821")
        }
        val failed = assertThrows<FieldException.Phone> {
            Jingbao.open(config(folder), Ports(broken, ports.signer, ports.clock, ports.credentials))
        }
        assertTrue("鲁F5K821" !in failed.toString() && failed.text.isNotBlank())
    }

    @Test
    fun `a store is open once`(): Unit = within {
        phone(folder).use {
            assertEquals("error-busy", assertThrows<FieldException.Storage> { phone(folder) }.code)
        }
    }
}
