import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// An operation that fails before its point of no return: taken back, exit 1, and told in each format.
@Suite(.needsServer) struct RolledBackProgramTests {
    @Test func `a switchover whose fence is not granted`() async throws {
        let lab = try await ProgramPair.fresh()
        // The fence waits for this lock, and gives up.
        let writer = try await MySQLConnection.connect(to: lab.source.configuration)
        _ = try await writer.collect(sql: "LOCK TABLES testdb.products WRITE")
        let arguments = ["switchover", "--to", ProgramPair.address(lab.replica), "--yes"]

        let (json, table) = try await lab.expectUnchanged {
            (try await lab.json(arguments, status: 1), try await lab.run(arguments))
        }
        #expect(json["schema"] as? Int == 1 && json["kind"] as? String == "switchover")
        #expect(json["outcome"] as? String == "failedRolledBack")
        #expect((json["failedStep"] as? [String: Any])?["code"] as? String == "fence", "\(json)")
        #expect((json["failure"] as? String)?.contains("1205") == true, "\(json)")
        #expect((json["steps"] as? [[String: Any]])?.map { $0["code"] as? String } == ["catch-up"], "\(json)")
        #expect((json["undoFailures"] as? [Any])?.isEmpty == true)
        #expect(json["anchor"] is NSNull && json["writePauseSeconds"] is NSNull && json["dataIdentical"] is NSNull)

        #expect(table.status == 1)
        #expect(table.text.contains("✗ switchover: failed, and rolled back"), "\(table.text)")
        #expect(table.text.contains("✓ taken back: "), "\(table.text)")
        #expect(table.lines.count == 1 && table.errors.contains("1205"), "\(table.errors)")

        await writer.close()
        try await lab.query("INSERT INTO testdb.products VALUES ('three')", on: lab.source)
        try await lab.waitForRows(3, on: lab.replica)
        let done = try await lab.run(arguments)
        #expect(done.status == 0, "\(done.errors)")
        await lab.end()
    }
}
