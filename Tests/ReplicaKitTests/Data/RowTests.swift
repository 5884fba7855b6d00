import MySQLWire
import Testing

@testable import ReplicaKit

@Suite("Rows and their keys")
struct RowTests {
    private static func column(_ dataType: String, _ set: String? = nil) -> ColumnInfo {
        ColumnInfo(
            name: "c`1",
            dataType: dataType,
            columnType: dataType,
            characterSet: set,
            collation: nil,
            isNullable: true,
            generation: .none
        )
    }

    @Test(
        "become literals that mean exactly the same",
        arguments: [
            ("int", nil, "-5", "-5"), ("double", nil, "0.1", "0.1e0"), ("double", nil, "-0", "-0e0"),
            ("float", nil, "1e-45", "1e-45"), ("decimal", nil, "-1.50", "-1.50"), ("enum", "utf8mb4", "2", "2"),
            ("datetime", nil, "0000-00-00 00:00:00", "'0000-00-00 00:00:00'"),
            ("time", nil, "-838:59:59", "'-838:59:59'"),
            ("varchar", "utf8mb4", "plain", "'plain'"), ("varchar", "utf8mb4", "it's", "_utf8mb4 x'69742773'"),
            ("varchar", "utf8mb4", "a\\b", "_utf8mb4 x'615C62'"), ("varchar", "latin1", "é", "_latin1 x'C3A9'"),
            ("varchar", "utf16", "a", "_utf16 x'61'"), ("text", "utf8mb4", "", "''"), ("blob", nil, "a", "x'61'"),
            ("json", nil, "1", "_utf8mb4 x'31'"), ("geometry", nil, "a", "x'61'"),
        ] as [(String, String?, String, String)]
    )
    func literals(type: String, set: String?, value: String, expected: String) throws {
        #expect(try ColumnLiteral.text(Array(value.utf8), Self.column(type, set)) == expected)
        #expect(try ColumnLiteral.text(nil, Self.column(type, set)) == "NULL")
    }

    @Test(
        "that the server cannot have sent are no literals",
        arguments: [("int", "1; DROP"), ("int", ""), ("datetime", "2020'"), ("double", "nan"), ("time", "")]
    )
    func refusedLiterals(type: String, value: String) {
        #expect(throws: DataError.self) { try ColumnLiteral.text(Array(value.utf8), Self.column(type)) }
        #expect(throws: DataError.self) { try ColumnLiteral.condition(Array(value.utf8), Self.column(type)) }
        #expect(throws: DataError.self) { try ColumnLiteral.text([0x61], Self.column("varchar", "utf8' OR 1")) }
    }

    @Test("are found by conditions that only the same bytes meet")
    func conditions() throws {
        #expect(try ColumnLiteral.condition(nil, Self.column("int")) == "`c``1` IS NULL")
        #expect(
            try ColumnLiteral.condition(Array("a".utf8), Self.column("varchar", "utf8mb4"))
                == "CAST(`c``1` AS BINARY) = x'61'"
        )
        #expect(
            try ColumnLiteral.condition(Array("-0".utf8), Self.column("double"))
                == "CONCAT(CAST(`c``1` AS DOUBLE)) = '-0'"
        )
    }

    @Test("are ordered by their keys as the server orders them")
    func order() {
        func ordered(_ type: String, _ values: [String]) -> Bool {
            let rows = MySQLResult(columns: ["k"], rows: values.map { [$0] }).rows
            let order = KeyOrder(cell: 0, rule: .init(Self.column(type)))
            return zip(rows, rows.dropFirst()).allSatisfy { order.compare($0, $1) < 0 && order.compare($1, $0) > 0 }
                && rows.allSatisfy { order.compare($0, $0) == 0 }
        }
        #expect(ordered("bigint", ["-9223372036854775808", "-10", "-9", "0", "9", "10", "18446744073709551615"]))
        #expect(ordered("int", ["00007", "00010", "00110"]))
        #expect(ordered("decimal", ["-10.50", "-9.50", "-0.10", "0.00", "0.10", "9.50", "10.50"]))
        #expect(
            ordered(
                "time",
                ["-838:59:59", "-100:00:00", "-99:00:00", "-00:00:01", "00:00:00", "99:59:59", "100:00:00"]
            )
        )
        #expect(ordered("datetime", ["0000-00-00 00:00:00", "1999-12-31 23:59:59", "2000-01-01 00:00:00"]))
        #expect(ordered("varbinary", ["", "A", "AB", "B", "a"]))
        #expect(!ordered("int", ["2", "1"]))
    }

    @Test("are read again only in the parts of a table that differ")
    func buckets() {
        let buckets = KeyBuckets(column: "id", width: 1000)
        #expect(buckets.ranges(of: []) == [])
        #expect(buckets.ranges(of: [0]) == [KeyRange(lower: -999, upper: 999)])
        #expect(buckets.ranges(of: [5, 3, 4]) == [KeyRange(lower: 3000, upper: 5999)])
        #expect(
            buckets.ranges(of: [-2, 0, 7]) == [
                KeyRange(lower: -2999, upper: -2000), KeyRange(lower: -999, upper: 999),
                KeyRange(lower: 7000, upper: 7999),
            ]
        )
        // Every value is in the range of its own bucket, at the ends of 64 bits too.
        for width in [Int64(1024), 9_223_372_036_854_775, .max] {
            for value in [Int64.min, .min + 1, -1025, -1, 0, 1, 1023, 1024, .max - 1, .max] {
                let range = KeyBuckets(column: "id", width: width).ranges(of: [value / width])[0]
                #expect(range.lower <= value && value <= range.upper)
            }
        }
    }

    @Test("give digests that differ where a count or a sum does")
    func digests() {
        let one = TableDigest(buckets: [0: .init(count: 2, sum: "10"), 1: .init(count: 1, sum: "5")])
        let other = TableDigest(buckets: [0: .init(count: 2, sum: "11"), 2: .init(count: 1, sum: "5")])
        #expect(one.differences(from: other) == [0, 1, 2] && one.differences(from: one) == [])
        #expect(one.isUsable && one.rowCount == 3)
        #expect(!TableDigest(buckets: [0: .init(count: 1, sum: "1" + String(repeating: "0", count: 40))]).isUsable)
    }
}
