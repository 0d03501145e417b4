import Foundation
import Jingbao
import JingbaoCore
import Testing

@Suite struct JourneyTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test func twoPhonesWithoutANetworkTakeAnAccidentFromTheFirstFixToTheSealedAgreement() async throws {
        let clocks = try SoftwarePhone.open(folder: "\(folder.path)/car/keys")
        var ports = try folder.ports("car")
        ports.clock = clocks
        let car = try await Jingbao.open(folder.config("car", lang: "zh"), ports: ports)
        let driver = try await folder.phone("driver", lang: "zh")
        defer { [car, driver].forEach { $0.close() } }

        let verdict = try #require(try await car.driveUntilStopped(clocks))
        #expect(verdict.reasons.contains("ahead") && !verdict.text.isEmpty && verdict.distanceM > 0)

        let id = try await car.sight(here, accident: verdict.accident)
        #expect(try await car.respond(id, "stopped").recorder)
        let screened = try await car.answerAll(id)
        #expect(screened.triage.settled && !screened.triage.text.isEmpty)
        #expect(try await car.shootAll(id) == 3)
        #expect(try await car.view(id).mayClear)
        clocks.pass(ms: 120_000)
        #expect(try await car.clear(id).cleared)
        try await car.answerAll(id) { $0.party == "B" }

        let joined = try await driver.scan(car.showCode(id, .invitation(party: "B")))
        #expect(joined == ScanResult(caseId: id, kind: "joined"))
        #expect(try await driver.view(id).ownParty == "B")
        try await driver.clear(id)
        try await driver.answerAll(id)
        let party = try await driver.showCode(id, .party)
        #expect(party.count <= 970, "one QR code of version 20-M")
        #expect(try await car.scan(party).kind == "statement")
        #expect(try await car.view(id).answers.contains { $0.party == "B" && $0.value == "鲁F7M302" })
        #expect(try await car.scan(driver.showCode(id, .statement)).kind == "statement")
        #expect(try await car.answerAll(id).step == "sign")

        #expect(try await driver.scan(car.showCode(id, .draft)).kind == "draft")
        let shown = try await driver.document(id, round: .facts)
        #expect(try await car.document(id, round: .facts) == shown)
        #expect(shown.lines.contains { $0.party == "B" && $0.text == "鲁F7M302" })
        #expect(try await driver.oneTimeCode(id, round: .facts).count == 6)
        try await driver.signBoth(id, "B")
        try await car.scan(driver.showCode(id, .statement))
        try await car.signBoth(id, "A")
        let sealed = try await car.seal(id)
        #expect(sealed.state == "sealed" && sealed.revisions.count == 1)
        #expect(sealed.signatures.filter { $0.holds && !$0.refused }.count == 4)

