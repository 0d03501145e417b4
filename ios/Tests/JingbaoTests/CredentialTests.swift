import Foundation
import Jingbao
import JingbaoCore
import Testing

@Suite struct CredentialTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test func aDriversPhoneChecksTheLivingCodeOfASpecialistsPhoneAndRefusesItsPictureLater() async throws {
        let first = try await folder.phone("car")
        let deviceKey = try await first.publicKey()
        first.close()
        let (file, association) = try Gateway.issue(in: folder.path, deviceKey: deviceKey)
        let clocks = try SoftwarePhone.open(folder: "\(folder.path)/driver/keys")
        var ports = try folder.ports("driver")
        ports.clock = clocks
        var (carConfig, driverConfig) = (folder.config("car"), folder.config("driver"))
        carConfig.associationKey = association
        driverConfig.associationKey = association
        let car = try await Jingbao.open(carConfig, ports: folder.ports("car"))
        let driver = try await Jingbao.open(driverConfig, ports: ports)
        defer { [car, driver].forEach { $0.close() } }

        #expect(try await car.acceptCredential(file).number == "YT-0042")
        let living = try await car.livingCode()
        #expect(living.nextInMs == 15_000)
        let seen = try await driver.checkCode(living.code)
        #expect(seen.verdict == "genuine" && seen.word == "Genuine" && seen.name == "王小查")
        #expect(try #require(seen.face).starts(with: Data([0xff, 0xd8])))

        clocks.pass(ms: 31_000)
        let picture = try await driver.checkCode(living.code)
        #expect(picture.verdict == "cannot_check" && picture.reason == "old" && picture.challenge)
        let answer = try await car.answerChallenge(driver.challenge())
        #expect(try await driver.checkCode(answer.code).verdict == "genuine")
    }
}
