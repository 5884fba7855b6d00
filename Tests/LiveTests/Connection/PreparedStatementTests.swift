import MySQLWire
import ReplicaLab
import Testing

@Suite("Prepared statements on a real server", .needsServer)
struct PreparedStatementTests {
    private func connect(_ change: (inout MySQLConfiguration) -> Void = { _ in }) async throws -> MySQLConnection {
        var configuration = try await LivePair.shared().source.configuration
        change(&configuration)
        let connection = try await MySQLConnection.connect(to: configuration)
        _ = try await connection.collect(sql: "CREATE DATABASE IF NOT EXISTS statements")
        _ = try await connection.collect(sql: "USE statements")
        return connection
    }

    private func error(_ body: () async throws -> Void) async -> MySQLError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? MySQLError
        }
    }

    private func counter(_ name: String, _ connection: MySQLConnection) async throws -> Int {
        try await connection.collect(sql: "SHOW SESSION STATUS LIKE '\(name)'").firstRow?.integer(at: 1) ?? -1
    }

    @Test func `what is interpolated is bound, whatever it holds`() async throws {
        let connection = try await connect()
        for text in ["plain", "it's", "x'; DROP TABLE t; --", "back\\slash", "nul\0", "naïve 🐬", "", "?"] {
            let row = try #require(try await connection.collect("SELECT \(text) AS t, CHAR_LENGTH(\(text))").firstRow)
            let (back, length) = try row.decode((String, Int).self)
            #expect(back == text && length == text.unicodeScalars.count)
        }
        let nothing: Int? = nil
        #expect(try await connection.collect("SELECT \(nothing) IS NULL").firstRow?.decode(at: 0) == true)
        let ids = [1, 3]
        let table = "odd `name`"
        _ = try await connection.collect("CREATE TEMPORARY TABLE \(identifier: table) (id INT)")
        _ = try await connection.collect("INSERT INTO \(identifier: table) VALUES (\(1)), (\(2)), (\(3))")
        let rows = try await connection.collect("SELECT id FROM \(identifier: table) WHERE id IN (\(list: ids))").rows
        #expect(try rows.map { row throws(MySQLError) in try row.decode(Int.self, at: 0) } == ids)
        #expect(try await connection.collect("SELECT id FROM \(identifier: table) LIMIT \(2)").rowCount == 2)
        #expect(try await connection.collect("SELECT 1 FROM DUAL WHERE 1 IN (\(list: [Int]()))").rowCount == 0)
        await connection.close()
    }

    @Test(arguments: [MySQLConfiguration.Compression.none, .zlib])
    func `a query with values is prepared once, and the least used ones are closed`(
        compression: MySQLConfiguration.Compression
    ) async throws {
        let connection = try await connect {
            $0.statementCacheSize = 2
            $0.compression = compression
        }
        for number in 0..<5 { _ = try await connection.collect("SELECT \(number) + 1") }
        #expect(try await counter("Com_stmt_prepare", connection) == 1)
        #expect(try await counter("Com_stmt_execute", connection) == 5)
        _ = try await connection.collect("SELECT \(1) + 2")
        _ = try await connection.collect("SELECT \(1) + 1")
        // The second is the least used now.
        _ = try await connection.collect("SELECT \(1) + 3")
        _ = try await connection.collect("SELECT \(1) + 1")
        #expect(try await counter("Com_stmt_prepare", connection) == 3)
        #expect(try await counter("Com_stmt_close", connection) == 1)
        await connection.close()
    }

    @Test func `a statement that is let go is closed, and a reset ends all of them`() async throws {
        let connection = try await connect()
        var statement: MySQLStatement? = try await connection.prepare("SELECT ? * 2")
        let first = try #require(statement)
        #expect(first.parameterCount == 1 && first.columnCount == 1)
        #expect(try await connection.collect(first, [21]).firstRow?.decode(at: 0) == 42)
        try await connection.reset()
        #expect(await error { _ = try await connection.collect(first, [21]) }?.code == .invalidArgument)
        statement = try await connection.prepare("SELECT ? * 3")
        #expect(try await connection.collect(try #require(statement), [2]).firstRow?.decode(at: 0) == 6)
        let before = try await counter("Com_stmt_close", connection)
        statement = nil
        _ = try await connection.ping()
        #expect(try await counter("Com_stmt_close", connection) == before + 1)
        // What was cached before the reset is prepared again.
        #expect(try await connection.collect("SELECT \(5)").firstRow?.decode(at: 0) == 5)
        try await connection.reset()
        #expect(try await connection.collect("SELECT \(6)").firstRow?.decode(at: 0) == 6)
        let other = try await connect()
        let foreign = try await other.prepare("SELECT 1")
        #expect(await error { _ = try await connection.collect(foreign) }?.code == .invalidArgument)
        await other.close()
        await connection.close()
    }

    @Test func `mistakes are errors that leave the connection usable`() async throws {
        let connection = try await connect()
        #expect(await error { _ = try await connection.prepare("SELEC ?") }?.server?.number == 1064)
        #expect(await error { _ = try await connection.prepare("SELECT * FROM not_there") }?.server?.number == 1146)
        let two = try await connection.prepare("SELECT ?, ?")
        #expect(await error { _ = try await connection.collect(two, [1]) }?.code == .invalidArgument)
        #expect(await error { _ = try await connection.collect("SELECT \(1) = ?") }?.code == .invalidArgument)
        let deep = try await connection.prepare("SELECT (SELECT ? UNION ALL SELECT 2)")
        #expect(await error { _ = try await connection.collect(deep, [1]) }?.server?.number == 1242)
        #expect(try await connection.collect("SELECT \("still here")").scalar == "still here")
        await connection.close()
    }

    @Test func `changed tables, many rows, several results and no rows at all`() async throws {
        let connection = try await connect()
        _ = try await connection.collect(sql: "CREATE TEMPORARY TABLE c (a INT)")
        let insert = try await connection.prepare("INSERT INTO c VALUES (?)")
        #expect(try await connection.collect(insert, [7]).completion.affectedRows == 1)
        let select = try await connection.prepare("SELECT * FROM c")
        #expect(try await connection.collect(select).columns.names == ["a"])
        _ = try await connection.collect(sql: "ALTER TABLE c ADD b VARCHAR(9) DEFAULT 'x'")
        let row = try #require(try await connection.collect(select).firstRow)
        let (a, b) = try row.decode((Int, String?).self)
        #expect(a == 7 && b == "x")

        var sum = 0
        var count = 0
        let many = try await connection.query(
            "WITH RECURSIVE n (i) AS (SELECT \(1) UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT a.i FROM n a, n b"
        )
        for try await batch in many {
            for row in batch {
                sum += try row.decode(Int.self, at: 0)
                count += 1
            }
        }
        #expect(count == 810_000 && sum == 900 * 901 / 2 * 900)

        _ = try await connection.collect(sql: "DROP PROCEDURE IF EXISTS p")
        _ = try await connection.collect(
            sql: "CREATE PROCEDURE p(IN x INT, OUT y INT) BEGIN SELECT x; SELECT x + 1, 'two'; SET y = x * 2; END"
        )
        var result: MySQLRows? = try await connection.query("CALL p(\(4), @y)")
        var rows: [[String?]] = []
        while let rest = result {
            for try await batch in rest { rows += batch.map(\.strings) }
            result = try await rest.nextResult()
        }
        #expect(rows == [["4"], ["5", "two"]])
        #expect(try await connection.collect(sql: "SELECT @y").scalar == "8")
        await connection.close()
    }

    @Test func `a value over 16 MiB goes both ways`() async throws {
        let connection = try await connect()
        let large = [UInt8]((0..<(20 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let row = try #require(try await connection.collect("SELECT \(large) AS b, LENGTH(\(large))").firstRow)
        #expect(try row.decode([UInt8].self, at: 0) == large)
        #expect(try row.decode(Int.self, at: 1) == large.count)
        await connection.close()
    }
}
