import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// Makes recordings of sessions on a real server, checks each as it comes, and with `REPLICA_RECORD=1` keeps it as a
/// fixture.
struct RecordingBench {
    static let username = "recorder"
    static let password = "w1re-S3cret-pa55"
    static let isKept = ProcessInfo.processInfo.environment["REPLICA_RECORD"] == "1"

    let server: LabServer

    private static let shared = Task {
        try await LiveServers.openLab().startServer("recorded", serverID: 7)
    }

    /// A server of the recordings' own: they empty its cache of passwords, which other tests rely on.
    static func open() async throws -> RecordingBench {
        let bench = RecordingBench(server: try await shared.value)
        try await bench.makeAccount()
        return bench
    }

    /// The account that the recordings log in with, known to the server's cache.
    func makeAccount(
        named name: String = username,
        plugin: String = "caching_sha2_password",
        password: String = password
    ) async throws {
        try await asRoot { root in
            _ = try await root.collect(sql: "DROP USER IF EXISTS \(name)@'127.0.0.1'")
            _ = try await root.collect(
                sql: "CREATE USER \(name)@'127.0.0.1' IDENTIFIED WITH \(plugin) BY \(SQLText.literal(password))"
            )
            _ = try await root.collect(sql: "GRANT ALL ON *.* TO \(name)@'127.0.0.1'")
        }
        if name == Self.username { try await MySQLConnection.connect(to: configuration(.required)).close() }
    }

    /// The server forgets all passwords that it has seen: the next login of each account takes the long way.
    func forgetPasswords() async throws {
        try await asRoot { _ = try await $0.collect(sql: "FLUSH PRIVILEGES") }
    }

    func asRoot(_ body: (MySQLConnection) async throws -> Void) async throws {
        let root = try await MySQLConnection.connect(to: server.configuration)
        try await body(root)
        await root.close()
    }

    func configuration(_ mode: TLSConfiguration.Mode = .disabled) -> MySQLConfiguration {
        MySQLConfiguration(
            endpoint: .tcp(host: "127.0.0.1", port: server.port),
            username: Self.username,
            password: Secret(Self.password),
            tls: TLSConfiguration(mode: mode)
        )
    }

    /// Records a session of our own client, inside TLS where there is TLS.
    func tap(
        _ name: String,
        _ scenario: String,
        _ configuration: MySQLConfiguration,
        _ body: (MySQLConnection) async throws -> Void = { _ in }
    ) async throws {
        let memory = RecordingMemory()
        let tap = RecordingTap(scenario: scenario, sink: memory)
        let connection = try await MySQLConnection.connect(to: configuration, tap: tap)
        try await body(connection)
        await connection.close()
        tap.finish()
        try await keep(name, memory.text)
    }

    /// The same for a login that fails.
    func tapFailure(
        _ name: String,
        _ scenario: String,
        _ configuration: MySQLConfiguration
    ) async throws -> MySQLError {
        let memory = RecordingMemory()
        let tap = RecordingTap(scenario: scenario, sink: memory)
        let error = await #expect(throws: MySQLError.self) {
            try await MySQLConnection.connect(to: configuration, tap: tap)
        }
        tap.finish()
        try await keep(name, memory.text)
        return try #require(error)
    }

    /// Records a session of MySQL's own client through the proxy.
    @discardableResult
    func mysql(
        _ name: String,
        _ scenario: String,
        _ arguments: [String],
        input: String = "",
        password: String = password,
        hidden: CapabilityFlags = []
    ) async throws -> MySQLProgram.Output {
        let memory = RecordingMemory()
        let client = try MySQLProgram.find()
        let proxy = try await RecordingProxy.start(
            .init(
                upstream: .tcp(host: "127.0.0.1", port: server.port),
                hidden: hidden,
                scenario: scenario,
                client: try await client.version()
            ),
            sink: { _ throws(MySQLError) in memory }
        )
        let output = try await client.run(
            ["--no-defaults", "--host=127.0.0.1", "--port=\(proxy.port)", "--user=\(Self.username)"] + arguments,
            password: password,
            input: input
        )
        // The session's own end: stopping may come before the client's last packet was read.
        let text = await memory.finished()
        await proxy.stop()
        try await keep(name, text)
        return output
    }

    /// Records a session of PyMySQL through the proxy.
    func pymysql(
        _ name: String,
        _ scenario: String,
        _ script: String,
        password: String = password
    ) async throws -> Program.Outcome {
        let (outcome, text) = try await Self.pymysql(scenario, script, password: password, port: server.port)
        try await keep(name, text)
        return outcome
    }

    /// The same on any server.
    static func pymysql(
        _ scenario: String,
        _ script: String,
        password: String = password,
        port: UInt16
    ) async throws -> (Program.Outcome, String) {
        let memory = RecordingMemory()
        let client = try PyMySQLProgram.find()
        let proxy = try await RecordingProxy.start(
            .init(
                upstream: .tcp(host: "127.0.0.1", port: port),
                scenario: scenario,
                client: try await client.version()
            ),
            sink: { _ throws(MySQLError) in memory }
        )
        let outcome = try await client.run(script, port: proxy.port, password: password)
        let text = await memory.finished()
        await proxy.stop()
        return (outcome, text)
    }

    /// Checks a recording, and keeps it if it is to be kept.
    private func keep(_ name: String, _ text: String) async throws {
        let (_, events) = try Self.check(name, text)
        guard Self.isKept else { return }
        let version = try await ServerProgram.find().version.prefix { $0 != "-" }
        try Self.write(name, text, events, folder: "mysql-\(version)")
    }

    /// - Returns: what its replay gave; nil where nothing in it can be replayed.
    @discardableResult
    static func check(_ name: String, _ text: String) throws -> (Recording, [ReplayEvent]?) {
        let recording = try RecordingParser.parse(text)
        #expect(RecordingWriter.text(of: recording) == text)
        for secret in [Self.password, Self.password + "-new"] {
            let hex = secret.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            #expect(!text.contains(secret), "\(name) shows the password")
            #expect(!text.replacing("\n  ", with: "").contains(hex), "\(name) holds the password")
        }
        let events = try? Replay.run(recording)
        for case .mismatch(let what)? in events ?? [] { Issue.record("\(name): \(what)") }
        for unknown in try RecordedPackets.unknown(in: recording) { Issue.record("\(name): \(unknown)") }
        return (recording, events)
    }

    static func write(_ name: String, _ text: String, _ events: [ReplayEvent]?, folder: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Fixtures/wire/\(folder)").standardizedFileURL
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: folder.appending(path: "\(name).packets"))
        guard let events else { return }
        let lines = events.map { $0.description + "\n" }.joined()
        try Data(lines.utf8).write(to: folder.appending(path: "\(name).replay"))
    }
}
