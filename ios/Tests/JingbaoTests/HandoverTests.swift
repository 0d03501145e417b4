import Foundation
import Jingbao
import JingbaoCore
import Testing

@Suite struct HandoverTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test func aSealedCaseIsHandedOverByHandAndEveryStateIsThereAfterReopening() async throws {
        let app = "12123"
        let phone = try await folder.phone()
        let id = try await phone.sight(here)
        try await phone.answerAll(id)
        _ = try await phone.shootAll(id)
        try await phone.clear(id)
        for party in try await phone.answerAll(id).parties { try await phone.signBoth(id, party) }
        let sealed = try await phone.seal(id)
        #expect(sealed.handovers.first?.state == "open" && sealed.handovers.first?.offered == true)
        for party in sealed.parties {
            try await phone.consent(id, party: party, receiver: "police_handover", textVersion: 1)
        }
        let sheet = try await phone.handover(id, app: app, canOpen: ["tmri12123://"])
        #expect(sheet.open?.target == "tmri12123://")
        #expect(sheet.steps.contains { $0.lines.contains { $0.party == "A" && $0.value == "鲁F5K821" } })
        let ready = try await phone.prepareHandover(id, app: app, folder: "\(folder.path)/ready")
        #expect(ready.copies.count + ready.byGallery.count == 3)
        #expect(ready.view.handovers.first?.state == "prepared")
        #expect(try await phone.handOver(id, app: app).handovers.first?.state == "handed_over")
        #expect(await refusal { try await phone.handoverOutcome(id, app: app, outcome: "agreed") } != nil)
        try await phone.handoverNumber(id, app: app, number: "370602202611230001", scanned: true)
        try await phone.handoverOutcome(id, app: app, outcome: "agreed")
        phone.close()

        let again = try await folder.phone()
        defer { again.close() }
        let standing = try await again.view(id).handovers.first
        #expect(standing?.state == "outcome_recorded" && standing?.number == "370602202611230001")
    }
}
