import Jingbao
import Testing

@Suite struct CoreTests {
    @Test func theCoreAnswersWithAVersionOfThreeNumbers() {
        #expect(Core.version.split(separator: ".").compactMap { Int($0) }.count == 3)
    }
}
