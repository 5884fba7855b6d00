import MySQLWire
import Testing

/// The same short programme for every cell of the live matrix: server by way.
struct MatrixProgramme {
    let way: Way
    let configuration: MySQLConfiguration
    let isMariaDB: Bool

    func run() async throws {
        let connection = try await MySQLConnection.connect(to: configuration)
        let database = "matrix_\(way)"
        for sql in [
            "DROP DATABASE IF EXISTS \(database)", "CREATE DATABASE \(database) CHARACTER SET utf8mb4",
            "USE \(database)",
        ] {
            _ = try await connection.collect(sql: sql)
        }
        try await transport(connection)
        try await types(connection)
        try await inserts(connection)
        try await transactions(connection)
        try await errors(connection)
        try await severalResults(connection)
        try await bigValue(connection)
        try await streaming(connection)
        try await nulls(connection)
        try await session(connection, database)
        try await cancellation(connection)
        _ = try await connection.collect(sql: "DROP DATABASE \(database)")
        await connection.close()
    }

    private func status(_ connection: MySQLConnection, _ name: String) async throws -> String? {
        try await connection.collect(sql: "SHOW SESSION STATUS LIKE '\(name)'").firstRow?.string(at: 1)
    }

    /// What was agreed on, as both sides see it.
    private func transport(_ connection: MySQLConnection) async throws {
        let isTLS = way == .tls || way == .verifiedTLS
        #expect((connection.tlsVersion != nil) == isTLS)
        #expect(try await status(connection, "Ssl_cipher")?.isEmpty == !isTLS)
        #expect(connection.compression == (way == .zlib ? .zlib : way == .zstd ? .zstd(level: 3) : .uncompressed))
        #expect(try await status(connection, "Compression") == (way == .zlib || way == .zstd ? "ON" : "OFF"))
        let host = try await connection.collect(
            sql: "SELECT HOST FROM information_schema.PROCESSLIST WHERE ID = CONNECTION_ID()"
        ).scalar
        #expect(host?.hasPrefix(way == .socket ? "localhost" : "127.0.0.1:") == true)
        #expect(try await connection.collect(sql: "SELECT @@character_set_client").scalar == "utf8mb4")
    }

    private static let columns = """
        i BIGINT, u BIGINT UNSIGNED, d DECIMAL(20,4), f DOUBLE, s VARCHAR(40), b VARBINARY(9), e ENUM('a', 'é'), \
        w DATETIME(6), t TIME(3), y YEAR, k BIT(10), j JSON
        """
    private static let values = """
        -9223372036854775808, 18446744073709551615, -1234567890123456.7890, 0.1, 'ü🐬\\'\\\\', x'00FF', 'é', \
        '2024-02-29 23:59:59.000001', '-838:59:59.0', 2155, b'1000000001', '{"a": [1, null]}'
        """

