import MySQLWire
import Testing

/// Sessions with prepared statements, to be recorded on each kind of server.
enum RecordedStatements {
    static func cursors(_ connection: MySQLConnection) async throws {
        let query: MySQLQuery = "SELECT 1 AS a, NULL, 'x' UNION ALL SELECT \(2), 2.5, '' UNION ALL SELECT 3, 3.5, 'z'"
        for rows in [2, 3] {
            var count = 0
            for try await batch in try await connection.query(query, cursor: .fetching(rows: rows)) {
                count += batch.count
            }
            #expect(count == 3)
        }
        for try await _ in try await connection.query(query, cursor: .fetching(rows: 1)) { break }
        for try await _ in try await connection.query("SELECT 1 FROM DUAL WHERE 1 = 0", cursor: .fetching(rows: 5)) {}
        _ = try await connection.query("SET @a = 1", cursor: .fetching(rows: 5))
        let statement = try await connection.prepare("SELECT ?")
        #expect(try await connection.collect(statement, ["still here"]).scalar == "still here")
    }

    static func longData(_ connection: MySQLConnection) async throws {
        let next = PieceCounter(count: 3)
        let bytes = MySQLLongData { next.take().map { [UInt8](repeating: UInt8($0), count: 20) } }
        let nothing = MySQLLongData(isText: true) { nil }
        let row = try await connection.collect(
            "SELECT HEX(\(longData: bytes)), \(5), CONCAT(\(longData: nothing), 'x')"
        ).firstRow
        #expect(row?.string(at: 0)?.utf8.count == 120)
        #expect(row?.string(at: 1) == "5" && row?.string(at: 2) == "x")
        let failing = MySQLLongData { throw CancellationError() }
        await #expect(throws: MySQLError.self) { try await connection.collect("SELECT \(longData: failing)") }
        try await connection.ping()
    }
}
