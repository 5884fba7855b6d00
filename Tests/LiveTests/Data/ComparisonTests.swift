import MySQLWire
import ReplicaKit
import Testing

extension DataSuites {
    @Suite("Comparing two servers")
    struct ComparisonTests {
        @Test("finds what only one side has, what changed, and nothing in what is equal")
        func keyedRows() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE shop",
                "CREATE TABLE shop.items (id INT PRIMARY KEY, name VARCHAR(40), price DECIMAL(10,2))",
                "INSERT INTO shop.items VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3), (-5, NULL, NULL)",
                "CREATE TABLE shop.empty (id INT PRIMARY KEY)",
            ])
            let equal = try await pair.compare()
            #expect(equal.isIdentical)
            #expect((equal.databasesCompared, equal.tablesCompared, equal.rowsCompared) == (1, 2, 4))

            try await DataPair.run(on: pair.left, ["INSERT INTO shop.items VALUES (10, 'lost', 7)"])
            try await DataPair.run(
                on: pair.right,
                [
                    "INSERT INTO shop.items VALUES (-90000, 'errant', 8)",
                    "UPDATE shop.items SET name = 'Two' WHERE id = 2",
                    "UPDATE shop.items SET price = 0 WHERE id = -5",
                ]
            )
            let report = try await pair.compare()
            #expect(!report.isIdentical)
            let table = try #require(report.tables.first)
            #expect(report.tables.count == 1 && report.objects.isEmpty)
            #expect((table.onlyOnSource, table.onlyOnReplica, table.changed) == (1, 1, 2))
            #expect((table.rowCountOnSource, table.rowCountOnReplica) == (5, 5))
            #expect(table.rows.map(\.kind) == [.onlyOnReplica, .changed, .changed, .onlyOnSource])
            #expect(table.rows[1].changedColumns == ["price"] && table.rows[2].changedColumns == ["name"])
            #expect(table.rows[2].key?.description == "id=2")
            #expect(table.rows[3].onSource?.description == "id=10, name=lost, price=7.00")
            let exhaustive = try await pair.compare(ComparisonOptions(isExhaustive: true))
            #expect(exhaustive.tables == report.tables)
        }

        @Test("takes no border between columns for content")
        func delimiters() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE d",
                "CREATE TABLE d.t (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), c VARBINARY(20), n INT)",
            ])
            let rows = [
                ("'a', 'bc', NULL, NULL", "'ab', 'c', NULL, NULL"), ("'', 'N', NULL, NULL", "'N', '', NULL, NULL"),
                ("'a,1:b', '', NULL, NULL", "'a', 'b,0:', NULL, NULL"), ("NULL, '', x'', 1", "'', NULL, x'', 1"),
                ("NULL, NULL, '1', NULL", "NULL, NULL, NULL, 1"), ("'x', 'y', x'2C', NULL", "'x,', 'y', x'', NULL"),
                ("'a,b', 'c', NULL, NULL", "'a', 'b,c', NULL, NULL"), ("'N', '', NULL, NULL", "NULL, '', NULL, NULL"),
            ]
            // Far from each other, so that each is in a part of the table of its own, which only its own hash has read.
            for (index, row) in zip(stride(from: 0, to: 1_000_000, by: 10_000), rows) {
                try await DataPair.run(on: pair.left, ["INSERT INTO d.t VALUES (\(index), \(row.0))"])
                try await DataPair.run(on: pair.right, ["INSERT INTO d.t VALUES (\(index), \(row.1))"])
            }
            #expect(try await pair.compare().tables.first?.changed == UInt64(rows.count))
            // The sum is over all rows: the same values in other rows are another table.
            try await pair.onBoth(["CREATE TABLE d.s (id INT PRIMARY KEY, v INT)"])
            try await DataPair.run(on: pair.left, ["INSERT INTO d.s VALUES (1, 10), (2, 20)"])
            try await DataPair.run(on: pair.right, ["INSERT INTO d.s VALUES (1, 20), (2, 10)"])
            #expect(try await pair.compare().tables.first { $0.table == "s" }?.changed == 2)
        }

        @Test("counts copies in a table without a key")
        func keylessRows() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE testdb",
                "CREATE TABLE testdb.products (text VARCHAR(40))",
                "INSERT INTO testdb.products VALUES ('a'), ('a'), ('a'), ('b'), (NULL), ('')",
            ])
            #expect(try await pair.compare().isIdentical)
            // Equal under the collation, equal in number: told apart all the same.
            try await DataPair.run(
                on: pair.left,
                [
                    "UPDATE testdb.products SET text = 'A' WHERE text = 'b'",
                    "INSERT INTO testdb.products VALUES ('a'), ('a')",
                ]
            )
            try await DataPair.run(
                on: pair.right,
                [
                    "UPDATE testdb.products SET text = 'B' WHERE text = 'b'",
                    "INSERT INTO testdb.products VALUES (NULL), ('')",
                ]
            )
            let table = try #require(try await pair.compare().tables.first)
            #expect((table.onlyOnSource, table.onlyOnReplica, table.changed) == (3, 3, 0))
            let rows = table.rows.map { "\($0.kind) \($0.count) \(($0.onSource ?? $0.onReplica)?.description ?? "")" }
            #expect(
                rows.sorted() == [
                    "onlyOnReplica 1 text=", "onlyOnReplica 1 text=B", "onlyOnReplica 1 text=NULL",
                    "onlyOnSource 1 text=A", "onlyOnSource 2 text=a",
                ]
            )
        }

        @Test("takes no column for a word of its own, whatever the columns are called")
        func columnNames() async throws {
            let pair = try await DataPair.empty()
            let names = ["bucket", "rows_in_it", "hash_sum", "row_hash", "rows", "d", "n", "COUNT(*)", "0", "1"]
            let columns = names.map { "`\($0)` INT" }.joined(separator: ", ")
            let zeros = names.map { _ in "0" }.joined(separator: ", ")
            let counted = names.indices.map { String($0 + 1) }.joined(separator: ", ")
            try await pair.onBoth([
                "CREATE DATABASE n", "CREATE TABLE n.keyed (id INT PRIMARY KEY, \(columns), v INT)",
                "CREATE TABLE n.keyless (\(columns), v INT)",
                "CREATE TABLE n.key_is_bucket (bucket INT PRIMARY KEY, v INT)",
                // Its key is called as the server calls the expression by which `a` is read.
                "CREATE TABLE n.expression (`CAST(``a`` AS BINARY)` INT PRIMARY KEY, a VARCHAR(9))",
                "INSERT INTO n.keyed VALUES (1, \(zeros), 1), (2, \(counted), 2), (900000, \(zeros), 3)",
                "INSERT INTO n.keyless VALUES (\(zeros), 1), (\(counted), 2), (\(counted), 2), (\(zeros), 3)",
                "INSERT INTO n.key_is_bucket VALUES (1, 1), (2, 2), (900000, 3)",
                "INSERT INTO n.expression VALUES (1, 'c'), (2, 'b'), (900000, 'a')",
            ])
            let equal = try await pair.compare()
            #expect(equal.isIdentical && equal.rowsCompared == 13)
            // The rows that are not the last of any group.
            try await DataPair.run(
                on: pair.right,
                [
                    "UPDATE n.keyed SET v = 9 WHERE id = 1", "UPDATE n.keyless SET v = 9 WHERE v = 1",
                    "UPDATE n.key_is_bucket SET v = 9 WHERE bucket = 1",
                    "UPDATE n.expression SET a = 'x' WHERE a = 'c'",
                ]
            )
            let tables = try await pair.compare().tables
            #expect(tables.map(\.table) == ["expression", "key_is_bucket", "keyed", "keyless"])
            #expect(tables.map { $0.changed + $0.onlyOnSource } == [1, 1, 1, 1])
            #expect(try await pair.repair().after.isIdentical)
        }

        @Test("tells names and definitions apart that only look alike: é in one character, and in two")
        func lookalikes() async throws {
            let pair = try await DataPair.empty()
            let (one, two) = ("caf\u{E9}", "cafe\u{301}")
            try await pair.onBoth([
                "CREATE DATABASE `\(one)`", "CREATE DATABASE `\(two)`",
                "CREATE TABLE `\(two)`.`\(one)` (id INT PRIMARY KEY, `\(one)` INT, `\(two)` INT)",
                "CREATE TABLE `\(two)`.`\(two)` (id INT PRIMARY KEY, v INT, KEY `\(one)` (v), UNIQUE KEY `\(two)` (v, id))",
                "INSERT INTO `\(two)`.`\(one)` VALUES (1, 2, 3)", "INSERT INTO `\(two)`.`\(two)` VALUES (1, 2)",
            ])
            let equal = try await pair.compare()
            #expect(equal.isIdentical)
            #expect((equal.databasesCompared, equal.tablesCompared, equal.rowsCompared) == (2, 2, 2))
            for (server, text) in [(pair.left, one), (pair.right, two)] {
                try await DataPair.run(
                    on: server,
                    [
                        "CREATE VIEW `\(one)`.v AS SELECT '\(text)' AS w",
                        "CREATE TABLE `\(one)`.members (id INT PRIMARY KEY, e ENUM('\(text)'))",
                        "CREATE TRIGGER `\(two)`.g BEFORE INSERT ON `\(two)`.`\(text)` FOR EACH ROW SET @x = 1",
                    ]
                )
            }
            try await DataPair.run(
                on: pair.right,
                ["UPDATE `\(two)`.`\(one)` SET `\(two)` = 9", "UPDATE `\(two)`.`\(two)` SET v = 9"]
            )
            let report = try await pair.compare()
            #expect(report.objects.map { "\($0.kind) \($0.name)" } == ["view v", "trigger g"])
            // In the order of their bytes.
            #expect(report.tables.map { Array($0.table.utf8) } == [two, one, "members"].map { Array($0.utf8) })
            #expect(report.tables.map(\.changed) == [1, 1, 0])
            #expect(report.tables[1].rows.first?.changedColumns.map { Array($0.utf8) } == [Array(two.utf8)])
            #expect(report.tables[2].definitions != nil)
            #expect(try await pair.repair().after.isIdentical)
        }
    }
}
