import Jingbao
import JingbaoCore
import Testing

@Suite struct DutyTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    func open(_ clocks: SoftwarePhone) async throws -> Jingbao {
        var ports = try folder.ports("car")
        ports.clock = clocks
        return try await Jingbao.open(folder.config("car", lang: "zh"), ports: ports)
    }

    @Test func aDriveGivesItsVerdictsAndThePhoneIsAskedForFixesAsOftenAsTheRoadNeedsThem() async throws {
        let clocks = try SoftwarePhone.open(folder: "\(folder.path)/car/keys")
        let car = try await open(clocks)
        defer { car.close() }
        #expect(try await car.shift().nextFixMs == nil, "nobody off duty is asked where he is")
        #expect(try await car.beginShift(vehicle: "鲁F 12345").nextFixMs == 60_000)
        let stop = try #require(try await car.driveUntilStopped(clocks))
        #expect(!stop.text.isEmpty && !stop.reasonTexts.isEmpty)
        #expect(try await car.shift().nextFixMs == 1_000)

        let declared = try await car.declareUrgent(kind: "major_loss", reason: "重大损失现场", issuer: "调度中心")
        let late = try #require(declared.urgent)
        #expect(late.afterDemand, "declared after stopping was demanded, and shown as such")
        clocks.pass(ms: 1_000)
        var position = here
        position.lon -= 0.0010
        let fix = Fix(position: position, speedMps: 12, courseDeg: 90, at: try clocks.now())
        let excused = try #require(try await car.duty(fix).first)
        #expect(excused.verdict == "exempt" && excused.reasons.contains("declared_after"))
        #expect(try await car.endUrgent().urgent == nil)
    }

    @Test func aPhoneThatWasKilledIsStillOnDutyAndDoesNotAskTwice() async throws {
        let clocks = try SoftwarePhone.open(folder: "\(folder.path)/car/keys")
        let car = try await open(clocks)
        #expect(try await car.driveUntilStopped(clocks) != nil)
        car.close()
        let again = try await open(clocks)
        defer { again.close() }
        let shift = try await again.shift()
        #expect(shift.onDuty && shift.vehicle == "鲁F12345")
        let stop = try #require(shift.verdicts.first)
        #expect(stop.verdict == "must_stop")
        let id = try await again.sight(here, accident: stop.accident)
        try await again.respond(id, "stopped")
        #expect(try await again.shift().onCase == "a-1")
        #expect(try await !again.endShift().onDuty)
    }

    @Test func aDriverWithoutANetworkShowsASpecialistWhereHelpIsWanted() async throws {
        let car = try await folder.phone("car", lang: "zh")
        let driver = try await folder.phone("driver", lang: "zh")
        defer { [car, driver].forEach { $0.close() } }
        let own = try await driver.sight(here, ownParty: "A")
        #expect(try await driver.askForHelp(own).helpAsked)
        let scanned = try await car.scan(driver.showCode(own, .help))
        #expect(scanned.kind == "sighted")
        #expect(try await car.respond(scanned.caseId, "stopped").recorder)
    }
}
