package cn.jingbao.field

import cn.jingbao.field.core.FieldException
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.Channel.Factory.UNLIMITED
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.nio.file.Path
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

class SendingTest {
    @TempDir
    lateinit var folder: Path

    private fun <T> within(work: suspend kotlinx.coroutines.CoroutineScope.() -> T): T =
        runBlocking(Dispatchers.Default) { withTimeout(60.seconds, work) }

    /** A phone whose signer is the platform's, and the token it will be given. */
    private suspend fun online(gateway: Gateway, name: String, token: () -> String?): Jingbao {
        val ports = softwarePorts(folder.resolve("$name/keys").toString(), token)
        val signer = PlatformSigner()
        return Jingbao.open(
            config(folder.resolve(name), gateway.address, gateway.key),
            Ports(ports.keys, signer, ports.clock, ports.credentials),
        )
    }

    @Test
    fun `what two phones queued arrives once, and the case shows that it is stored`(): Unit = within {
        assumeTrue(Gateway.isBuilt, "the gateway is not built")
        Gateway.start(folder.resolve("data")).use { gateway ->
            val tokens = mutableMapOf<String, String>()
            online(gateway, "recorder") { tokens["recorder"] }.use { recorder ->
                online(gateway, "driver") { tokens["driver"] }.use { driver ->
                    val case = recorder.caseUpToB()
                    sealTogether(recorder, driver, case)
                    assertTrue(recorder.sync(5.seconds).unauthorized, "nobody has enrolled it yet")

                    tokens["recorder"] = gateway.enrol(recorder.device(), recorder.publicKey())
                    tokens["driver"] = gateway.enrol(driver.device(), driver.publicKey())
                    val first = CompletableDeferred<Unit>()
                    val stored = async {
                        recorder.case(case).onEach { first.complete(Unit) }.first { view ->
                            view.state == "stored" && view.photos.filter { it.here }.all { it.stored }
                        }
                    }
                    first.await()
                    recorder.sendAll()
                    driver.sendAll()
                    assertEquals(3, stored.await().photos.count { it.stored })
                    for (queue in listOf(recorder.queue(), driver.queue())) {
                        assertEquals(emptyList(), queue.items.filter { it.state != "done" })
                        assertTrue(queue.done > 0u)
                    }
                    val bundle = folder.resolve("bundle.zip")
                    recorder.export(case, bundle.toFile())
                    assertTrue(Gateway.verifies(bundle))
                }
            }
        }
    }

    @Test
    fun `closing ends a running sync at once`(): Unit = within {
        // Takes every connection and never says a word.
        ServerSocket(0, 50, InetAddress.getLoopbackAddress()).use { silent ->
            val key = assertNotNull(phone(folder.resolve("other")).use { it.publicKey() })
            val address = "http://127.0.0.1:${silent.localPort}"
            val ports = softwarePorts(folder.resolve("keys").toString()) { "token" }
            val phone = Jingbao.open(config(folder, address, key), ports)
            phone.sight(here)
            val sync = async { runCatching { phone.sync(30.seconds) } }
            silent.accept().use {
                val closing = TimeSource.Monotonic.markNow()
                phone.close()
                assertIs<FieldException.Closed>(sync.await().exceptionOrNull())
                assertTrue(closing.elapsedNow() < 3.seconds)
            }
        }
    }

    @Test
    fun `what a cancelled sync had under way goes with the next one`(): Unit = within {
        val sent = Channel<String>(UNLIMITED)
        val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
        server.createContext("/v1/feed") { it.sendResponseHeaders(503, -1) }
        // Never answers.
        server.createContext("/v1/events") { sent.trySend(it.requestURI.path) }
        server.start()
        val ports = softwarePorts(folder.resolve("keys").toString()) { "token" }
        val key = phone(folder.resolve("other")).use { it.publicKey() }
        Jingbao.open(config(folder, "http://127.0.0.1:${server.address.port}", key), ports).use { phone ->
            phone.sight(here)
            repeat(2) {
                val sync = launch { phone.sync(30.seconds) }
                withTimeout(10.seconds) { sent.receive() }
                sync.cancelAndJoin()
            }
        }
        server.stop(0)
    }

    private suspend fun Jingbao.sendAll() {
        repeat(20) {
            val report = sync(10.seconds)
            if (report.pending == 0u) return
            delay(report.wakeInMs ?: 0)
        }
    }
}
