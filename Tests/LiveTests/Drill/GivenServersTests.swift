import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// `drill` on servers that exist already: what it refuses, a failure, a success, and what to do after it was killed.
@Suite("replica-cli drill on given servers", .needsServer, .serialized)
struct GivenServersTests {
    /// The flags that name the two, and stop and start the first of them.
    private func flags(_ source: String, _ replica: String, _ stop: String, _ start: String) -> [String] {
        ["drill", "--source", source, "--replica", replica, "--stop-command", stop, "--start-command", start, "--yes"]
    }

    private func expectRefused(
        _ lab: ProgramPair,
        _ source: String,
        _ replica: String,
        status: Int32,
        saying parts: [String],
        location: SourceLocation = #_sourceLocation
    ) async throws {
        // Commands that would be noticed.
        let touched = "\(lab.pair.lab.directory)/touched"
        let arguments = flags(source, replica, "touch '\(touched)'", "touch '\(touched)'")
        let outcome = try await lab.expectUnchanged(location) { try await lab.run(arguments) }
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
        #expect(outcome.lines.count == 1 && outcome.output.isEmpty, "\(outcome.errors)", sourceLocation: location)
        for part in parts { #expect(outcome.errors.contains(part), "\(outcome.errors)", sourceLocation: location) }
        #expect(!FileManager.default.fileExists(atPath: touched), sourceLocation: location)
    }

    @Test("refuses what it could not bring to its end, and changes nothing; a stop command that fails is exit 1")
    func refusals() async throws {
        let lab = try await ProgramPair.fresh()
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        let stranger = "mysql://root:wr0ng-s3cret@127.0.0.1:"
        try await expectRefused(lab, stranger + "\(lab.source.port)", replica, status: 4, saying: ["1045", source])
        try await expectRefused(lab, source, stranger + "\(lab.replica.port)", status: 4, saying: ["1045", replica])
        try await expectRefused(lab, "127.0.0.1:1", replica, status: 5, saying: ["127.0.0.1:1"])
        try await expectRefused(lab, "no-such-host.invalid", replica, status: 5, saying: ["no-such-host.invalid"])
        try await expectRefused(lab, source, "127.0.0.1:1", status: 5, saying: ["127.0.0.1:1"])
        try await expectRefused(
            lab,
            replica,
            source,
            status: 6,
            saying: ["refused: ", "swapped", "instead: --source \(source) --replica \(replica)"]
        )
        try await lab.query("SET GLOBAL super_read_only = ON", on: lab.source)
        try await expectRefused(lab, source, replica, status: 6, saying: ["takes no writes", "read_only = OFF"])
        try await lab.query("SET GLOBAL read_only = OFF", on: lab.source)
        try await lab.query("STOP REPLICA IO_THREAD", on: lab.replica)
        try await expectRefused(lab, source, replica, status: 6, saying: ["does not replicate", "START REPLICA"])
        try await lab.query("START REPLICA", on: lab.replica)
        try await lab.wait("the replica runs") { try await isRunning(lab) }

        let failing = flags(source, replica, "echo no such container; false", "true")
        let failed = try await lab.json(failing, status: 1)
        let outcomes = (failed["steps"] as? [[String: Any]])?.map { $0["outcome"] as? String }
        #expect(outcomes == ["passed", "passed", "failed"] + Array(repeating: "skipped", count: 9))
        #expect(failed["dataIdentical"] is NSNull && failed["promotionSeconds"] is NSNull)
        // The two are not left cut off from each other: what was to be lost arrives.
        try await lab.wait("the rows of both are equal") {
            let (rows, copies) = (try await lab.rows(on: lab.source), try await lab.rows(on: lab.replica))
            let isThere = rows.contains { $0.hasPrefix("never_received_") }
            return try await isRunning(lab) && isThere && rows == copies
        }
        let told = try await lab.run(failing)
        #expect(told.status == 1 && told.text.contains("failed: the command 'echo no such container; false' failed: "))

        try await lab.query("STOP REPLICA", on: lab.replica)
        try await lab.query("RESET REPLICA ALL", on: lab.replica)
        try await expectRefused(lab, source, replica, status: 6, saying: ["is no replica", "instead: "])
        await lab.end()
    }

    private func isRunning(_ lab: ProgramPair) async throws -> Bool {
        let status = try await lab.query("SHOW REPLICA STATUS", on: lab.replica).firstRow
        return status?.string("Replica_IO_Running") == "Yes" && status?.string("Replica_SQL_Running") == "Yes"
    }

    @Test("passes; killed in the middle it is refused the next time, with what to do; then it passes again")
    func killedAndRunAgain() async throws {
        let lab = try await ProgramPair.fresh()
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        try await lab.query("CREATE TABLE testdb.other (id INT PRIMARY KEY, a VARCHAR(9))", on: lab.source)
        try await lab.query("INSERT INTO testdb.other VALUES (1, 'stays')", on: lab.source)
        let control = try CommandControl(of: lab.source)
        let drill = flags(source, replica, control.stopCommand, control.startCommand)

        // Without an account for replication: the one that the replica uses.
        let first = try await lab.run(drill + ["--lost", "keep", "--verbose"])
        #expect(first.status == 0, "\(first.text)\(first.errors)")
        #expect(first.text.contains("✓ all 12 steps passed, and the data is identical"))
        try await expectNothingSecret(lab, first.text + first.errors)
        #expect(lab.source.isRunning && lab.replica.isRunning)

        let killed = try lab.start(drill)
        try await killed.wait(for: "rejoin refuses:")
        killed.send(SIGKILL)
        #expect(await killed.end() == -SIGKILL)
        // The old source is back and fenced, the other one is the source.
        let refused = try await lab.expectUnchanged { try await lab.run(drill) }
        #expect(refused.status == 6 && refused.errors.contains("instead: "), "\(refused.errors)")
        let rejoin = lab.rejoin(lab.source, to: lab.replica, ["--lost", "keep", "--yes"])
        for command in [rejoin, ["switchover", "--to", source, "--yes"]] {
            let outcome = try await lab.run(command)
            #expect(outcome.status == 0, "\(command): \(outcome.errors)")
        }
        let account = ["--replication-user", lab.pair.lab.accounts.replicationUser]
        let again = try await lab.json(drill + account, status: 0)
        #expect((again["steps"] as? [[String: Any]])?.allSatisfy { $0["outcome"] as? String == "passed" } == true)
        #expect(again["dataIdentical"] as? Bool == true)

        // What it wrote and lost, and nothing else: both times that it was kept it is there, the last time it is not.
        for server in [lab.source, lab.replica] {
            let rows = try await lab.rows(on: server)
            #expect(rows.count { $0.hasPrefix("never_received_") } == 2 && rows.contains("one") && rows.contains("two"))
            #expect(try await lab.query("SELECT a FROM testdb.other", on: server).scalar == "stays")
        }
        control.end()
        await lab.end()
    }

    /// Neither in what was printed nor in the journal.
    private func expectNothingSecret(_ lab: ProgramPair, _ printed: String) async throws {
        let folder = lab.pair.lab.directory + "/state/replica-kit"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!files.isEmpty)
        let texts = try files.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) } + [printed]
        for secret in [lab.source.accounts.rootPassword, lab.source.accounts.replicationPassword] {
            let password = secret.withBytes { String(decoding: $0, as: UTF8.self) }
            #expect(password.count == 24 && !texts.contains { $0.contains(password) })
        }
    }
}
