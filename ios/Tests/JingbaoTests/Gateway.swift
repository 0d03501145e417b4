import Foundation

/// The gateway's desk tools, of the same build as the core; absent where only the library was built.
enum Gateway {
    /// Whether `verify` finds the bundle whole; none where there is no gateway.
    static func verifies(_ bundle: String) throws -> Bool? {
        let folder = ProcessInfo.processInfo.environment["JINGBAO_LIB_DIR"] ?? "../target/debug"
        let program = URL(fileURLWithPath: folder).appendingPathComponent("jingbao-gateway")
        guard FileManager.default.isExecutableFile(atPath: program.path) else { return nil }
        let process = Process()
        let told = Pipe()
        process.executableURL = program
        process.arguments = ["verify", bundle, "--json"]
        process.standardOutput = told
        try process.run()
        let line = told.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let read = try JSONSerialization.jsonObject(with: line) as? [String: Any]
        return process.terminationStatus == 0 && read?["whole"] as? Bool == true
    }
}
