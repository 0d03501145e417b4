package cn.jingbao.field

import cn.jingbao.field.core.Config
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import kotlin.test.assertEquals

class QuickStartTest {
    @TempDir
    lateinit var home: Path

    private fun quickStart(folder: String): String? = runBlocking {
        // quick start: begins
        val config = Config(folder, gateway = null, gatewayKey = null, authority = null, lang = "zh")
        Jingbao.open(config, softwarePorts("$folder/keys")).use { jingbao ->
            val case = jingbao.sight()
            jingbao.respond(case, "stopped")
            var view = jingbao.view(case)
            while (view.step == "screen") {
                val question = view.next ?: break
                println("${question.text} ${question.choices.joinToString { it.text }}")
                val choice = question.choices.find { it.code == "no" } ?: question.choices.first()
                view = jingbao.answer(case, question, choice.code).view
            }
            println(view.triage.text)
            view.shots.firstOrNull { it.needed }?.text
        }
        // quick start: ends
    }

    @Test
    fun `the quick start of the readme is this code, and it leads to the first photo`() {
        val source = Files.readString(Path.of("src/test/kotlin/cn/jingbao/field/QuickStartTest.kt"))
        val lines = source.substringAfter("// quick start: begins\n").substringBefore("        // quick start: ends")
        val readme = Files.readString(Path.of("../README.md"))
        assertEquals(lines.trimIndent().trim(), readme.substringAfter("```kotlin\n").substringBefore("\n```"))
        assertEquals(true, quickStart(home.toString())?.isNotBlank())
    }
}
