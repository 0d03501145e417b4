import Foundation

/// The gateway's desk tools, of the same build as the core. Where they were not built the test fails and says so.
enum Gateway {
    /// Whether `verify` finds the bundle whole.
    static func verifies(_ bundle: String) throws -> Bool {
        let (status, line) = try desk(["verify", bundle, "--json"])
        let read = try JSONSerialization.jsonObject(with: line) as? [String: Any]
        return status == 0 && read?["whole"] as? Bool == true
    }

    /// The file of a credential that an association issues for a phone, and the association's public key. Its private
    /// key is a made-up number, which nobody else uses.
    static func issue(in folder: String, deviceKey: String) throws -> (file: Data, association: String) {
        let pkcs8: [UInt8] = [
            0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08,
            0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20,
        ]
        let scalar = [UInt8](repeating: 7, count: 32)
        let lines = Data(pkcs8 + scalar).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        let pem = "-----BEGIN PRIVATE KEY-----\n\(lines)\n-----END PRIVATE KEY-----\n"
        try Data(pem.utf8).write(to: URL(fileURLWithPath: "\(folder)/key.pem"))
        guard case .bytes(let photo) = jpeg("a face") else { throw Missing(what: "a face") }
        try photo.write(to: URL(fileURLWithPath: "\(folder)/face.jpg"))
        let issued = try desk([
            "credential", "issue", "--key", "\(folder)/key.pem", "--number", "YT-0042", "--name", "王小查",
            "--company", "测试公司", "--from", "2026-01-01", "--to", "2099-12-31", "--photo", "\(folder)/face.jpg",
            "--device-key", deviceKey, "--out", "\(folder)/card.json",
        ])
        guard issued.status == 0 else { throw Missing(what: "a credential") }
        let association =
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHhhTL9R1TALzBB2cdc6zO4P_2B"
            + "rHzk_ogsyxyYvFiW6kbDEcTi_0DdlqNlPm5FRF0y3-SG7O11x6kMahiIHAow"
        return (try Data(contentsOf: URL(fileURLWithPath: "\(folder)/card.json")), association)
    }

    private static func desk(_ arguments: [String]) throws -> (status: Int32, line: Data) {
        let folder = ProcessInfo.processInfo.environment["JINGBAO_LIB_DIR"] ?? "../target/debug"
        let program = URL(fileURLWithPath: folder).appendingPathComponent("jingbao-gateway")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Missing(what: "\(program.path): cargo build -p jingbao-gateway")
        }
        let process = Process()
        let told = Pipe()
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = told
        try process.run()
        let line = told.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, line)
    }
}
