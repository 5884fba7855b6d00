import Foundation
import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

extension DataSuites {
    @Suite("Lost transactions")
    struct LostTransactionTests {
        private static func position(_ server: LabServer) async throws -> BinaryLogCoordinates {
            let session = try await MySQLConnection.connect(to: server.configuration)
            let row = try #require(try await session.collect(sql: "SHOW BINARY LOG STATUS").firstRow)
            await session.close()
            return BinaryLogCoordinates(
                file: try #require(row.string("File")),
                position: try #require(row.integer("Position"))
            )
        }

        /// Runs statements on `left` behind an anchor, and reads them as lost.
        private func lose(_ pair: DataPair, _ statements: [String]) async throws -> LostTransactions {
            let anchor = try await Self.position(pair.left)
            try await DataPair.run(on: pair.left, statements)
            let lost = try await LostTransactions.read(from: pair.left.server, after: anchor, serverID: 4_000_001)
            #expect(try await Self.position(pair.left) == lost.report.to)
            return lost
        }

        private func keep(
            _ lost: LostTransactions,
            _ pair: DataPair,
            beforehand: [String] = [],
            alongside: [String] = []
        ) async throws
            -> KeepOutcome
        {
            try await LostKeeper().apply(
                lost,
                to: pair.right.server,
                connector: MySQLServerConnector(),
                beforehand: beforehand,
                alongside: alongside
            )
        }