    private func types(_ connection: MySQLConnection) async throws {
        _ = try await connection.collect(sql: "CREATE TABLE types (\(Self.columns))")
        _ = try await connection.collect(sql: "INSERT INTO types VALUES (\(Self.values)), (\(Self.nulls))")
        let sql = "SELECT * FROM types ORDER BY i IS NULL"
        let text = try await connection.collect(sql: sql).rows
        let binary = try await connection.collect(connection.prepare(sql)).rows
        #expect(text.count == 2 && binary.count == 2)
        for (one, other) in zip(text, binary) {
            for column in 0..<12 { #expect(try one.value(at: column) == other.value(at: column), "column \(column)") }
        }
        let row = try #require(binary.first)
        let json = "{\"a\": [1, null]}"
        let expected: [MySQLValue] = [
            .integer(.min), .unsigned(.max), .decimal(try #require(MySQLDecimal("-1234567890123456.7890"))),
            .double(0.1), .text("ü🐬'\\"), .bytes([0, 0xFF]), .text("é"),
            .dateTime(
                MySQLDateTime(
                    date: MySQLDate(year: 2024, month: 2, day: 29),
                    hours: 23,
                    minutes: 59,
                    seconds: 59,
                    microseconds: 1,
                    digits: 6
                )
            ),
            .time(MySQLTime(isNegative: true, hours: 838, minutes: 59, seconds: 59, microseconds: 0, digits: 3)),
            // MariaDB's JSON is a LONGTEXT.
            .year(2155), .bit(0b10_0000_0001), isMariaDB ? .text(json) : .json(json),
        ]
        for (column, value) in expected.enumerated() { #expect(try row.value(at: column) == value) }
        #expect(binary.last?.strings == Array(repeating: nil, count: 12))
    }

    private static let nulls = Array(repeating: "NULL", count: 12).joined(separator: ", ")

    private func inserts(_ connection: MySQLConnection) async throws {
        _ = try await connection.collect(sql: "CREATE TABLE rows_ (n INT PRIMARY KEY AUTO_INCREMENT, v TINYINT)")
        let two = try await connection.collect(sql: "INSERT INTO rows_ (v) VALUES (1), (2)").completion
        #expect(two.affectedRows == 2 && two.lastInsertID == 1 && two.warnings == 0)
        #expect(two.info == "Records: 2  Duplicates: 0  Warnings: 0")
        let prepared = try await connection.collect("INSERT INTO rows_ (v) VALUES (\(3))").completion
        #expect(prepared.affectedRows == 1 && prepared.lastInsertID == 3)
        _ = try await connection.collect(sql: "SET SESSION sql_mode = ''")
        #expect(try await connection.collect(sql: "INSERT INTO rows_ (v) VALUES (999)").completion.warnings == 1)
        let warning = try await connection.collect(sql: "SHOW WARNINGS").firstRow
        #expect(warning?.string(at: 1) == "1264")
        #expect(try await connection.collect(sql: "SELECT v FROM rows_ WHERE n = 4").scalar == "127")
    }

    private struct Stop: Error {}

    private func transactions(_ connection: MySQLConnection) async throws {
        try await connection.withTransaction(isolation: .serializable) { connection in
            #expect(connection.status.contains(.inTransaction))
            _ = try await connection.collect(sql: "INSERT INTO rows_ (n) VALUES (10)")
        }
        await #expect(throws: Stop.self) {
            try await connection.withTransaction { connection in
                _ = try await connection.collect(sql: "DELETE FROM rows_")
                throw Stop()
            }
        }
        #expect(!connection.status.contains(.inTransaction))
        #expect(try await connection.collect(sql: "SELECT COUNT(*) FROM rows_").scalar == "5")
    }

    private func errors(_ connection: MySQLConnection) async throws {
        let cases: [(String, UInt16)] = [
            ("SELEC", 1064), ("SELECT * FROM no_such_table", 1146), ("INSERT INTO rows_ (n) VALUES (1)", 1062),
        ]
        for (sql, number) in cases {
            let error = await #expect(throws: MySQLError.self) { try await connection.collect(sql: sql) }
            #expect(error?.server?.number == number && error?.fate == .rejected)
        }
        let error = await #expect(throws: MySQLError.self) {
            try await connection.collect("INSERT INTO rows_ (n) VALUES (\(1))")
        }
        #expect(error?.server?.number == 1062)
        try await connection.ping()
        #expect(connection.closeReason == nil)
    }

    private func severalResults(_ connection: MySQLConnection) async throws {
        _ = try await connection.collect(
            sql: "CREATE PROCEDURE p(a INT) BEGIN SELECT a; SELECT a + 1, NULL; SELECT 3 FROM DUAL WHERE 1 = 0; END"
        )
        #expect(try await results(connection.query(sql: "CALL p(1)")) == [[["1"]], [["2", nil]], [], []])
        #expect(try await results(connection.query("CALL p(\(5))")) == [[["5"]], [["6", nil]], [], []])
        #expect(try await results(connection.query(sql: "SELECT 1; SET @a = 2; SELECT @a")) == [[["1"]], [], [["2"]]])
    }

    private func results(_ first: MySQLRows) async throws -> [[[String?]]] {
        var results: [[[String?]]] = []
        var next: MySQLRows? = first
        while let current = next {
            var rows: [[String?]] = []
            for try await batch in current { rows += batch.map(\.strings) }
            results.append(rows)
            next = try await current.nextResult()
        }
        return results
    }

    /// More than one packet, there and back, in both protocols.
    private func bigValue(_ connection: MySQLConnection) async throws {
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 24) + Array("end".utf8)
        let row = try #require(try await connection.collect("SELECT \(value), LENGTH(\(value)), 'behind'").firstRow)
        #expect(row.bytes(at: 0) == value)
        #expect(row.string(at: 1) == "\(value.count)" && row.string(at: 2) == "behind")
        let text = try await connection.collect(sql: "SELECT '\(String(decoding: value, as: UTF8.self))', 1").firstRow
        #expect(text?.bytes(at: 0) == value)
        #expect(text?.string(at: 1) == "1")
    }

