package cn.jingbao.field

import org.junit.jupiter.api.Test
import kotlin.test.assertTrue

class CoreTest {
    @Test
    fun `the core answers with a version of three numbers`() {
        assertTrue(Regex("""\d+\.\d+\.\d+""").matches(Core.version), Core.version)
    }
}
