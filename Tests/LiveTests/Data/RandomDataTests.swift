import MySQLWire
import ReplicaKit
import ReplicaLab
import TestSupport
import Testing

extension DataSuites {
    @Suite("Random databases")
    struct RandomDataTests {
        /// Key definitions to choose from; with the maker of one value.
        private static let keys: [(String, @Sendable (Int) -> String)] = [
            ("INT", { "\($0 - 50)" }),
            ("BIGINT UNSIGNED", { $0 % 9 == 0 ? "\(UInt64.max - UInt64($0))" : "\($0)" }),
            ("VARCHAR(30)", { "'\(["a", "B", "é", "z", "ß", "A b", "😀", ""][$0 % 8])\($0 / 8)'" }),
            (
                "VARCHAR(30) COLLATE utf8mb4_general_ci",
                { "CONCAT('k', CHAR(\(9 + $0 % 90) USING utf8mb4), '\($0 / 90)')" }
            ),
            ("VARCHAR(20) COLLATE utf8mb4_bin", { "'\(["x", "X", "y\\t", "y "][$0 % 4])\($0 / 4)'" }),
            ("VARCHAR(20) CHARACTER SET latin1", { "'\(["ä", "a", "Z"][$0 % 3])\($0 / 3)'" }),
            (
                "VARBINARY(9)",
                { "UNHEX('\(String($0 + 256, radix: 16).count % 2 == 0 ? "" : "0")\(String($0 + 256, radix: 16))')" }
            ),
            ("DECIMAL(9,3)", { "\(Double($0 - 60) / 8)" }),
            ("DATETIME(3)", { "'2020-01-01' + INTERVAL \($0 * 777) SECOND" }),
            ("TIME", { "SEC_TO_TIME(\(($0 - 60) * 7919))" }),
            ("ENUM('x','b','a','','é','f') CHARACTER SET latin1", { "\($0 % 6 + 1)" }),
            ("SET('a','b','c','d','e','f','g')", { "\($0)" }), ("BIT(40)", { "\($0 * 0x1234_5678)" }),
            ("DATE", { "'1999-12-31' + INTERVAL \($0) DAY" }),
            ("BINARY(4)", { "UNHEX('\($0 % 10)\($0 / 10 % 10)00')" }),
            ("TIMESTAMP", { "'2020-10-25 00:30:00' + INTERVAL \($0 * 900) SECOND" }),
            ("CHAR(12) COLLATE utf8mb4_sv_0900_ai_ci", { "'\(["å", "z", "ö", "o", "ij"][$0 % 5]) \($0 / 5)'" }),
            ("YEAR", { "\($0 == 0 ? 0 : 1900 + $0)" }),
        ]
        private static let values: [(String, @Sendable (Int) -> String)] = [
            ("INT", { "\($0)" }), ("VARCHAR(50)", { "'v\($0)'" }), ("DOUBLE", { "\(Double($0) / 3)" }),
            ("BLOB", { "REPEAT(UNHEX('0\($0 % 10)FF'), \($0 % 40))" }), ("JSON", { "'{\"n\": \($0)}'" }),
            ("DATE", { "'2000-01-01' + INTERVAL \($0) DAY" }), ("FLOAT", { "\(Double($0) / 7)" }),
        ]

        @Test("are equal after a repair, and only then", arguments: 0..<12)
        func repair(seed: Int) async throws {
            var random = SeededGenerator(seed: UInt64(seed))
            let pair = try await DataPair.empty()
            var statements: (left: [String], right: [String]) = ([], [])
            for database in 0..<Int.random(in: 1...2, using: &random) {
                let isOnLeft = Int.random(in: 0..<10, using: &random) > 0
                let isOnRight = Int.random(in: 0..<10, using: &random) > 0
                if isOnLeft { statements.left.append("CREATE DATABASE d\(database)") }
                if isOnRight { statements.right.append("CREATE DATABASE d\(database)") }
                guard isOnLeft else { continue }
                for table in 0..<Int.random(in: 1...4, using: &random) {
                    try Self.addTable("d\(database).t\(table)", isOnRight, &statements, &random)
                }
            }
            try await DataPair.run(on: pair.left, statements.left)
            try await DataPair.run(on: pair.right, statements.right)
            let exhaustive = try await pair.compare(ComparisonOptions(rowsKept: 1_000_000, isExhaustive: true))
            let hashed = try await pair.compare(ComparisonOptions(rowsKept: 1_000_000))
            #expect(hashed.tables == exhaustive.tables)
            let options = RepairOptions(
                batchBytes: 400,
                batchRows: 7,
                keylessDeletes: Int.random(in: 0...60, using: &random)
            )
            let (before, repair, after) = try await pair.repair(options)
            #expect(after.isIdentical, "\(after.objects) \(after.tables)")
            #expect(before.isIdentical == (repair.tables.isEmpty && repair.statements.isEmpty))
        }

        private static func addTable(
            _ name: String,
            _ databaseIsOnRight: Bool,
            _ statements: inout (left: [String], right: [String]),
            _ random: inout SeededGenerator
        ) throws {
            let keyParts = Int.random(in: 0...2, using: &random)
            let chosenKeys = (0..<keyParts).map { _ in keys.randomElement(using: &random) ?? keys[0] }
            let chosenValues = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                values.randomElement(using: &random) ?? values[0]
            }
            var columns = chosenKeys.enumerated().map { "k\($0.offset) \($0.element.0) NOT NULL" }
            columns += chosenValues.enumerated().map { "v\($0.offset) \($0.element.0)" }
            if keyParts > 0 {
                let list = (0..<keyParts).map { "k\($0)" }.joined(separator: ", ")
                columns.append("\(Bool.random(using: &random) ? "PRIMARY KEY" : "UNIQUE KEY") (\(list))")
            }
            let create = "CREATE TABLE \(name) (\(columns.joined(separator: ", ")))"
            func row(_ number: Int, value: Int) -> String {
                let parts = chosenKeys.enumerated().map { index, key in key.1(index == 0 ? number : number % 5) }
                return
                    "(\((parts + chosenValues.map { value % 11 == 0 ? "NULL" : $0.1(value) }).joined(separator: ", ")))"
            }
            let isOnRight = databaseIsOnRight && Int.random(in: 0..<8, using: &random) > 0
            statements.left.append(create)
            if isOnRight { statements.right.append(create) }
            for number in 0..<Int.random(in: 0...120, using: &random) {
                let insert = keyParts == 0 ? "INSERT INTO" : "INSERT IGNORE INTO"
                let kind = Int.random(in: 0..<12, using: &random)
                // Without a key: few different rows, many copies.
                let (id, value) = keyParts == 0 ? (number % 9, number % 9) : (number, number)
                if kind != 0 { statements.left.append("\(insert) \(name) VALUES \(row(id, value: value))") }
                guard isOnRight, kind != 1 else { continue }
                statements.right.append("\(insert) \(name) VALUES \(row(id, value: kind == 2 ? value + 1 : value))")
            }
        }
    }
}
