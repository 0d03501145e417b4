package cn.jingbao.field

import cn.jingbao.field.core.PhotoInput
import cn.jingbao.field.core.SoftwarePhone
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue

class CredentialTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `a driver's phone checks the living code of a specialist's phone and refuses its picture later`() = runTest {
        assumeTrue(Gateway.isBuilt)
        val deviceKey = phone(folder.resolve("car")).use { it.publicKey() }
        val (file, association) = Gateway.issue(folder, deviceKey, (jpeg(0x808080) as PhotoInput.Bytes).bytes)
        val clocks = SoftwarePhone.open(folder.resolve("driver/keys").toString())
        val ports = softwarePorts(folder.resolve("driver/keys").toString()).let { Ports(it.keys, it.signer, clocks, it.credentials) }
        val carPorts = softwarePorts(folder.resolve("car/keys").toString())
        val pinned = { name: String -> config(folder.resolve(name)).copy(associationKey = association) }
        Jingbao.open(pinned("car"), carPorts).use { car ->
            Jingbao.open(pinned("driver"), ports).use { driver ->
                assertEquals("YT-0042", car.acceptCredential(file).number)
                val living = car.livingCode()
                assertEquals(15_000, living.nextInMs)
                val seen = driver.checkCode(living.code)
                assertEquals(listOf("genuine", "Genuine", "王小查"), listOf(seen.verdict, seen.word, seen.name))
                val face = assertNotNull(seen.face)
                assertContentEquals(byteArrayOf(-1, -40), face.copyOf(2), "a JPEG")

                clocks.pass(31_000)
                val picture = driver.checkCode(living.code)
                assertEquals("cannot_check" to "old", picture.verdict to picture.reason)
                assertTrue(picture.challenge && picture.text.isNotBlank())
                val answer = car.answerChallenge(driver.challenge())
                assertEquals("genuine", driver.checkCode(answer.code).verdict)
            }
        }
    }
}
