import MySQLWire
import ReplicaKit
import Testing

extension DataSuites {
    @Suite("Values of every type")
    struct ValueTests {
        /// All types; the values of each column in turn: a common one, the edges, NULL.
        static let columns: [(definition: String, values: [String])] = [
            ("TINYINT", ["-128", "127", "NULL"]),
            ("TINYINT UNSIGNED ZEROFILL", ["0", "255"]),
            ("MEDIUMINT", ["-8388608", "8388607"]),
            ("BIGINT", ["-9223372036854775808", "9223372036854775807", "NULL"]),
            ("BIGINT UNSIGNED", ["18446744073709551615", "0"]),
            ("DECIMAL(65,30)", ["-0.000000000000000000000000000001", "99999999999999999999999999999999999.1", "NULL"]),
            ("FLOAT", ["0.1", "3.4028234e38", "1.17549435e-38", "-0e0", "1.4e-45", "16777217", "NULL"]),
            ("FLOAT(10,3)", ["1234567.891", "0.001"]),
            ("DOUBLE", ["0.1", "1.7976931348623157e308", "5e-324", "-0e0", "0.30000000000000004", "NULL"]),
            ("DOUBLE(10,2)", ["1.005", "12345678.91"]),
            ("BIT(13)", ["b'1010101010101'", "0", "NULL"]),
            ("BIT(64)", ["18446744073709551615", "1"]),
            ("ENUM('','a','b''c','é')", ["0", "1", "2", "3", "4", "NULL"]),
            ("SET('x','y','z')", ["0", "5", "7", "NULL"]),
            ("DATE", ["'0000-00-00'", "'2020-02-31'", "'9999-12-31'", "'2024-00-00'", "NULL"]),
            ("DATETIME(6)", ["'0000-00-00'", "'9999-12-31 23:59:59.999999'", "'1000-01-01 00:00:00.000001'"]),
            (
                "TIMESTAMP(3) NULL",
                ["'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.499'", "NULL"]
            ),
            ("TIME(6)", ["'-838:59:59'", "'838:59:58.999999'", "'00:00:00.000001'", "'-00:00:00.5'", "NULL"]),
            ("YEAR", ["0", "1901", "2155", "NULL"]),
            ("CHAR(5)", ["'ab   '", "''", "'  x'", "NULL"]),
            ("VARCHAR(40)", ["'it''s \\\\ a \"test\"'", "'tab\\t\\n\\0nul'", "'😀é漢'", "''", "'NULL'", "NULL"]),
            ("VARCHAR(20) CHARACTER SET latin1", ["_latin1 x'E927805C'", "_latin1 x'81'", "'plain'"]),
            ("VARCHAR(20) CHARACTER SET utf16", ["'aé😀'", "''"]),
            ("VARCHAR(20) CHARACTER SET sjis", ["_sjis x'835C'", "'abc'"]),
            ("VARCHAR(20) CHARACTER SET gbk", ["_gbk x'BF5C27'", "'x'"]),
            ("TEXT", ["REPEAT('long ', 2000)", "''", "NULL"]),
            ("BINARY(5)", ["x'0001'", "x'FFFFFFFFFF'", "NULL"]),
            ("VARBINARY(20)", ["x'00FF275C'", "x''", "NULL"]),
            ("LONGBLOB", ["REPEAT(x'00FF', 200000)", "x''", "NULL"]),
            ("JSON", ["'{\"b\": [1, 1.0, \"é😀\\\\n\", null], \"a\": {}}'", "'null'", "'\"x\"'", "NULL"]),
            ("GEOMETRY", ["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')", "NULL"]),
            ("POINT SRID 4326", ["ST_GeomFromText('POINT(1 2)', 4326)", "NULL"]),
            ("VECTOR(3)", ["TO_VECTOR('[1,2,3.5]')", "NULL"]),
            ("INT INVISIBLE", ["7", "NULL"]),
            ("DATETIME(6) ON UPDATE CURRENT_TIMESTAMP(6)", ["'2001-01-01'", "NULL"]),
        ]