        #expect(try #require(try await car.agreement(id)).contains("鲁F7M302"))
        let clearing = try #require(try await car.scorecard().first?.clearingMs)
        #expect((120_000...180_000).contains(clearing))
        try await car.export(id, to: "\(folder.path)/bundle.zip")
        let bundle = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/bundle.zip"))
        #expect(bundle.starts(with: Data("PK".utf8)))
    }

    @Test func onePhoneTakesAWholeCaseFromSightToTheAgreementWithoutKnowingAQuestion() async throws {
        let phone = try await folder.phone(lang: "zh")
        defer { phone.close() }
        var asked: Set<String> = []
        let id = try await phone.sight(here)
        try await phone.respond(id, "stopped")
        try await phone.answerAll(id) {
            asked.insert($0.question)
            return false
        }
        _ = try await phone.shootAll(id)
        #expect(try await phone.clear(id).cleared)
        let filled = try await phone.answerAll(id) {
            asked.insert($0.question)
            return false
        }
        #expect(filled.step == "sign")
        for party in filled.parties { try await phone.signBoth(id, party) }
        #expect(try await phone.seal(id).step == "sealed")
        #expect(try #require(try await phone.agreement(id)).contains("鲁F5K821"))
        let road = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Road.swift")
        let code = try String(contentsOf: road, encoding: .utf8)
        let known = asked.filter { code.contains($0) }
        #expect(asked.count > 20 && known.isEmpty, "answered by kind and choices alone")
    }

    @Test func anInsurerIsShownTheRecordWhileThePartiesAgreeAndNoLonger() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let id = try await phone.sight(here)
        try await phone.answerAll(id)
        _ = try await phone.shootAll(id)
        try await phone.clear(id)
        for party in try await phone.answerAll(id).parties { try await phone.signBoth(id, party) }
        try await phone.seal(id)
        let insurer = Audience.insurer(party: "A")
        #expect(await refusal { try await phone.view(id, for: insurer) }?.code == "redact-not-consented")
        try await phone.consent(id, party: "A", receiver: "own_insurer", textVersion: 1)
        let agreed = try await phone.consent(id, party: "B", receiver: "other_insurer", textVersion: 1)
        #expect(agreed.consents.allSatisfy { $0.given && $0.here && $0.stands })
        #expect(try await phone.view(id, for: insurer).contains(id))
        #expect(try await phone.notifyInsurer(id, party: "A").claims.first?.state == "queued")
        let withdrawn = try await phone.withdraw(id, party: "B", receiver: "other_insurer")
        #expect(withdrawn.claims.first?.state == "withheld")
        #expect(await refusal { try await phone.view(id, for: insurer) }?.code == "redact-withdrawn")
    }

    @Test func aRulePackThatNobodyPinnedAKeyForIsRefusedInWords() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let refused = try #require(await refusal { try await phone.acceptPack(Data("{}".utf8)) })
        #expect(refused.code == "pack-refused-no_key" && !refused.text.isEmpty)
        let rules = try await phone.rules()
        #expect(rules.source == "app" && rules.refused == nil && !rules.text.isEmpty)
    }

    @Test func reopeningShowsTheSameCase() async throws {
        let first = try await folder.phone()
        let before = try await first.view(first.caseUpToB())
        first.close()
        let again = try await folder.phone()
        defer { again.close() }
        #expect(try await again.cases() == [before.id])
        #expect(try await again.view(before.id) == before)
    }

    @Test(arguments: ["en", "zh"])
    func aRefusalHasACodeForTheProgramAndASentenceInTheEnginesLanguage(lang: String) async throws {
        let phone = try await folder.phone(lang: lang)
        defer { phone.close() }
        let id = try await phone.sight(here)
        let refused = try #require(await refusal { try await phone.clear(id) })
        #expect(refused.code == "error-clear-unsettled")
        let chinese = refused.text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
        #expect(!refused.text.isEmpty && chinese == (lang == "zh"))
    }

    @Test func anImpossibleValueIsRefusedWithoutBeingRepeated() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let id = try await phone.caseUpToB()
        let reply = Reply(question: "party.phone", party: "A", value: "12x45", skip: nil)
        let refused = try #require(await refusal { try await phone.answer(id, reply) })
        #expect(!"\(refused) \(refused.text)".contains("12x45"))
        let kept = try await phone.view(id).answers.first { $0.question == "party.phone" }
        #expect(kept?.value == "13800138000")
    }

    @Test func whatStandsThereCanBeLeftOpenWithAReason() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let id = try await phone.caseUpToB()
        let question = try #require(try await phone.view(id).next)
        let next = try await phone.skip(id, question, reason: "refuses").view
        let left = next.answers.first { $0.question == question.question && $0.party == question.party }
        #expect(left?.value == nil && left?.text.isEmpty == false && next.next != question)
    }

    @Test func practiceIsMarkedAndQueuesAndScoresNothing() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let id = try await phone.caseUpToB(training: true)
        #expect(try await phone.view(id).nature == "training")
        #expect(try await phone.queue().items.isEmpty)
        #expect(try await phone.scorecard().isEmpty)
    }
}

/// The refusal that a call ends in, none when it succeeds.
func refusal<T: Sendable>(_ call: () async throws -> T) async -> FieldError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? FieldError
    }
}
