import MySQLWire
import ReplicaLab
import TestSupport
import Testing

@Suite("Statements for their effect on a real server", .needsServer, .timeLimit(.minutes(1)))
struct ExecuteTests {
    private struct Stop: Error {}

    @Test func `the end of the last result counts, and rows are dropped, however many`() async throws {
        let configuration = try await LivePair.shared().source.configuration
        let database = try await TestDatabase.create("execute_calls", configuration)
        // What `collect` may keep, so that dropping is seen.
        var small = configuration
        small.maximumResult = 1 << 20
        small.allowsSeveralStatements = true
        try await MySQLConnection.withConnection(to: small) { connection in
            let name = "n"
            _ = try await connection.execute(
                sql: "CREATE TABLE execute_calls.t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20))"
            )
            let inserted = try await connection.execute(
                "INSERT INTO execute_calls.t (v) VALUES (\(name)), (\(nil as String?))"
            )
            #expect(inserted.affectedRows == 2)
            #expect(inserted.lastInsertID == 1)
            let many = try await connection.execute(
                sql: "SELECT REPEAT('x', 1000000) UNION ALL SELECT 1; UPDATE execute_calls.t SET v = 'm'"
            )
            #expect(many.affectedRows == 2)
            #expect(many.info == "Rows matched: 2  Changed: 2  Warnings: 0")
            let large =
                "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 900) SELECT REPEAT('x', 10000) FROM s"
            await #expect(throws: MySQLError.self) { try await connection.collect(sql: large) }
        }
        try await withPool(small, PoolConfiguration(maximumConnections: 1)) { client in
            _ = try await client.execute(
                sql:
                    "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 900) SELECT REPEAT('x', 10000) FROM s"
            )
            let deleted = try await client.execute("DELETE FROM execute_calls.t WHERE id >= \(2)")
            #expect(deleted.affectedRows == 1)
        }
        await database.drop()
    }

    @Test func `a lent connection is closed behind its body, also behind a throw`() async throws {
        let configuration = try await LivePair.shared().source.configuration
        let connection = try await MySQLConnection.withConnection(to: configuration) { $0 }
        #expect(connection.closeReason?.code == .connectionClosed)
        var kept: MySQLConnection?
        await #expect(throws: Stop.self) {
            try await MySQLConnection.withConnection(to: configuration) { connection in
                kept = connection
                throw Stop()
            }
        }
        #expect(kept?.closeReason != nil)
    }
}
