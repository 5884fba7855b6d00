import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// What the built program refuses: exit 6, the reason and what to do instead on standard error, and nothing changed.
@Suite(.needsServer) struct RefusedProgramTests {
    private func expectRefused(
        _ lab: ProgramPair,
        _ arguments: [String],
        code: String,
        saying parts: [String] = [],
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let outcome = try await lab.expectUnchanged(location) { try await lab.run(arguments + ["--yes"]) }
        #expect(outcome.status == 6, "\(arguments): \(outcome.errors)", sourceLocation: location)
        for part in ["refused: ", "instead: "] + parts {
            #expect(outcome.errors.contains(part), "\(part)", sourceLocation: location)
        }
        let json = try await lab.json(arguments + ["--yes"], status: 6)
        #expect(json["schema"] as? Int == 1 && json["outcome"] as? String == "refused", sourceLocation: location)
        let reasons = try #require(json["reasons"] as? [[String: Any]])
        #expect(reasons.map { $0["code"] as? String } == [code], sourceLocation: location)
        #expect(json["anchor"] is NSNull && json["promotionSeconds"] is NSNull, sourceLocation: location)
    }

    @Test func `on a healthy pair: promoting while the source lives, and source and replica swapped`() async throws {
        let lab = try await ProgramPair.fresh()
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        try await expectRefused(lab, ["promote", replica], code: "source-alive", saying: ["switchover --to"])
        let dry = try await lab.expectUnchanged { try await lab.run(["promote", replica, "--dry-run"]) }
        #expect(dry.status == 6)

        try await expectRefused(lab, ["promote", source], code: "swapped-roles")
        try await expectRefused(lab, lab.rejoin(lab.source, to: lab.replica), code: "swapped-roles")
        for command in ["verify", "compare"] {
            let arguments = [command, "--source", replica, "--replica", source]
            let outcome = try await lab.expectUnchanged { try await lab.run(arguments) }
            #expect(outcome.status == 6 && outcome.lines.count == 1, "\(command): \(outcome.errors)")
        }
        try await expectRefused(lab, ["switchover", "--to", source], code: "not-a-replica")
        // With the other named as well it is known that the role is there already: that is no error.
        let named = ["switchover", "--to", source, "--server", "other=\(replica)", "--yes"]
        try await lab.query("SET PERSIST super_read_only = ON", on: lab.replica)
        let same = try await lab.expectUnchanged { try await lab.run(named) }
        #expect(same.status == 0 && same.text.contains("nothing to do"), "\(same.errors)")
        await lab.end()
    }

    @Test func `a source that answers with 1040, Too many connections, lives`() async throws {
        let lab = try await ProgramPair.fresh()
        try await lab.query("SET GLOBAL max_connections = 3", on: lab.source)
        var guests: [MySQLConnection] = []
        while guests.count < 50, let guest = try? await MySQLConnection.connect(to: lab.source.configuration) {
            guests.append(guest)
        }
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        let promoted = try await lab.run(["promote", replica, "--yes"])
        #expect(promoted.status == 6 && promoted.errors.contains("1040"), "\(promoted.errors)")
        for arguments in [
            ["query", source, "SELECT 1"], ["status", source], ["promote", source, "--yes"],
            ["switchover", "--to", source, "--yes"], ["verify", "--source", source, "--replica", replica],
            ["compare", "--source", source, "--replica", replica], lab.rejoin(lab.source, to: lab.replica, ["--yes"]),
        ] {
            let outcome = try await lab.run(arguments)
            #expect(outcome.status == 5, "\(arguments): \(outcome.errors)")
            #expect((outcome.errors + outcome.text).contains("1040"), "\(arguments)")
        }
        for guest in guests { await guest.close() }
        #expect(try await lab.isWritable(lab.replica), "the lab's replica is not fenced; it stays as it was")
        await lab.end()
    }

    @Test func `a replica whose applier was stopped by an error, which status, verify and compare show`() async throws {
        let lab = try await ProgramPair.fresh()
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        try await lab.query("SET sql_log_bin = 0", on: lab.replica)
        try await lab.query("DELETE FROM testdb.products WHERE text = 'one'", on: lab.replica)
        try await lab.query("DELETE FROM testdb.products WHERE text = 'one'", on: lab.source)
        try await lab.wait("the applier's error") {
            try await lab.query("SHOW REPLICA STATUS", on: lab.replica).firstRow?.string("Last_SQL_Errno") == "1032"
        }
        let status = try await lab.run(["status", source, replica])
        #expect(status.status == 3 && status.text.contains("1032") && status.text.contains("unknown"))
        let json = try await lab.json(["status", source, replica], status: 3)
        let servers = try #require(json["servers"] as? [[String: Any]])
        let channel = try #require((servers[1]["replication"] as? [[String: Any]])?.first)
        #expect(channel["secondsBehindSource"] is NSNull && json["healthy"] as? Bool == false)
        #expect((channel["applierError"] as? [String: Any])?["number"] as? Int == 1032)

        for command in ["verify", "compare"] {
            let outcome = try await lab.run([command, "--source", source, "--replica", replica])
            #expect(outcome.status == 3, "\(command): \(outcome.errors)")
            #expect((outcome.errors + outcome.text).contains("1032"), "\(command): \(outcome.errors)\(outcome.text)")
        }
        try await expectRefused(lab, ["switchover", "--to", replica], code: "applier-error", saying: ["1032"])
        try await lab.source.kill()
        try await expectRefused(lab, ["promote", replica], code: "applier-error", saying: ["1032"])
        await lab.end()
    }

    @Test func `two servers that have nothing to do with each other`() async throws {
        let lab = try await LiveServers.openLab()
        async let first = lab.startServer("first", serverID: 1)
        async let second = lab.startServer("second", serverID: 2)
        let pair = ProgramPair(pair: try await LivePair(lab: lab, source: first, replica: second))
        let (source, replica) = (ProgramPair.address(pair.source), ProgramPair.address(pair.replica))
        try await expectRefused(pair, ["promote", replica], code: "not-a-replica")
        try await expectRefused(pair, ["switchover", "--to", replica], code: "not-a-replica")
        try await expectRefused(
            pair,
            pair.rejoin(pair.source, to: pair.replica, ["--lost", "discard"]),
            code: "no-anchor",
            saying: ["--without-anchor"]
        )
        let arguments = ["compare", "--source", source, "--replica", replica]
        let compared = try await pair.expectUnchanged { try await pair.run(arguments) }
        #expect(compared.status == 6 && compared.lines.count == 1, "\(compared.errors)")
        await lab.stopAll()
    }
}
