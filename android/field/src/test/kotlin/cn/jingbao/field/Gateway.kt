package cn.jingbao.field

import java.nio.file.Files
import java.nio.file.Path
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

        private fun desk(vararg arguments: String): String {
            val process = ProcessBuilder(listOf("$program") + arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
            return process.inputReader().readText().also { process.waitFor() }
        }

        /** A plain value of a one-line JSON object. */
        private fun said(line: String, key: String): String =
            checkNotNull(Regex("\"$key\":\"?([^\",}]+)").find(line)) { "no $key in: $line" }.groupValues[1]
    }
}
