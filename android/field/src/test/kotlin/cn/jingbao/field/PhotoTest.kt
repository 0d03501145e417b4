package cn.jingbao.field

import cn.jingbao.field.core.FieldException
import cn.jingbao.field.core.PhotoInput
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import kotlin.io.path.exists
import kotlin.io.path.fileSize
import kotlin.io.path.writeBytes
import kotlin.test.assertContains
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds

class PhotoTest {
    @TempDir
    lateinit var folder: Path

    private fun file(name: String, colour: Int): Path =
        folder.resolve(name).also { it.writeBytes((jpeg(colour) as PhotoInput.Bytes).bytes) }

    /** A descriptor that nobody else closes, as `ParcelFileDescriptor.detachFd()` gives it on a phone. */
    private fun detached(path: Path): Int = Libc.open("$path", 0)

    @Test
    fun `a photo comes by path, as temporary, by descriptor and as bytes, says what is odd, and is in the bundle`() {
        runBlocking(Dispatchers.Default) {
            withTimeout(60.seconds) {
                phone(folder.resolve("phone")).use { phone ->
                    val case = phone.sight(here)
                    phone.answerAll(case)
                    val slots = phone.view(case).shots.filter { it.needed }.map { it.slot }
                    val (stays, goes, open) = List(3) { file("$it.jpg", 0x203040 * (it + 1)) }
                    val started = CompletableDeferred<Unit>()
                    val unlocked = async { phone.case(case).onEach { started.complete(Unit) }.first { it.mayClear } }
                    started.await()
                    val taken = listOf(
                        phone.addPhoto(case, slots[0], PhotoInput.Path("$stays"), here, rotationDeg = 90),
                        phone.addPhoto(case, slots[1], PhotoInput.Temporary("$goes"), here),
                        phone.addPhoto(case, slots[2], PhotoInput.Descriptor(detached(open)), here),
                        phone.addPhoto(case, "other", jpeg(0x777777), here),
                    )
                    assertTrue(stays.exists() && open.exists() && !goes.exists(), "only the camera's temporary file goes")
                    assertEquals(taken[2].bytes.toLong(), open.fileSize())
                    for (photo in taken) {
                        assertContains(photo.findings.map { it.code }, "no_gps")
                        assertTrue(photo.findings.all { it.text.isNotBlank() })
                    }
                    val seen = unlocked.await()
                    assertTrue(slots.take(3).all { slot -> seen.shots.single { it.slot == slot }.taken })
                    val again = assertThrows<FieldException> { phone.addPhoto(case, "other", PhotoInput.Descriptor(-1)) }
                    assertTrue(again.message?.isNotBlank() == true)

                    val bundle = folder.resolve("bundle.zip")
                    phone.export(case, bundle.toFile())
                    assumeTrue(Gateway.isBuilt)
                    assertTrue(Gateway.verifies(bundle))
                }
            }
        }
    }

    @Test
    fun `an original is shown byte for byte, and a photo of nobody is not`() = runTest {
        phone(folder.resolve("phone")).use { phone ->
            val case = phone.sight(here)
            val taken = jpeg(0x112233) as PhotoInput.Bytes
            val photo = phone.addPhoto(case, "other", taken, here).photo
            assertContentEquals(taken.bytes, phone.original(case, photo))
            assertThrows<FieldException> { phone.original(case, "nothing") }
        }
    }

    @Test
    fun `a thumbnail and a copy are pictures, and the copy is named in the log`() = runTest {
        phone(folder.resolve("phone")).use { phone ->
            val case = phone.sight(here)
            val photo = phone.addPhoto(case, "other", jpeg(0x804020), here).photo
            val small = ImageIO.read(phone.thumbnail(case, photo, 16).inputStream())
            assertEquals(16 to 12, small.width to small.height)
            val copy = folder.resolve("copy.jpg")
            val made = phone.deriveCopy(case, photo, "association", copy.toFile())
            assertEquals(made.bytes.toLong(), Files.size(copy))
            assertEquals(32 to 24, ImageIO.read(copy.toFile()).let { it.width to it.height })
            assertThrows<FieldException> { phone.deriveCopy(case, photo, "nobody", copy.toFile()) }
        }
    }
}
