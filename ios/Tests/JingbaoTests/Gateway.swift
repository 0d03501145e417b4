import Foundation

/// The gateway's desk tools, of the same build as the core. Where they were not built the test fails and says so.
enum Gateway {
    /// Whether `verify` finds the bundle whole.
    static func verifies(_ bundle: String) throws -> Bool {
        let folder = ProcessInfo.processInfo.environment["JINGBAO_LIB_DIR"] ?? "../target/debug"
        let program = URL(fileURLWithPath: folder).appendingPathComponent("jingbao-gateway")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Missing(what: "\(program.path): cargo build -p jingbao-gateway")
        }
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
