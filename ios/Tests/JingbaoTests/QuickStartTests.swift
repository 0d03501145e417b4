import Foundation
import Jingbao
import JingbaoCore
import Testing

@Suite struct QuickStartTests {
    private func quickStart(folder: String) async throws -> String? {
        // quick start: begins
        let config = Config(folder: folder, gateway: nil, gatewayKey: nil, authority: nil, lang: "zh")
        let jingbao = try await Jingbao.open(config, ports: .software(folder: "\(folder)/keys"))
        defer { jingbao.close() }
        let id = try await jingbao.sight()
        var view = try await jingbao.respond(id, "stopped")
        while view.step == "screen", let question = view.next {
            print(question.text, question.choices.map(\.text))
            let choice = question.choices.first { $0.code == "no" } ?? question.choices[0]
            view = try await jingbao.answer(id, question, choice.code).view
        }
        print(view.triage.text)
        return view.shots.first { $0.needed }?.text
        // quick start: ends
    }

    @Test func theQuickStartOfTheReadmeIsThisCodeAndItLeadsToTheFirstPhoto() async throws {
        let here = URL(fileURLWithPath: #filePath)
        let package = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let source = try String(contentsOf: here, encoding: .utf8)
        let readme = try String(contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
        let lines = try between(source, "// quick start: begins\n", "        // quick start: ends")
        let shown = try between(readme, "```swift\n", "```").split(separator: "\n")
        #expect(lines.split(separator: "\n").map { String($0.dropFirst(8)) } == shown.map(String.init))
        let folder = try Folder()
        let shot = try #require(try await quickStart(folder: folder.path))
        #expect(!shot.isEmpty)
    }

    private func between(_ text: String, _ start: String, _ end: String) throws -> Substring {
        let from = try #require(text.range(of: start)).upperBound
        let to = try #require(text.range(of: end, range: from..<text.endIndex)).lowerBound
        return text[from..<to]
    }
}
