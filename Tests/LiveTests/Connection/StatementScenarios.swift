import Foundation
import MySQLWire
import Testing

/// What prepared statements do on any server: cursors and long data. In a database of the connection's own.
enum StatementScenarios {
    private static func counter(_ name: String, _ connection: MySQLConnection) async throws -> Int {
        try await connection.collect(sql: "SHOW SESSION STATUS LIKE '\(name)'").firstRow?.integer(at: 1) ?? -1
    }

    private static func error(_ body: () async throws -> Void) async -> MySQLError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? MySQLError
        }
    }

    /// 2,500 rows: 1 to 2,500.
    static func fill(_ connection: MySQLConnection) async throws {
        _ = try await connection.collect(sql: "CREATE TABLE numbers (n INT PRIMARY KEY)")
        let values = (1...2_500).map { "(\($0))" }.joined(separator: ",")
        _ = try await connection.collect(sql: "INSERT INTO numbers VALUES \(values)")
    }

    static func cursors(_ connection: MySQLConnection) async throws {
        try await fill(connection)
        let fetches = try await counter("Com_stmt_fetch", connection)
        var numbers: [Int] = []
        let rows = try await connection.query("SELECT n FROM numbers ORDER BY n", cursor: .fetching(rows: 1_000))
        for try await batch in rows {
            for row in batch { numbers.append(try row.decode(Int.self, at: 0)) }
            // Behind the last of them nothing more is to come.
            guard numbers.count <= 2_000 else { continue }
            #expect(await error { try await connection.ping() }?.code == .busy)
        }
        #expect(numbers == Array(1...2_500))
        #expect(rows.completion?.status.contains(.lastRowSent) == true)
        #expect(try await counter("Com_stmt_fetch", connection) == fetches + 3)
        // As many as one fetch brings: the server says with another that there are no more.
        for (last, more) in [(2_500, 0), (999, 1), (1_000, 2), (0, 1)] {
            let before = try await counter("Com_stmt_fetch", connection)
            var count = 0
            let query: MySQLQuery = "SELECT n FROM numbers WHERE n <= \(last) LIMIT \(1_000)"
            for try await batch in try await connection.query(query, cursor: .fetching(rows: 1_000)) {
                count += batch.count
            }
            #expect(count == min(last, 1_000))
            let fetched = try await counter("Com_stmt_fetch", connection) - before
            // A server that knows of the LIMIT may say at once that there are no more.
            #expect(fetched >= 1 && fetched <= max(more, 2))
        }
    }

    static func cursorsThatEndEarly(_ connection: MySQLConnection) async throws {
        try await fill(connection)
        let resets = try await counter("Com_stmt_reset", connection)
        let fetches = try await counter("Com_stmt_fetch", connection)
        for _ in 0..<2 {
            let rows = try await connection.query("SELECT n FROM numbers", cursor: .fetching(rows: 10))
            for try await batch in rows {
                #expect(batch.count == 10)
                break
            }
        }
        #expect(try await counter("Com_stmt_fetch", connection) == fetches + 2)
        #expect(try await counter("Com_stmt_reset", connection) == resets + 2)
        let task = Task {
            for try await _ in try await connection.query("SELECT n FROM numbers", cursor: .fetching(rows: 1)) {
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        #expect(await error { try await task.value }?.code == .cancelled)
        try await connection.ping()
        let statement = try await connection.prepare("SELECT n FROM numbers WHERE n > ? ORDER BY n")
        var rows: MySQLRows? = try await connection.query(statement, [2_490], cursor: .fetching(rows: 3))
        var first: Int?
        for try await batch in try #require(rows) {
            first = try batch.first?.decode(Int.self, at: 0)
            break
        }
        #expect(first == 2_491)
        rows = nil
        // MySQL 9.7.4 would send no rows.
        #expect(await error { _ = try await connection.collect(statement, [2_499]) }?.code == .invalidArgument)
        for _ in 0..<2 {
            let query: MySQLQuery = "SELECT n FROM numbers WHERE n > \(2_498)"
            var count = 0
            for try await batch in try await connection.query(query, cursor: .fetching(rows: 1)) {
                count += batch.count
            }
            #expect(count == 2)
            #expect(try await connection.collect(query).rowCount == 2)
        }
    }

    /// Statements for which servers open no cursor, each twice: MySQL 9.7.4 does not survive a second EXPLAIN with one.
    static func noCursors(_ connection: MySQLConnection) async throws {
        try await fill(connection)
        _ = try await connection.collect(sql: "CREATE PROCEDURE two() BEGIN SELECT 1; SELECT 2; END")
        let statements = [
            "INSERT INTO numbers SELECT MAX(n) + 1 FROM numbers", "CALL two()", "SHOW TABLES",
            "EXPLAIN SELECT n FROM numbers",
            "SET @a = 1", "ANALYZE TABLE numbers", "DO 1", "SELECT n FROM numbers WHERE n < 0",
            "DELETE FROM numbers WHERE n > 2500",
        ]
        for text in statements {
            for _ in 0..<2 {
                var rows: MySQLRows? = try await connection.query(MySQLQuery(sql: text), cursor: .fetching(rows: 100))
                var count = 0
                while let result = rows {
                    for try await batch in result { count += batch.count }
                    rows = try await result.nextResult()
                }
                let isWithRows = ["CALL", "SHOW", "EXPL", "ANAL"].contains(String(text.prefix(4)))
                #expect((count > 0) == isWithRows, "\(text): \(count) rows")
            }
        }
        #expect(try await connection.collect(sql: "SELECT COUNT(*) FROM numbers").scalar == "2500")
    }

    /// 20 MiB in pieces of which only one is in memory; the session's max_allowed_packet has to be above.
    static func longData(_ connection: MySQLConnection) async throws {
        _ = try await connection.collect(sql: "CREATE TABLE files (id INT, b LONGBLOB, t LONGTEXT, j JSON)")
        let (size, count) = (1 << 20, 20)
        @Sendable func piece(_ index: Int) -> [UInt8] { [UInt8](repeating: UInt8(200 + index), count: size) }
        let next = PieceCounter(count: count)
        let source = MySQLLongData { next.take().map(piece) }
        let json = AsyncStream { continuation in
            for text in ["[1, \"", "na", "\u{ef}ve", "\", null]"] { continuation.yield(Array(text.utf8)) }
            continuation.finish()
        }
        let nothing = MySQLLongData(isText: true) { nil }
        let document = MySQLLongData(json, isText: true)
        let result = try await connection.collect(
            "INSERT INTO files VALUES (\(1), \(longData: source), \(longData: nothing), \(longData: document))"
        )
        #expect(result.completion.affectedRows == 1)
        let row = try #require(
            try await connection.collect("SELECT LENGTH(b), t, j, b FROM files WHERE id = \(1)").firstRow
        )
        #expect(row.integer(at: 0) == size * count)
        #expect(row.string(at: 1) == "")
        #expect(row.string(at: 2)?.contains("na\u{ef}ve") == true)
        var whole: [UInt8] = []
        for index in 0..<count { whole += piece(index) }
        #expect(row.bytes(at: 3) == whole)
        // The statement is kept, and takes its values with it again.
        let plain = try await connection.collect("INSERT INTO files VALUES (\(2), \([UInt8]([7])), \("x"), \("{}"))")
        #expect(plain.completion.affectedRows == 1)
        let second = try await connection.collect("SELECT HEX(b), t FROM files WHERE id = \(2)").firstRow
        #expect(second?.strings == ["07", "x"])
    }

    /// On a session whose max_allowed_packet is 1 MiB.
    static func limits(_ connection: MySQLConnection) async throws {
        let limit = 1 << 20
        #expect(try await connection.collect(sql: "SELECT @@max_allowed_packet").scalar == "\(limit)")
        _ = try await connection.collect(sql: "CREATE TABLE large (a LONGBLOB, b LONGTEXT)")
        // The longest that the server takes, and one more.
        let text = "DO 1" + String(repeating: " ", count: limit - 6)
        _ = try await connection.collect(sql: text)
        let tooLong = await error { _ = try await connection.collect(sql: text + " ") }
        #expect(tooLong?.code == .packetTooLarge && tooLong?.fate == .notSent)
        // Together too much for one packet, and each the most that a value may have.
        let (bytes, letters) = ([UInt8](repeating: 200, count: limit), String(repeating: "e", count: limit))
        let insert = try await connection.collect("INSERT INTO large VALUES (\(bytes), \(letters))")
        #expect(insert.completion.affectedRows == 1)
        let lengths = try await connection.collect(sql: "SELECT LENGTH(a), LENGTH(b) FROM large").firstRow
        #expect(lengths?.strings == ["\(limit)", "\(limit)"])
        let refused = await error { _ = try await connection.collect("INSERT INTO large (a) VALUES (\(bytes + [1]))") }
        #expect(refused?.code == .packetTooLarge && refused?.fate == .notSent)
        let next = PieceCounter(count: 3)
        let source = MySQLLongData { next.take().map { _ in [UInt8](repeating: 1, count: 400_000) } }
        let streamed = await error {
            _ = try await connection.collect("INSERT INTO large (a) VALUES (\(longData: source))")
        }
        #expect(streamed?.code == .packetTooLarge && streamed?.fate == .notSent)
        let failing = MySQLLongData { throw CancellationError() }
        let failed = await error {
            _ = try await connection.collect("INSERT INTO large (a) VALUES (\(longData: failing))")
        }
        #expect(failed?.code == .longDataFailed && failed?.fate == .notSent)
        #expect(try await connection.collect(sql: "SELECT COUNT(*) FROM large").scalar == "1")
    }
}
