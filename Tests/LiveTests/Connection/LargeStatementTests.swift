import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// Rows and values too large for memory, on a MySQL: cursors and long data.
@Suite("Cursors and long data on a real server", .needsServer)
struct LargeStatementTests {
    private func run(_ name: String, _ scenario: (MySQLConnection) async throws -> Void) async throws {
        let connection = try await MySQLConnection.connect(to: await LivePair.shared().source.configuration)
        let database = try SQLText.identifier(name)
        _ = try await connection.collect(sql: "DROP DATABASE IF EXISTS \(database)")
        _ = try await connection.collect(sql: "CREATE DATABASE \(database)")
        try await connection.selectDatabase(name)
        try await scenario(connection)
        _ = try await connection.collect(sql: "DROP DATABASE \(database)")
        await connection.close()
    }

    @Test func `rows wait in a cursor and come fetch by fetch`() async throws {
        try await run("cursors", StatementScenarios.cursors)
    }

    @Test func `a cursor that is left early is closed, and the connection goes on`() async throws {
        try await run("cursors_left", StatementScenarios.cursorsThatEndEarly)
    }

    @Test func `statements without a cursor run as they do without the wish for one`() async throws {
        try await run("cursors_none", StatementScenarios.noCursors)
    }

    @Test func `a value of 20 MiB goes piece by piece`() async throws {
        try await run("long_data", StatementScenarios.longData)
    }

    @Test func `what is too large for max_allowed_packet goes as long data, or not at all`() async throws {
        let root = try await MySQLConnection.connect(to: await LivePair.shared().source.configuration)
        let before = try await root.collect(sql: "SELECT @@GLOBAL.max_allowed_packet").scalar ?? ""
        _ = try await root.collect(sql: "SET GLOBAL max_allowed_packet = 1048576")
        do {
            try await run("large_packets", StatementScenarios.limits)
        } catch {
            Issue.record(error)
        }
        _ = try await root.collect(sql: "SET GLOBAL max_allowed_packet = \(before)")
        await root.close()
    }

    @Test func `a pool streams, from a cursor too, and has its connection back at the end`() async throws {
        let configuration = try await LivePair.shared().source.configuration
        try await withPool(configuration, PoolConfiguration(maximumConnections: 1)) { client in
            for _ in 0..<2 {
                let rows = try await client.query("SELECT \(1) AS a UNION ALL SELECT 2", cursor: .fetching(rows: 1))
                var sum = 0
                for try await batch in rows { for row in batch { sum += try row.decode(Int.self, at: 0) } }
                #expect(sum == 3)
            }
            do {
                let rows = try await client.query(sql: "SELECT 1 UNION ALL SELECT 2")
                for try await _ in rows { break }
            }
            #expect(try await client.collect("SELECT \(5)").scalar == "5")
        }
    }
}