    private func streaming(_ connection: MySQLConnection) async throws {
        let sql = """
            WITH RECURSIVE s (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < 199)
            SELECT a.i * 200 + b.i AS n, REPEAT('é', b.i) FROM s a, s b ORDER BY n
            """
        for isPrepared in [false, true] {
            var expected = 0
            let rows =
                isPrepared
                ? try await connection.query(connection.prepare(sql)) : try await connection.query(sql: sql)
            for try await batch in rows {
                for row in batch {
                    guard row.integer(at: 0) == expected, row.bytes(at: 1)?.count == expected % 200 * 2 else {
                        Issue.record("row \(expected) is \(row.strings)")
                        return
                    }
                    expected += 1
                }
            }
            #expect(expected == 40_000)
        }
    }

    private func nulls(_ connection: MySQLConnection) async throws {
        let statement = try await connection.prepare("SELECT ?, ?, ? IS NULL, ?")
        for values in [[nil, "", nil, "d"], ["a", nil, "c", nil]] as [[String?]] {
            let row = try await connection.collect(statement, values).firstRow
            #expect(row?.strings == [values[0], values[1], values[2] == nil ? "1" : "0", values[3]])
        }
    }

    private func session(_ connection: MySQLConnection, _ database: String) async throws {
        #expect(connection.sessionState.isTracked)
        #expect(connection.sessionState.schema == database)
        let use = try await connection.collect(sql: "USE information_schema").completion
        #expect(use.sessionChanges.contains(.schema("information_schema")))
        try await connection.selectDatabase(database)
        #expect(connection.sessionState.schema == database)
        _ = try await connection.collect(sql: "SET @mine = 1, NAMES latin1")
        try await connection.reset()
        let row = try await connection.collect(sql: "SELECT @mine, @@character_set_client, DATABASE()").firstRow
        #expect(row?.strings == [nil, "utf8mb4", database])
    }

    /// By KILL QUERY over a second connection, which takes the same way.
    private func cancellation(_ connection: MySQLConnection) async throws {
        let id = try await connection.collect(sql: "SELECT CONNECTION_ID()").scalar
        let observer = try await MySQLConnection.connect(to: configuration)
        let running = Task { try await connection.collect(sql: "SELECT SLEEP(60)") }
        let command = "SELECT INFO FROM information_schema.PROCESSLIST WHERE ID = \(connection.connectionID)"
        try await PoolRunner.expectEventually {
            try await observer.collect(sql: command).scalar == "SELECT SLEEP(60)"
        }
        running.cancel()
        let error = await #expect(throws: MySQLError.self) { try await running.value }
        #expect(error?.code == .cancelled)
        #expect(try await connection.collect(sql: "SELECT CONNECTION_ID()").scalar == id)
        await observer.close()
    }
}
