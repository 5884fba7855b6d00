import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// A source and a replica for one test, and the built program with what it needs to operate on them.
struct ProgramPair {
    let pair: LivePair
    var source: LabServer { pair.source }
    var replica: LabServer { pair.replica }

    /// Replication runs, and `testdb.products` holds 'one' and 'two' on both.
    static func fresh(settings: [String: String] = [:]) async throws -> ProgramPair {
        let result = ProgramPair(pair: try await LivePair.fresh(settings: settings))
        for sql in [
            "CREATE DATABASE testdb", "CREATE TABLE testdb.products (text VARCHAR(40))",
            "INSERT INTO testdb.products VALUES ('one'), ('two')",
        ] {
            try await result.query(sql, on: result.source)
        }
        try await result.waitForRows(2, on: result.replica)
        return result
    }

    func end() async { await pair.lab.stopAll() }

    // MARK: The program

    static func address(_ server: LabServer) -> String { "127.0.0.1:\(server.port)" }

    /// - Parameter arguments: the command first.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Program.Outcome {
        try await Program.run(complete(arguments), environment: self.environment.merging(environment) { $1 })
    }

    /// Runs it on a terminal, and types.
    func onTerminal(
        _ arguments: [String],
        typing: [(after: String, text: String)],
        without variable: String? = nil
    ) async throws -> (status: Int32, shown: String) {
        try await PseudoTerminal.run(
            complete(arguments),
            typing: typing,
            environment: environment.filter { $0.key != variable }.merging(["NO_COLOR": "1"]) { $1 }
        )
    }

    func start(_ arguments: [String]) throws -> RunningProgram {
        try RunningProgram.start(complete(arguments), environment: environment)
    }

    func json(_ arguments: [String], status: Int32) async throws -> [String: Any] {
        let outcome = try await run(arguments + ["--format", "json"])
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        let object = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        return try #require(object, "\(arguments): \(outcome.text)")
    }

    /// `rejoin old --to new` with the replication account.
    func rejoin(_ old: LabServer, to new: LabServer, _ more: [String] = []) -> [String] {
        ["rejoin", Self.address(old), "--to", Self.address(new)]
            + ["--replication-user", pair.lab.accounts.replicationUser] + more
    }

    private func complete(_ arguments: [String]) -> [String] {
        [arguments[0], "--defaults-file", source.clientOptionFile] + arguments.dropFirst()
    }

    private var environment: [String: String] {
        [
            "XDG_STATE_HOME": pair.lab.directory + "/state",
            "REPLICATION_PASSWORD": pair.lab.accounts.replicationPassword.withBytes {
                String(decoding: $0, as: UTF8.self)
            },
        ]
    }

    // MARK: The servers

    @discardableResult
    func query(_ sql: String, on server: LabServer) async throws -> MySQLResult {
        let session = try await MySQLConnection.connect(to: server.configuration)
        do {
            let result = try await session.collect(sql: sql, timeout: .seconds(20))
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }

    func rows(on server: LabServer) async throws -> [String] {
        try await query("SELECT text FROM testdb.products ORDER BY text", on: server).rows
            .compactMap { $0.string(at: 0) }
    }

    func waitForRows(_ count: Int, on server: LabServer) async throws {
        try await wait("\(count) rows on \(server.name)") { (try? await rows(on: server).count) == count }
    }

    func wait(_ what: String, until holds: () async throws -> Bool) async throws {
        for _ in 0..<800 {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        Issue.record("never seen: \(what)")
    }

    /// Commits a row on the source that the replica never receives, and kills the source.
    func loseRowAndKillSource(_ text: String, from source: LabServer, to replica: LabServer) async throws {
        try await query("STOP REPLICA IO_THREAD", on: replica)
        try await query("INSERT INTO testdb.products VALUES ('\(text)')", on: source)
        try await source.kill()
        try await query("START REPLICA IO_THREAD", on: replica)
    }

    func isWritable(_ server: LabServer) async throws -> Bool {
        guard server.isRunning else { return false }
        return try await query("SELECT @@global.read_only", on: server).scalar == "0"
    }

    /// Everything of the two servers that a command which changes nothing must leave as it is: every variable, what is
    /// persisted, both binary logs to the byte, the databases, and all of SHOW REPLICA STATUS that does not move by
    /// itself.
    func state() async throws -> Set<String> {
        var state: Set<String> = []
        for server in [source, replica] where server.isRunning { try await settle(server) }
        for server in [source, replica] where server.isRunning {
            for sql in [
                "SELECT variable_name, variable_value FROM performance_schema.global_variables",
                "SELECT variable_name, variable_value FROM performance_schema.persisted_variables",
                "SHOW BINARY LOG STATUS", "SHOW DATABASES",
            ] {
                for row in try await query(sql, on: server).rows {
                    state.insert("\(server.name): " + row.strings.map { $0 ?? "NULL" }.joined(separator: " "))
                }
            }
            let status = try await query("SHOW REPLICA STATUS", on: server)
            for (name, value) in zip(status.columns.names, status.firstRow?.strings ?? [])
            where !["Seconds_Behind", "State", "Timestamp", "Last_IO_Err"].contains(where: name.contains) {
                state.insert("\(server.name): \(name) = \(value ?? "NULL")")
            }
        }
        return state
    }

    /// Until what was applied shows as applied: at the applier's next checkpoint, up to 300 ms later.
    private func settle(_ server: LabServer) async throws {
        try await wait("\(server.name) has applied what it received") {
            guard let status = try await query("SHOW REPLICA STATUS", on: server).firstRow else { return true }
            return status.string("Replica_SQL_Running") == "No"
                || status.string("Exec_Source_Log_Pos") == status.string("Read_Source_Log_Pos")
        }
    }

    /// Runs a body, and expects the state after it to be the state before it.
    func expectUnchanged<Result>(
        _ location: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let before = try await state()
        let result = try await body()
        let after = try await state()
        let (new, gone) = (after.subtracting(before).sorted(), before.subtracting(after).sorted())
        #expect(new.isEmpty && gone.isEmpty, "\(gone) became \(new)", sourceLocation: location)
        return result
    }
}
