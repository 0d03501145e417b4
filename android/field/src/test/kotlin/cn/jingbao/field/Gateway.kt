package cn.jingbao.field

import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec
import java.util.Base64
import java.util.concurrent.TimeUnit

/** A real gateway on loopback, of the same build as the core; absent where only the library was built. */
class Gateway private constructor(private val process: Process, private val data: Path, line: String) : AutoCloseable {
    val address: String = "http://" + said(line, "listening")
    val key: String = said(line, "key")

    /** Enrols a device as its company would; its token. */
    fun enrol(device: String, key: String): String =
        said(desk("device", "add", "--data", "$data", "--device", device, "--key", key, "--company", "测试公司"), "token")

    override fun close() {
        process.destroy()
        if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly()
    }

    companion object {
        private val program: Path = Path.of(System.getProperty("jna.library.path"), "jingbao-gateway")

        /** Whether the gateway's own desk tool finds the bundle whole. */
        fun verifies(bundle: Path): Boolean = said(desk("verify", "$bundle", "--json"), "whole").toBoolean()

        val isBuilt: Boolean get() = Files.isExecutable(program)

        fun start(data: Path): Gateway {
            val arguments = listOf("$program", "serve", "--listen", "127.0.0.1:0", "--data", "$data")
            val process = ProcessBuilder(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start()
            return Gateway(process, data, checkNotNull(process.inputReader().readLine()) { "the gateway did not start" })
        }

        /** The file of a credential that a fresh association issues for a phone, and that association's public key. */
        fun issue(folder: Path, deviceKey: String, photo: ByteArray): Pair<ByteArray, String> {
            val pair = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()
            val lines = Base64.getMimeEncoder(64, "\n".toByteArray()).encodeToString(pair.private.encoded)
            val (key, face, card) = listOf("key.pem", "face.jpg", "card.json").map(folder::resolve)
            Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n$lines\n-----END PRIVATE KEY-----\n")
            Files.write(face, photo)
            desk(
                "credential", "issue", "--key", "$key", "--number", "YT-0042", "--name", "王小查", "--company", "测试公司",
                "--from", "2026-01-01", "--to", "2099-12-31", "--photo", "$face", "--device-key", deviceKey, "--out", "$card",
            )
            return Files.readAllBytes(card) to Base64.getUrlEncoder().withoutPadding().encodeToString(pair.public.encoded)
        }

        private fun desk(vararg arguments: String): String {
            val process = ProcessBuilder(listOf("$program") + arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
            return process.inputReader().readText().also { process.waitFor() }
        }

        /** A plain value of a one-line JSON object. */
        private fun said(line: String, key: String): String =
            checkNotNull(Regex("\"$key\":\"?([^\",}]+)").find(line)) { "no $key in: $line" }.groupValues[1]
    }
}
