import MySQLWire
import Testing

/// Prepared statements on MariaDB: cursors, long data, and rows of statements that were prepared without columns.
@Suite("Prepared statements on MariaDB", .needsMariaDB)
struct MariaDBStatementTests {
    private static let versions = [false, true]

    private func run(
        next: Bool,
        _ name: String,
        packet: Int? = nil,
        _ scenario: (MySQLConnection) async throws -> Void
    ) async throws {
        let server = next ? try await MariaDBServer.next() : try await MariaDBServer.shared()
        let root = try await MySQLConnection.connect(to: server.configuration)
        let before = try await root.collect(sql: "SELECT @@GLOBAL.max_allowed_packet").scalar ?? ""
        if let packet { _ = try await root.collect(sql: "SET GLOBAL max_allowed_packet = \(packet)") }
        let connection = try await MySQLConnection.connect(to: server.configuration)
        let database = try SQLText.identifier(name)
        _ = try await root.collect(sql: "DROP DATABASE IF EXISTS \(database)")
        _ = try await root.collect(sql: "CREATE DATABASE \(database)")
        try await connection.selectDatabase(name)
        do {
            try await scenario(connection)
        } catch {
            Issue.record(error)
        }
        _ = try await root.collect(sql: "DROP DATABASE \(database)")
        _ = try await root.collect(sql: "SET GLOBAL max_allowed_packet = \(before)")
        await connection.close()
        await root.close()
    }

    @Test(arguments: versions) func `rows wait in a cursor and come fetch by fetch`(next: Bool) async throws {
        try await run(next: next, "cursors", StatementScenarios.cursors)
    }

    @Test(arguments: versions) func `a cursor that is left early is closed, and the connection goes on`(
        next: Bool
    ) async throws {
        try await run(next: next, "cursors_left", StatementScenarios.cursorsThatEndEarly)
    }

    @Test(arguments: versions) func `statements without a cursor run as they do without the wish for one`(
        next: Bool
    ) async throws {
        try await run(next: next, "cursors_none", StatementScenarios.noCursors)
    }

    @Test(arguments: versions) func `a value of 20 MiB goes piece by piece`(next: Bool) async throws {
        try await run(next: next, "long_data", packet: 64 << 20, StatementScenarios.longData)
    }

    @Test(arguments: versions) func `what is too large for max_allowed_packet goes as long data, or not at all`(
        next: Bool
    ) async throws {
        try await run(next: next, "large_packets", packet: 1 << 20, StatementScenarios.limits)
    }

    @Test(arguments: versions) func `INSERT … RETURNING is prepared without columns and has rows all the same`(
        next: Bool
    ) async throws {
        try await run(next: next, "returning") { connection in
            _ = try await connection.collect(sql: "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a INT)")
            for expected in ["1", "2"] {
                let result = try await connection.collect("INSERT INTO t (a) VALUES (\(7)) RETURNING id, a")
                #expect(result.columns.names == ["id", "a"])
                #expect(result.firstRow?.strings == [expected, "7"])
            }
            let statement = try await connection.prepare("INSERT INTO t (a) VALUES (?) RETURNING a")
            #expect(statement.columnCount == 0)
            let rows = try await connection.query(statement, [9], cursor: .fetching(rows: 1))
            var found: [String?] = []
            for try await batch in rows { found += batch.map { $0.string(at: 0) } }
            #expect(found == ["9"])
            #expect(try await connection.collect("SELECT id FROM t ORDER BY id LIMIT \(1) OFFSET \(2)").scalar == "3")
        }
    }
}
