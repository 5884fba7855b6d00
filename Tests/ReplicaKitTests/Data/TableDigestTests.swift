import MySQLWire
import Testing

@testable import ReplicaKit

@Suite("The digest of a table")
struct TableDigestTests {
    /// A server that answers the hashes with these rows, and the count with this number.
    private struct Hashes: SQLSession {
        var rows: [[String?]]
        var count: String

        func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
            sql.hasPrefix("SELECT COUNT(*)")
                ? MySQLResult(columns: ["c"], rows: [[count]])
                : MySQLResult(columns: ["b", "c", "s"], rows: rows)
        }

        func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
            MySQLRows(try await collect(sql: sql, timeout: timeout))
        }

        func close() async {}
    }

    private static func table(_ engine: String = "InnoDB") -> TableInfo {
        TableInfo(database: "d", name: "t", engine: engine, columns: [], key: [], keyName: nil, uniqueKeyCount: 0)
    }

    private static func read(_ rows: [[String?]], count: String, engine: String = "InnoDB") async throws(DataError)
        -> TableDigest
    {
        let data = DataSession(name: "s", session: Hashes(rows: rows, count: count), timeout: .seconds(1))
        return try await TableDigest.read(table(engine), bucketing: KeyBuckets(column: "id", width: 10), from: data)
    }

    @Test("holds every part once, and every row")
    func whole() async throws {
        let digest = try await Self.read([["0", "2", "7"], ["5", "1", "9"]], count: "3")
        #expect(digest == TableDigest(buckets: [0: .init(count: 2, sum: "7"), 5: .init(count: 1, sum: "9")]))
        #expect(try await Self.read([], count: "0").rowCount == 0)
        // Such a table has no snapshot: a row may come between the two statements.
        #expect(try await Self.read([["0", "2", "7"]], count: "3", engine: "MyISAM").rowCount == 2)
    }

    @Test(
        "is none where a part comes twice, a row is missing, or something does not read",
        arguments: [
            ([["0", "2", "7"], ["0", "1", "9"]], "3"), ([["0", "2", "7"]], "3"), ([["0", "2", "7"]], "1"),
            ([[nil, "2", "7"]], "2"), ([["0", "2", nil]], "2"), ([["0", "2", "7"]], "many"),
        ] as [([[String?]], String)]
    )
    func broken(rows: [[String?]], count: String) async {
        let error = await #expect(throws: DataError.self) { try await Self.read(rows, count: count) }
        #expect(error?.code == .unexpectedAnswer)
    }
}
