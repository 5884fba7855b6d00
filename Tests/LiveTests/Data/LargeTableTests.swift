import Foundation
import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

extension DataSuites {
    @Suite("Large tables")
    struct LargeTableTests {
        /// Resident bytes of this process.
        private static func resident() throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            return (Int(line.filter(\.isNumber)) ?? 0) << 10
        }

        @Test(
            "of many rows are compared and repaired in bounded memory",
            arguments: [("id INT PRIMARY KEY,", 200_000), ("", 60_000)]
        )
        func boundedMemory(key: String, count: UInt64) async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE large", "CREATE TABLE large.t (\(key) name VARCHAR(60), body VARCHAR(400))",
            ])
            let columns = key.isEmpty ? "name, body" : "id, name, body"
            let id = key.isEmpty ? "" : "i, "
            let fill = """
                INSERT INTO large.t (\(columns)) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < \(count)) \
                SELECT \(id)CONCAT('name ', i % 30000), REPEAT('x', i % 30000 % 300) FROM n
                """
            try await DataPair.run(on: pair.left, ["SET SESSION cte_max_recursion_depth = 1000000", fill])
            let before = try Self.resident()
            // Everything is missing on the other side.
            let (first, repair, after) = try await pair.repair(isExhaustive: false)
            #expect(first.tables.first?.onlyOnSource == count && first.tables.first?.rows.count == 100)
            #expect(repair.rowsInserted == count)
            #expect(after.isIdentical && after.rowsCompared == count)
            let grown = try Self.resident() - before
            #expect(grown < 64 << 20, "\(grown >> 20) MiB")

            // A handful of rows differs: most of a table with a key is not read again.
            let condition = key.isEmpty ? "name = 'name 777'" : "id BETWEEN 777 AND 780"
            try await DataPair.run(on: pair.right, ["UPDATE large.t SET body = 'y' WHERE \(condition)"])
            let comparison = try await pair.compare()
            #expect(comparison.tables.first.map { $0.changed + $0.onlyOnSource } == (key.isEmpty ? 2 : 4))
        }
    }
}
