import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// `query` where the connection, the deadline or the size of a row ends a statement.
@Suite(.needsServer) struct QueryFateTests {
    @Test func `a write whose answer never comes may have been executed, and that is said`() async throws {
        let cli = try await CLIPair.shared()
        let server = "127.0.0.1:\(cli.pair.source.port)"
        let outcome = try await cli.run("query", on: cli.pair.source, ["--timeout", "0.5", server, "do sleep(300)"])
        #expect(outcome.status == 1 && outcome.lines.count == 1)
        #expect(outcome.errors.contains("the statement at line 1 may have been executed"), "\(outcome.errors)")
    }

    @Test func `a lost connection is told as mysql tells it, and JSON stays whole`() async throws {
        let cli = try await CLIPair.shared()
        let sql = "select 5;\nset @fate = sleep(300)"
        let arguments = ["--format", "json", "127.0.0.1:\(cli.pair.source.port)", sql]
        async let running = cli.run("query", on: cli.pair.source, arguments)
        let session = try await MySQLConnection.connect(to: cli.pair.source.configuration)
        let find = "SELECT id FROM information_schema.processlist WHERE info = 'set @fate = sleep(300)'"
        var id: String?
        for _ in 0..<800 where id == nil {
            id = try await session.collect(sql: find).scalar
            try await Task.sleep(for: .milliseconds(25))
        }
        _ = try await session.collect(sql: "KILL \(try #require(id))")
        await session.close()
        let outcome = try await running
        #expect(outcome.status == 1)
        #expect(outcome.lines.first == "ERROR 2013 (HY000) at line 2: Lost connection to MySQL server during query")
        #expect(outcome.lines.count == 2 && outcome.errors.contains("may have been executed"), "\(outcome.errors)")
        let object = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        #expect((object?["results"] as? [Any])?.count == 1)
        #expect((object?["error"] as? [String: Any])?["code"] as? String == "connectionClosed")
    }

    @Test func `a row beyond 64 MiB is printed`() async throws {
        let cli = try await CLIPair.shared()
        let arguments = ["--format", "tsv", "127.0.0.1:\(cli.pair.source.port)"]
        let session = try await MySQLConnection.connect(to: cli.pair.source.configuration)
        let before = try await session.collect(sql: "SELECT @@GLOBAL.max_allowed_packet").scalar ?? "67108864"
        _ = try await session.collect(sql: "SET GLOBAL max_allowed_packet = 134217728")
        let sql = "select repeat('x', 70000000) as a"
        let outcome = try await cli.run("query", on: cli.pair.source, arguments + [sql])
        _ = try await session.collect(sql: "SET GLOBAL max_allowed_packet = \(before)")
        await session.close()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.count == 70_000_003)
    }
}
