import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// The shared pair, as the program is told of it.
struct CLIPair {
    let pair: LivePair

    static func shared() async throws -> CLIPair { CLIPair(pair: try await LivePair.shared()) }

    /// The option file holds user and password; the port is the server's own.
    func run(_ command: String, on server: LabServer, _ arguments: [String], input: String = "") async throws
        -> Program.Outcome
    {
        try await Program.run(
            [command, "--defaults-file", server.clientOptionFile] + arguments,
            input: Data(input.utf8)
        )
    }

    /// `query --format tsv`, and MySQL's own client, with the same statements.
    func both(_ sql: String, asInput: Bool = false) async throws -> (ours: Program.Outcome, theirs: Program.Outcome) {
        let server = pair.source
        let ours = try await run(
            "query",
            on: server,
            ["--format", "tsv", "127.0.0.1:\(server.port)"] + (asInput ? [] : [sql]),
            input: asInput ? sql : ""
        )
        let client = OfficialClient.path ?? "/nonexistent/mysql"
        let theirs = try await Program.run(
            [
                "--defaults-file=\(server.clientOptionFile)", "--batch", "--quick", "--default-character-set=utf8mb4",
            ] + (asInput ? [] : ["-e", sql]),
            input: Data((asInput ? sql : "").utf8),
            program: client
        )
        return (ours, theirs)
    }
}

/// MySQL's own command-line client.
enum OfficialClient {
    /// `$REPLICA_MYSQL`, else beside mysqld, else on PATH.
    static let path: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["REPLICA_MYSQL"], !named.isEmpty { return named }
        let beside = ServerProgram.locate().map { URL(fileURLWithPath: $0).deletingLastPathComponent().path + "/mysql" }
        let onPath = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/mysql" }
        return ([beside].compactMap { $0 } + onPath).first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static let isAvailable = LiveServers.isAvailable && (path != nil || LiveServers.isRequired)

    /// What it prints for a statement, with the account and address of an option file.
    static func run(_ optionFile: String, _ sql: String) async throws -> String {
        let outcome = try await Program.run(
            ["--defaults-file=\(optionFile)", "--batch", "--skip-column-names", "-e", sql],
            program: path ?? "/nonexistent/mysql"
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.text
    }
}