        @Test("are told row by row, survive JSON, and are kept exactly")
        func keyedAndKeyless() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE testdb", "USE testdb", "CREATE TABLE products (text VARCHAR(40))",
                "INSERT INTO products VALUES ('a'), ('a'), ('b'), (NULL)",
                "CREATE TABLE items (id INT UNSIGNED PRIMARY KEY, name VARCHAR(20) CHARACTER SET latin1, n BIGINT AS (id + 1) STORED)",
                "INSERT INTO items (id, name) VALUES (1, 'one'), (2, 'two'), (4000000000, 'big')",
            ])
            let lost = try await lose(
                pair,
                [
                    "USE testdb", "INSERT INTO products VALUES ('lost')",
                    "START TRANSACTION", "DELETE FROM products WHERE text = 'a' LIMIT 1",
                    "UPDATE products SET text = 'B' WHERE text = 'b'", "UPDATE items SET name = 'zwö' WHERE id = 2",
                    "INSERT INTO items (id, name) VALUES (3, NULL)", "DELETE FROM items WHERE id = 4000000000",
                    "COMMIT",
                    "UPDATE products SET text = 'x' WHERE text IS NULL", "UPDATE items SET id = 5 WHERE id = 3",
                    "FLUSH BINARY LOGS", "INSERT INTO products VALUES ('after the rotation')",
                    // The journal is no user data.
                ] + AnchorTable.create + [
                    """
                    INSERT INTO replicakit.anchor (operation, state, epoch, old_uuid, old_host, old_port, old_file, \
                    old_position, new_uuid, new_file, new_position, recorded_at) \
                    VALUES ('o', 's', 1, '', '', 1, '', 1, '', '', 1, NOW(6))
                    """
                ]
            )
            let told = lost.report.transactions.map { $0.changes.map(\.description) }
            #expect(
                told == [
                    ["insert testdb.products: text=lost"],
                    [
                        "delete testdb.products: text=a", "update testdb.products: text=b → text=B",
                        "update testdb.items: id=2, name=two → id=2, name=zwö", "insert testdb.items: id=3, name=NULL",
                        "delete testdb.items: id=4000000000, name=big",
                    ],
                    ["update testdb.products: text=NULL → text=x"],
                    ["update testdb.items: id=3, name=NULL → id=5, name=NULL"],
                    ["insert testdb.products: text=after the rotation"],
                ]
            )
            let update = lost.report.transactions[1].changes[2]
            #expect(update.key?.description == "id=2" && update.changedColumns == ["name"])
            #expect(
                lost.report.transactions.allSatisfy {
                    $0.gtid == nil && $0.time.hasSuffix("Z") && $0.time.count == 24 && $0.gaps.isEmpty
                }
            )
            let json = try JSONEncoder().encode(lost.report)
            #expect(try JSONDecoder().decode(LostReport.self, from: json) == lost.report)

            let before = try await Self.position(pair.right)
            let mark = ["CREATE DATABASE marks", "CREATE TABLE marks.m (id INT PRIMARY KEY)"]
            #expect(
                try await keep(lost, pair, beforehand: mark, alongside: ["INSERT INTO marks.m VALUES (1)"])
                    == .applied(changes: lost.report.changeCount)
            )
            #expect(try await Self.position(pair.right) != before)
            try await DataPair.run(on: pair.left, mark + ["INSERT INTO marks.m VALUES (1)"])
            #expect(try await pair.compare(.init(isExhaustive: true)).isIdentical)
        }

        @Test("hold every type as it was", arguments: [true, false])
        func everyType(hasKey: Bool) async throws {
            let pair = try await DataPair.empty()
            let statements = ValueTests.statements(key: hasKey)
            try await pair.onBoth(["CREATE DATABASE types"] + statements.filter { !$0.hasPrefix("INSERT") })
            let lost = try await lose(
                pair,
                statements.filter { !$0.hasPrefix("CREATE") }
                    + ["UPDATE types.t SET c0 = 5 ORDER BY c1 LIMIT 3", "DELETE FROM types.t LIMIT 3"]
            )
            #expect(lost.report.transactions.flatMap(\.gaps).isEmpty, "\(lost.report.transactions.map(\.gaps))")
            let outcome = try await keep(lost, pair)
            #expect(outcome == .applied(changes: lost.report.changeCount), "\(outcome)")
            #expect(try await pair.compare(.init(isExhaustive: true)).isIdentical)
        }

        @Test("that contradict the new source change nothing there, and each conflict is named")
        func conflicts() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE c", "CREATE TABLE c.t (id INT PRIMARY KEY, v INT, u INT UNIQUE)",
                "INSERT INTO c.t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3)", "CREATE TABLE c.n (v INT)",
                "INSERT INTO c.n VALUES (1)",
            ])
            try await DataPair.run(
                on: pair.right,
                [
                    "INSERT INTO c.t VALUES (10, 0, 10)", "UPDATE c.t SET v = 9 WHERE id = 1",
                    "DELETE FROM c.t WHERE id = 2",
                    "DELETE FROM c.n",
                ]
            )
            let lost = try await lose(
                pair,
                [
                    "INSERT INTO c.t VALUES (4, 4, 4)", "INSERT INTO c.t VALUES (10, 1, 11)",
                    "UPDATE c.t SET v = 5 WHERE id = 1", "DELETE FROM c.t WHERE id = 2",
                    "INSERT INTO c.t VALUES (12, 12, 12)", "UPDATE c.t SET u = 10 WHERE id = 3", "DELETE FROM c.n",
                ]
            )
            guard case .conflicts(let conflicts) = try await keep(lost, pair) else {
                Issue.record("no conflicts")
                return
            }
            #expect(conflicts.map(\.reason) == [.keyExists, .rowDiffers, .rowMissing, .refused, .rowMissing])
            #expect(conflicts.map(\.transaction) == [1, 2, 3, 5, 6])
            #expect(conflicts[0].present?.description == "id=10, v=0, u=10" && conflicts[3].errorNumber == 1062)
            let session = try await MySQLConnection.connect(to: pair.right.configuration)
            #expect(try await session.collect(sql: "SELECT COUNT(*) FROM c.t WHERE id IN (4, 12)").scalar == "0")
            await session.close()
        }

        @Test("show no password, however it came into the log")
        func noPassword() async throws {
            let pair = try await DataPair.empty()
            let anchor = try await Self.position(pair.left)
            let lost = try await lose(
                pair,
                [
                    "CREATE USER lost_user IDENTIFIED BY 'geheim'",
                    "UPDATE mysql.user SET authentication_string = 'geheim' WHERE user = 'lost_user'",
                    """
                    INSERT INTO mysql.servers VALUES \
                    ('lost_rows', 'h', 'd', 'u', 'geheim', 1, '', 'mysql', '')
                    """,
                ]
            )
            let session = try await MySQLConnection.connect(to: pair.left.configuration)
            for sql in [
                "SET SESSION sql_log_bin = 0", "DROP USER lost_user",
                "DELETE FROM mysql.servers WHERE Server_name = 'lost_rows'",
            ] { _ = try await session.collect(sql: sql) }
            await session.close()
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            var told = [String(decoding: try encoder.encode(lost.report), as: UTF8.self)]
            guard case .impossible(let reasons) = try await keep(lost, pair) else {
                Issue.record("it was tried")
                return
            }
            told += reasons
            let scan = try await SnapshotReconciler(connector: MySQLServerConnector())
                .scan(pair.left.server, after: anchor)
            guard case .lost(_, let summary, _) = scan else {
                Issue.record("nothing was found")
                return
            }
            told += summary
            #expect(lost.report.transactions.count == 3)
            // What every hash of caching_sha2_password begins with.
            for text in told { #expect(!text.contains("geheim") && !text.contains("$A$"), "\(text)") }
            #expect(told[0].contains("CREATE USER") && told[0].contains("mysql"))
        }

        @Test("that are more than rows are refused before anything is tried")
        func impossible() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE c", "CREATE TABLE c.t (id INT PRIMARY KEY)",
                "CREATE TABLE c.fired (id INT PRIMARY KEY)",
                "CREATE TABLE c.child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES c.t (id) ON DELETE CASCADE)",
                "CREATE TRIGGER c.g BEFORE INSERT ON c.fired FOR EACH ROW SET @x = 1", "INSERT INTO c.t VALUES (1)",
            ])
            let lost = try await lose(
                pair,
                [
                    "INSERT INTO c.fired VALUES (1)", "DELETE FROM c.t", "SET SESSION binlog_row_image = MINIMAL",
                    "INSERT INTO c.child VALUES (1, NULL)", "UPDATE c.child SET id = 2", "CREATE TABLE c.late (id INT)",
                    "ALTER TABLE c.t ADD COLUMN w INT", "CREATE USER lost_user",
                ]
            )
            #expect(
                lost.report.transactions.flatMap(\.statements).map { String($0.text.prefix(12)) } == [
                    "CREATE TABLE", "ALTER TABLE ", "CREATE USER ",
                ]
            )
            guard case .impossible(let reasons) = try await keep(lost, pair) else {
                Issue.record("it was tried")
                return
            }
            let all = reasons.joined(separator: "\n")
            for word in ["triggers", "not defined any more", "binlog_row_image", "CREATE TABLE", "CREATE USER"] {
                #expect(all.contains(word), "\(word) in \(all)")
            }
            try await DataPair.run(on: pair.left, ["SET SESSION sql_log_bin = 0", "DROP USER lost_user"])
            // Cascades by themselves.
            let second = try await lose(
                pair,
                ["DELETE FROM c.child", "INSERT INTO c.t VALUES (3, 3)", "DELETE FROM c.t"]
            )
            try await DataPair.run(on: pair.right, ["ALTER TABLE c.t ADD COLUMN w INT"])
            guard case .impossible(let cascades) = try await keep(second, pair) else {
                Issue.record("it was tried")
                return
            }
            #expect(cascades.count == 1 && cascades[0].contains("cascading"), "\(cascades)")
        }
    }
}
