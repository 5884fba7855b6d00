import Foundation
import ReplicaLab
import Testing

/// MySQL's own `mysql`: bytes that no one here wrote.
struct MySQLProgram {
    struct Output {
        var status: Int32
        var standardOutput: String
        var standardError: String
    }

    let path: String

    static var isAvailable: Bool { (try? find()) != nil }

    /// `$REPLICA_MYSQL`, or the `mysql` beside the server.
    static func find() throws -> MySQLProgram {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["REPLICA_MYSQL"], !named.isEmpty { return MySQLProgram(path: named) }
        let server = try #require(ServerProgram.locate())
        let sibling = URL(filePath: server).deletingLastPathComponent().appending(path: "mysql").path
        try #require(FileManager.default.isExecutableFile(atPath: sibling))
        return MySQLProgram(path: sibling)
    }

    func version() async throws -> String {
        let text = try await run(["--no-defaults", "--version"], password: "", input: "").standardOutput
        guard let start = text.range(of: "Ver ") else { return "mysql" }
        return "mysql " + text[start.upperBound...].prefix { !$0.isWhitespace }
    }

    func run(_ arguments: [String], password: String, input: String) async throws -> Output {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["MYSQL_PWD": password]) { $1 }
        let folder = FileManager.default.temporaryDirectory.appending(path: "mysql-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, not pipes: nothing has to be read while it runs.
        let names = ["in", "out", "err"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: names[0])
        for name in names.dropFirst() { try Data().write(to: name) }
        process.standardInput = try FileHandle(forReadingFrom: names[0])
        process.standardOutput = try FileHandle(forWritingTo: names[1])
        process.standardError = try FileHandle(forWritingTo: names[2])
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return Output(
            status: status,
            standardOutput: String(decoding: try Data(contentsOf: names[1]), as: UTF8.self),
            standardError: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self)
        )
    }
}
