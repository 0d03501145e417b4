import Foundation
import Jingbao
import JingbaoCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChangesTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test func aCaseIsShownNowAndAgainAfterEachChange() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let id = try await phone.sight(here)
        var views = phone.case(id).makeAsyncIterator()
        let first = try #require(try await views.next())
        #expect(first.answered == 0)
        try await phone.answer(id, #require(first.next), "no")
        let second = try #require(try await views.next())
        #expect(second.answered == 1)
        #expect(try await phone.view(id) == second)
    }

    @Test func aSlowReaderMissesNothing() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let changes = phone.changes
        var opened: [Change] = []
        for _ in 0..<100 { opened.append(.case(id: try await phone.sight(here, training: true))) }
        var heard: [Change] = []
        for await change in changes {
            heard.append(change)
            if heard.count == opened.count { break }
        }
        #expect(heard == opened)
    }

    @Test func nothingIsDeliveredAfterCloseAndEverySequenceEnds() async throws {
        let phone = try await folder.phone()
        let (before, id) = (phone.changes, try await phone.sight(here))
        var views = phone.case(id).makeAsyncIterator()
        #expect(try await views.next() != nil)
        try await phone.respond(id, "stopped")
        phone.close()
        #expect(try await views.next() == nil)
        for await change in before { Issue.record("\(change) after close") }
        for await change in phone.changes { Issue.record("\(change) after close") }
    }

    @Test func asleepItHoldsNothingAndTheNextCallWakesIt() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let id = try await phone.sight(here)
        try await phone.suspend()
        try await phone.suspend()
        #expect(try await phone.view(id).answered == 0)
        #expect(try await phone.waiting().pending == 1)
        #expect(try await phone.handOut(most: 4).isEmpty)
    }

    @Test func aThousandOpeningsAndClosingsLeaveNothingBehind() async throws {
        func handles() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        for _ in 0..<50 { try await folder.phone().close() }
        let before = try handles()
        for _ in 0..<950 { try await folder.phone().close() }
        #expect(try handles() <= before + 8)
    }

    @Test func callsAfterCloseSaySoInWordsAndClosingTwiceIsOnce() async throws {
        let phone = try await folder.phone()
        let id = try await phone.sight(here)
        phone.close()
        phone.close()
        let calls: [@Sendable () async throws -> Void] = [
            { _ = try await phone.view(id) }, { _ = try await phone.sight(here) }, { _ = try await phone.queue() },
            { try await phone.sync(budget: .seconds(1)) }, { _ = try await phone.device() },
        ]
        for call in calls {
            let closed = try #require(await refusal(call))
            guard case .Closed = closed else { throw closed }
            #expect(closed.code == "error-shut-down" && !closed.text.isEmpty)
        }
    }

    @Test func aListenerThatCallsBackIntoTheEngineDoesNotDeadLockAndHearsNothingAfterShutdown() async throws {
        let (ports, listener) = (try folder.ports("raw"), CallingBack())
        let field = try Field.open(
            config: folder.config("raw"), keys: ports.keys, signer: ports.signer, credentials: ports.credentials,
            clock: ports.clock, listener: listener)
        listener.field = field
        let id = try field.sight(input: SightInput(position: here, accident: nil, ownParty: nil, training: false))
        #expect(listener.heard == ["case:\(id) 1 1"])
        field.shutdown()
        #expect(throws: FieldError.self) { try field.respond(caseId: id, response: "stopped") }
        #expect(listener.heard.count == 1)
    }

    @Test func aPortThatThrowsIsAFailedPortAndNothingOfWhatItThrewComesOut() async throws {
        var ports = try folder.ports("broken")
        ports.keys = BrokenKeys()
        let (config, broken) = (folder.config("broken"), ports)
        let failed = try #require(await refusal { try await Jingbao.open(config, ports: broken) })
        guard case .Phone = failed else { throw failed }
        #expect(!"\(failed)".contains("鲁F5K821") && !failed.text.isEmpty)
    }

    @Test func aStoreIsOpenOnce() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let folder = folder
        #expect(await refusal { try await folder.phone() }?.code == "error-busy")
    }
}

private final class CallingBack: Listener, @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [String] = []
    // Set once, before anything is heard.
    var field: Field?

    var heard: [String] { lock.withLock { lines } }

    func changed(what: String) throws {
        let seen = "\(what) \(try field?.cases().count ?? -1) \(try field?.queue().pending ?? 99)"
        lock.withLock { lines.append(seen) }
    }
}

private final class BrokenKeys: KeyStore {
    func load() throws -> Data? { throw Missing(what: "鲁F5K821") }
    func store(secret: Data) throws {}
}
