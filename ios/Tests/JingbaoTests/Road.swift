import Foundation
import Jingbao
import JingbaoCore

/// A folder of one test, gone with it.
final class Folder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("jingbao-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func config(_ name: String, lang: String = "en") -> Config {
        Config(folder: "\(path)/\(name)/store", gateway: nil, gatewayKey: nil, authority: nil, lang: lang)
    }

    func ports(_ name: String) throws -> Ports { try .software(folder: "\(path)/\(name)/keys") }

    func phone(_ name: String = "phone", lang: String = "en") async throws -> Jingbao {
        try await Jingbao.open(config(name, lang: lang), ports: ports(name))
    }
}

/// What a test wanted and did not get.
struct Missing: Error {
    let what: String
}

/// Where the tests' accident stands: a street of Yantai.
let here = Position(lat: 37.5365, lon: 121.3910, accuracyM: 8, mock: false)

/// The smallest picture that every reader opens: one grey pixel, and a comment that makes its bytes unlike others.
func jpeg(_ comment: String) -> PhotoInput {
    let table = [UInt8](repeating: 0, count: 16)
    let text = [UInt8](comment.utf8)
    var bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xFE, 0, UInt8(text.count + 2)] + text
    bytes += [0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64)
    bytes += [0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0]
    bytes += [0xFF, 0xC4, 0, 20, 0x00, 1] + table.dropFirst() + [0]
    bytes += [0xFF, 0xC4, 0, 20, 0x10, 1] + table.dropFirst() + [0]
    bytes += [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0xD9]
    return .bytes(bytes: Data(bytes))
}

/// An answer to whatever is asked: one of the choices, else a made-up value of the right kind.
func answer(to question: QuestionView) throws -> String {
    let isA = question.party == "A"
    switch question.kind {
    case "fact": return "no"
    case "name": return "张三"
    case "resident_id": return "11010519491231002X"
    case "phone": return "13800138000"
    case "plate": return isA ? "鲁F5K821" : "鲁F7M302"
    case "number": return "PDAA202611230001"
    case "text": return "17:52"
    default: break
    }
    let last = question.kind == "liability" && !isA
    guard let choice = last ? question.choices.last : question.choices.first else {
        throw Missing(what: "an answer of kind \(question.kind)")
    }
    return choice.code
}

extension Jingbao {
    /// Answers what is asked until nothing is, or until `end` holds of the question.
    @discardableResult
    func answerAll(_ id: String, until end: (QuestionView) -> Bool = { _ in false }) async throws -> CaseView {
        var view = try await view(id)
        for _ in 0..<200 {
            guard let question = view.next, !end(question) else { return view }
            view = try await answer(id, question, JingbaoTests.answer(to: question)).view
        }
        throw Missing(what: "an end of the questions")
    }

    /// Takes every shot that *clear now* waits for; how many there were.
    func shootAll(_ id: String) async throws -> Int {
        let needed = try await view(id).shots.filter { $0.needed && !$0.taken }
        for shot in needed { try await addPhoto(id, slot: shot.slot, jpeg(shot.slot), at: here) }
        return needed.count
    }

    /// Signs both rounds for `party`, over what the view shows.
    func signBoth(_ id: String, _ party: String) async throws {
        guard let shown = try await view(id).signing else { throw Missing(what: "something to sign") }
        let own = try await view(id).ownParty == party
        let factor: SignatureFactor = own ? .ownPhone : .witness(party: nil)
        let strokes = [[StrokePoint(x: 100, y: 500), StrokePoint(x: 500, y: 300), StrokePoint(x: 900, y: 600)]]
        for (round, sha256) in [(SignatureRound.facts, shown.factsSha256), (.settlement, shown.settlementSha256)] {
            let input = SignatureInput(
                party: party, round: round, shownSha256: sha256, strokes: strokes, factor: factor)
            try await sign(id, input)
        }
    }

    /// Drives eastward, a fix a second, until told to stop.
    func driveUntilStopped(_ clocks: SoftwarePhone) async throws -> VerdictView? {
        try await beginShift(vehicle: "鲁F12345")
        let seen = try clocks.now().wallMs
        try await hearOf(Accident(id: "a-1", position: here, seenAtMs: seen, road: "city", served: false))
        for second in 0..<40 {
            clocks.pass(ms: 1_000)
            var position = here
            position.lon += Double(second) * 0.000136 - 0.0050
            let fix = Fix(position: position, speedMps: 12, courseDeg: 90, at: try clocks.now())
            if let stop = try await duty(fix).first(where: { $0.verdict == "must_stop" }) { return stop }
        }
        return nil
    }

    /// A specialist's case up to the point where party B's own phone is to speak.
    func caseUpToB(accident: String? = nil, training: Bool = false) async throws -> String {
        let id = try await sight(here, accident: accident, training: training)
        try await respond(id, "stopped")
        try await answerAll(id)
        _ = try await shootAll(id)
        try await clear(id)
        try await answerAll(id) { $0.party == "B" }
        return id
    }
}
