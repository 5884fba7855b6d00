import Foundation
import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

/// A pair of its own for one test of an operation, with what the operations need.
struct OperationPair {
    let pair: LivePair
    let journal: Journal
    let connector = MySQLServerConnector()
    var a: LabServer { pair.source }
    var b: LabServer { pair.replica }

    static func fresh() async throws -> OperationPair {
        let pair = try await LivePair.fresh()
        let result = OperationPair(pair: pair, journal: Journal(directory: pair.lab.directory + "/journal"))
        try await result.run("CREATE DATABASE testdb", on: result.a)
        try await result.run("CREATE TABLE testdb.products (text VARCHAR(40))", on: result.a)
        try await result.run("INSERT INTO testdb.products VALUES ('one'), ('two')", on: result.a)
        try await result.waitForRows(2, on: result.b)
        return result
    }

    var credentials: ReplicationCredentials {
        ReplicationCredentials(username: a.accounts.replicationUser, password: a.accounts.replicationPassword)
    }

    func environment(_ events: EventLog? = nil, options: OperationOptions = OperationOptions()) -> OperationEnvironment
    {
        OperationEnvironment(connector: connector, journal: journal, options: options, onEvent: { events?.add($0) })
    }

    /// Plans and runs an operation, as `--yes` does.
    func execute(
        _ operation: any ReplicationOperation,
        _ events: EventLog? = nil,
        options: OperationOptions = OperationOptions()
    ) async -> OperationOutcome {
        await operation.prepare(in: environment(events, options: options)).execute()
    }

    @discardableResult
    func run(_ sql: String, on server: LabServer) async throws -> MySQLResult {
        let session = try await connector.connect(to: server.server)
        do {
            let result = try await session.collect(sql: sql, timeout: .seconds(20))
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }

    func observe(_ server: LabServer) async throws -> ServerObservation {
        try await ServerObserver(connector: connector).observe(server.server).result.get()
    }

    func rows(on server: LabServer) async throws -> [String] {
        try await run("SELECT text FROM testdb.products ORDER BY text", on: server).rows.compactMap { $0.string(at: 0) }
    }

    func waitForRows(_ count: Int, on server: LabServer) async throws {
        for _ in 0..<400 {
            if try await run("SHOW DATABASES LIKE 'testdb'", on: server).rowCount == 1,
                try await run("SHOW TABLES IN testdb", on: server).rowCount == 1,
                try await rows(on: server).count == count
            {
                return
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        Issue.record("\(server.name) never had \(count) rows")
    }

    /// Commits a row on the source that the replica never receives, and kills the source.
    func loseTransactionAndKillSource(_ text: String = "lost") async throws {
        try await run("STOP REPLICA IO_THREAD", on: b)
        try await run("INSERT INTO testdb.products VALUES ('\(text)')", on: a)
        try await a.kill()
        try await run("START REPLICA IO_THREAD", on: b)
    }

    func end() async { await pair.lab.stopAll() }
}

/// Keeps events, for tests to look at.
final class EventLog: Sendable {
    private let storage = StorageBox()

    func add(_ event: OperationEvent) { storage.add("\(Self.text(event))") }
    var lines: [String] { storage.lines }

    private static func text(_ event: OperationEvent) -> String {
        switch event {
        case .started(let plan): "PLAN \(plan.goal): \(plan.steps.map(\.code.rawValue).joined(separator: " "))"
        case .stepStarted(let step): "STEP \(step.number) \(step.title)"
        case .statement(let record): "  \(record.server)> \(record.sql)\n      \(record.result) (\(record.seconds) s)"
        case .note(let text): "  note \(text)"
        case .stepFinished(let record): "DONE \(record.step.number) \(record.summary) (\(record.seconds) s)"
        case .stepFailed(let step, let error): "FAILED \(step.number) \(error)"
        case .undoing(let step): "UNDOING \(step.title)"
        case .undone(let step, let error): "UNDONE \(step.title) \(error.map { "\($0)" } ?? "")"
        }
    }
}

private final class StorageBox: @unchecked Sendable {
    // Safety: guarded by the lock.
    private let lock = NSLock()
    private var kept: [String] = []

    func add(_ line: String) { lock.withLock { kept.append(line) } }
    var lines: [String] { lock.withLock { kept } }
}
