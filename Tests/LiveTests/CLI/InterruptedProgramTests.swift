import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// Ctrl-C while a command waits for something that takes long: exit 130, and nothing left behind.
@Suite(.needsServer) struct InterruptedProgramTests {
    /// Interrupts a command as soon as `isWaiting` holds, and expects its end soon after.
    private func interrupt(
        _ arguments: [String],
        _ lab: ProgramPair,
        status expected: Int32 = 130,
        when isWaiting: (RunningProgram) async throws -> Bool,
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let program = try lab.start(arguments)
        try await lab.wait("\(arguments[0]) waits") { try await isWaiting(program) }
        let began = ContinuousClock.now
        program.send(SIGINT)
        let status = await program.end()
        #expect(status == expected, "\(arguments[0]): \(program.output)", sourceLocation: location)
        #expect(ContinuousClock.now - began < .seconds(20), "\(arguments[0])", sourceLocation: location)
    }

    private func sessions(_ lab: ProgramPair, on server: LabServer, like pattern: String) async throws -> Int {
        let sql = """
            SELECT COUNT(*) FROM performance_schema.processlist WHERE info LIKE '\(pattern)' AND id <> CONNECTION_ID()
            """
        return try await lab.query(sql, on: server).scalar.flatMap { Int($0) } ?? 0
    }

    @Test func `query, verify and compare`() async throws {
        let lab = try await ProgramPair.fresh()
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        try await interrupt(["query", source, "SELECT SLEEP(60)"], lab) { _ in
            try await sessions(lab, on: lab.source, like: "SELECT SLEEP%") == 1
        }
        // Held by somebody else, so that the marker cannot be applied, and the read lock is not granted.
        let holder = try await MySQLConnection.connect(to: lab.replica.configuration)
        _ = try await holder.collect(sql: "FLUSH TABLES WITH READ LOCK")
        try await interrupt(["verify", "--source", source, "--replica", replica], lab) { _ in
            try await lab.query("SHOW DATABASES LIKE 'replicakit'", on: lab.source).rowCount == 1
        }
        _ = try await holder.collect(sql: "UNLOCK TABLES")
        await holder.close()
        let writer = try await MySQLConnection.connect(to: lab.source.configuration)
        _ = try await writer.collect(sql: "LOCK TABLES testdb.products WRITE")
        try await interrupt(["compare", "--source", source, "--replica", replica], lab) { _ in
            try await sessions(lab, on: lab.source, like: "FLUSH TABLES WITH READ LOCK%") == 1
        }
        await writer.close()
        // No lock stayed.
        try await lab.query("INSERT INTO testdb.products VALUES ('three')", on: lab.source)
        try await lab.waitForRows(3, on: lab.replica)
        await lab.end()
    }

    @Test func `record, whose proper end it is`() async throws {
        let lab = try await LivePair.shared()
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).rec").path
        let program = try RunningProgram.start(
            [
                "record", "--defaults-file", lab.source.clientOptionFile, "127.0.0.1:\(lab.source.port)", "--output",
                path,
            ]
        )
        try await program.wait(for: "Ctrl-C ends it")
        program.send(SIGINT)
        #expect(await program.end() == 0)
    }

    @Test func `a switchover that waits for its fence: source and replica are as they were`() async throws {
        let lab = try await ProgramPair.fresh()
        let writer = try await MySQLConnection.connect(to: lab.source.configuration)
        _ = try await writer.collect(sql: "LOCK TABLES testdb.products WRITE")
        try await lab.expectUnchanged {
            try await interrupt(["switchover", "--to", ProgramPair.address(lab.replica), "--yes"], lab) { _ in
                try await sessions(lab, on: lab.source, like: "%read_only = ON%") == 1
            }
        }
        await writer.close()
        try await lab.query("INSERT INTO testdb.products VALUES ('three')", on: lab.source)
        try await lab.waitForRows(3, on: lab.replica)
        await lab.end()
    }

    @Test func `a promotion that waits for the applier: the replica stays a replica, and promotes afterwards`()
        async throws
    {
        let lab = try await ProgramPair.fresh()
        let holder = try await MySQLConnection.connect(to: lab.replica.configuration)
        _ = try await holder.collect(sql: "LOCK TABLES testdb.products WRITE")
        try await lab.query("INSERT INTO testdb.products VALUES ('three')", on: lab.source)
        let end = try await lab.query("SHOW BINARY LOG STATUS", on: lab.source).firstRow?.string("Position")
        try await lab.wait("the replica has received it") {
            try await lab.query("SHOW REPLICA STATUS", on: lab.replica).firstRow?.string("Read_Source_Log_Pos") == end
        }
        try await lab.source.kill()
        let promote = ["promote", ProgramPair.address(lab.replica), "--yes"]
        // Once in the plan, once when it begins.
        try await interrupt(promote, lab) { $0.output.components(separatedBy: " 3/9 ").count == 3 }
        let status = try await lab.query("SHOW REPLICA STATUS", on: lab.replica).firstRow
        #expect(status?.string("Replica_SQL_Running") == "Yes")
        #expect(status?.string("Replica_IO_Running") == "Connecting", "the receiver was started again")
        await holder.close()
        let outcome = try await lab.run(promote)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await lab.rows(on: lab.replica) == ["one", "three", "two"])
        await lab.end()
    }

    @Test func `a rejoin that waits for the new source's lock: not half a replica, and done the next time`()
        async throws
    {
        let lab = try await ProgramPair.fresh()
        try await lab.loseRowAndKillSource("lost", from: lab.source, to: lab.replica)
        #expect(try await lab.run(["promote", ProgramPair.address(lab.replica), "--yes"]).status == 0)
        try await lab.source.start()
        let writer = try await MySQLConnection.connect(to: lab.replica.configuration)
        _ = try await writer.collect(sql: "LOCK TABLES testdb.products WRITE")
        let rejoin = lab.rejoin(lab.source, to: lab.replica, ["--lost", "discard", "--yes"])
        // The old source is fenced by then, and stays so: not undone, and said to be in part.
        try await interrupt(rejoin, lab, status: 7) { _ in
            try await sessions(lab, on: lab.replica, like: "FLUSH TABLES WITH READ LOCK%") == 1
        }
        await writer.close()
        #expect(try await lab.query("SHOW REPLICA STATUS", on: lab.source).rowCount == 0)
        let outcome = try await lab.run(rejoin)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await lab.rows(on: lab.source) == ["one", "two"])
        await lab.end()
    }
}
