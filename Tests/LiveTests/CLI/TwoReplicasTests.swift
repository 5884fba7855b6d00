import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// `status`, `verify` and `compare` of a source with two replicas: each is told of by itself.
@Suite(.needsServer) struct TwoReplicasTests {
    @Test func `two that are well, and then one that is not`() async throws {
        let lab = ProgramPair(pair: try await LivePair.fresh())
        let second = try await lab.pair.lab.startServer("second", serverID: 3)
        try await LabReplication.start(from: lab.source, to: second)
        for sql in ["CREATE DATABASE testdb", "CREATE TABLE testdb.products (id INT PRIMARY KEY)"] {
            try await lab.query(sql, on: lab.source)
        }
        let (source, replicas) = (ProgramPair.address(lab.source), [lab.replica, second].map(ProgramPair.address))
        let pair = ["--source", source] + replicas.flatMap { ["--replica", $0] }

        let verified = try await lab.json(["verify"] + pair, status: 0)
        var arrivals = try #require(verified["replicas"] as? [[String: Any]])
        #expect(arrivals.map { $0["name"] as? String } == replicas)
        #expect(arrivals.allSatisfy { $0["arrived"] as? Bool == true && $0["seconds"] as? Double ?? 0 > 0 })
        let compared = try await lab.json(["compare"] + pair, status: 0)
        let comparisons = try #require(compared["comparisons"] as? [[String: Any]])
        #expect(comparisons.map { ($0["replica"] as? [String: Any])?["server"] as? String } == replicas)
        #expect(comparisons.allSatisfy { ($0["source"] as? [String: Any])?["server"] as? String == source })
        let status = try await lab.json(["status", source] + replicas, status: 0)
        let servers = try #require(status["servers"] as? [[String: Any]])
        #expect(servers.map { $0["role"] as? String } == ["source", "replica", "replica"])
        #expect((servers[0]["connectedReplicas"] as? [Any])?.count == 2)

        // A row that only the second has.
        let session = try await MySQLConnection.connect(to: second.configuration)
        for sql in ["SET sql_log_bin = 0", "INSERT INTO testdb.products VALUES (7)"] {
            _ = try await session.collect(sql: sql)
        }
        let different = try await lab.json(["compare"] + pair, status: 3)
        #expect(different["identical"] as? Bool == false)
        let sides = try #require(different["comparisons"] as? [[String: Any]])
        #expect(sides.map { $0["identical"] as? Bool } == [true, false])
        let table = try await lab.run(["compare"] + pair)
        #expect(table.text.contains("✓ identical: \(source)") && table.text.contains("✗ different: \(source)"))
        #expect(table.text.contains("only on \(replicas[1]): id=7"), "\(table.text)")

        // Its applier stands still: the marker is on one of them only.
        _ = try await session.collect(sql: "STOP REPLICA SQL_THREAD")
        await session.close()
        let half = try await lab.json(["verify"] + pair, status: 3)
        arrivals = try #require(half["replicas"] as? [[String: Any]])
        #expect(arrivals.map { $0["arrived"] as? Bool } == [true, false])
        #expect(arrivals[1]["seconds"] is NSNull && arrivals[1]["problem"] is String)
        #expect(half["arrived"] as? Bool == false)
        let unwell = try await lab.json(["status", source] + replicas, status: 3)
        #expect(unwell["healthy"] as? Bool == false)
        await lab.end()
    }
}