        static func statements(key: Bool) -> [String] {
            let definitions = columns.enumerated().map { "c\($0.offset) \($0.element.definition)" }
            let generated = "g1 INT AS (c3 % 7) VIRTUAL, g2 VARCHAR(50) AS (CONCAT(c20, '!')) STORED"
            let names = (0..<columns.count).map { "c\($0)" }.joined(separator: ", ")
            var result = [
                "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+02:00'",
                "CREATE TABLE types.t (\(key ? "id INT PRIMARY KEY, " : "")\(definitions.joined(separator: ", ")), \(generated))",
            ]
            for row in 0..<7 {
                let values = columns.map { $0.values[row % $0.values.count] }.joined(separator: ", ")
                result.append(
                    "INSERT INTO types.t (\(key ? "id, " : "")\(names)) VALUES (\(key ? "\(row), " : "")\(values))"
                )
            }
            return result
        }

        @Test("are told apart from their neighbours, and copied exactly", arguments: [true, false])
        func everyType(hasKey: Bool) async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth(["CREATE DATABASE types"])
            try await DataPair.run(on: pair.left, Self.statements(key: hasKey))
            let (_, repair, after) = try await pair.repair()
            #expect(repair.tables.map(\.isRecreated) == [true] && repair.rowsInserted == 7)
            #expect(
                after.isIdentical && after.rowsCompared == 7,
                "\(after.tables.first?.rows.first?.changedColumns ?? [])"
            )

            // Each column by itself: any other value of it is a difference, and repaired.
            try await DataPair.run(
                on: pair.right,
                ["SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+02:00'"]
                    + Self.columns.enumerated().map { index, column in
                        "UPDATE types.t SET c\(index) = \(column.values[1]) WHERE c\(index) <=> \(column.values[0]) LIMIT 1"
                    }
            )
            let (before, second, final) = try await pair.repair()
            #expect(before.tables.first?.hasRowDifferences == true)
            #expect(second.rowsInserted + second.rowsUpdated > 0)
            #expect(final.isIdentical, "\(final.tables.first?.rows.first?.changedColumns ?? [])")
        }

        @Test(
            "that compare as equal, and are not, are found",
            arguments: [
                ("DOUBLE", "0e0", "-0e0"), ("FLOAT", "0.1", "0.10000001"), ("DOUBLE", "0.1", "0.10000000000000002"),
                ("VARCHAR(9)", "'a'", "'A'"), ("VARCHAR(9) COLLATE utf8mb4_general_ci", "'a'", "'a '"),
                ("VARCHAR(9)", "'é'", "'e'"), ("JSON", "'1'", "'1.0'"), ("DECIMAL(10,2)", "0", "0.01"),
                ("ENUM('','a')", "0", "1"), ("DATETIME(6)", "'2020-01-01'", "'2020-01-01 00:00:00.000001'"),
                ("VARCHAR(9)", "NULL", "'N'"), ("VARBINARY(9)", "x'00'", "x'0000'"), ("VARCHAR(9)", "NULL", "''"),
            ]
        )
        func lookAlikes(type: String, one: String, other: String) async throws {
            let pair = try await DataPair.empty()
            for (server, value) in [(pair.left, one), (pair.right, other)] {
                try await DataPair.run(
                    on: server,
                    [
                        "SET SESSION sql_mode = ''", "CREATE DATABASE alike",
                        "CREATE TABLE alike.k (id INT PRIMARY KEY, v \(type))",
                        "INSERT INTO alike.k VALUES (1, \(value))",
                        "CREATE TABLE alike.n (v \(type))", "INSERT INTO alike.n VALUES (\(value)), (\(other))",
                    ]
                )
            }
            let (before, _, after) = try await pair.repair()
            #expect(before.tables.map { [$0.onlyOnSource, $0.onlyOnReplica, $0.changed] } == [[0, 0, 1], [1, 1, 0]])
            #expect(after.isIdentical)
        }
    }
}
