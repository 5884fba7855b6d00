import MySQLWire
import ReplicaKit
import ReplicaLab
import Synchronization
import Testing

extension DataSuites {
    @Suite("Repairing a server")
    struct RepairTests {
        private static let awkward = "we`ird 'na\"me\\ é漢"

        @Test("makes definitions and rows equal, whatever things are called, and writes no binary log")
        func definitions() async throws {
            let pair = try await DataPair.empty()
            let name = try SQLText.identifier(Self.awkward)
            try await pair.onBoth([
                "CREATE DATABASE both_sides", "CREATE TABLE both_sides.same (id INT PRIMARY KEY)",
                "CREATE TABLE both_sides.other (id INT PRIMARY KEY, v INT)",
                "INSERT INTO both_sides.other VALUES (1, 1)",
                "CREATE TABLE both_sides.indexed (id INT PRIMARY KEY, v INT)",
                "INSERT INTO both_sides.indexed VALUES (1, 1)",
                "CREATE VIEW both_sides.v AS SELECT 1 AS one",
            ])
            try await DataPair.run(
                on: pair.left,
                [
                    "CREATE DATABASE \(name) CHARACTER SET latin1",
                    "CREATE TABLE \(name).\(name) (\(name) VARCHAR(20) PRIMARY KEY, `a,b` INT COMMENT 'AUTO_INCREMENT=3 ''x''')",
                    "INSERT INTO \(name).\(name) VALUES ('x', 1), (\(SQLText.literal("é'\\")), 2)",
                    "CREATE TABLE \(name).counted (id INT AUTO_INCREMENT PRIMARY KEY, w INT, CONSTRAINT c CHECK (w > 0)) AUTO_INCREMENT = 77",
                    "ALTER TABLE both_sides.other MODIFY v BIGINT, ADD w VARCHAR(9) DEFAULT 'x'",
                    "ALTER TABLE both_sides.indexed ADD INDEX by_v (v)",
                    "CREATE VIEW both_sides.z AS SELECT id, v FROM both_sides.other",
                    "CREATE OR REPLACE VIEW both_sides.v AS SELECT id FROM both_sides.z",
                    "USE both_sides", "SET SESSION sql_mode = 'ANSI_QUOTES'",
                    "CREATE PROCEDURE p(IN a INT) COMMENT 'é' BEGIN SELECT \"id\" FROM other; SELECT 'é😊'; END",
                    "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1",
                    "CREATE TRIGGER t2 BEFORE INSERT ON other FOR EACH ROW SET NEW.v = NEW.v + 1",
                    "CREATE TRIGGER t1 BEFORE INSERT ON other FOR EACH ROW FOLLOWS t2 SET NEW.v = NEW.v * 2",
                    "CREATE EVENT e ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2030-01-01 00:00:00' COMMENT 'it''s' DO SELECT 1",
                    // Here a backslash stands for itself.
                    "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
                    #"CREATE EVENT e2 ON SCHEDULE EVERY 1 DAY COMMENT 'C:\x''' DO SELECT '\'"#,
                ]
            )
            try await DataPair.run(
                on: pair.right,
                [
                    "CREATE DATABASE errant", "CREATE TABLE errant.t (id INT)",
                    "CREATE TABLE both_sides.extra (id INT)",
                    "CREATE PROCEDURE both_sides.extra_p() SELECT 1",
                    "CREATE EVENT both_sides.extra_e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
                ]
            )
            let position = try await Self.position(pair)
            let (before, repair, after) = try await pair.repair()
            #expect(!before.isIdentical)
            #expect(
                before.objects.map { "\($0.kind) \($0.name) \($0.presence)" }.contains("database errant onlyOnReplica")
            )
            #expect(before.tables.first { $0.table == "other" }?.rowsCompared == false)
            #expect(before.tables.first { $0.table == "indexed" }?.rowsCompared == true)
            #expect(after.isIdentical, "\(after.objects) \(after.tables)")
            #expect(repair.tables.filter(\.isRecreated).count == 4)
            #expect(try await Self.position(pair) == position)
            // The event must not run on a server that follows.
            let session = try await MySQLConnection.connect(to: pair.right.configuration)
            #expect(
                try await session.collect(sql: "SELECT STATUS FROM information_schema.EVENTS WHERE EVENT_NAME = 'e'")
                    .scalar
                    == "REPLICA_SIDE_DISABLED"
            )
            #expect(try await session.collect(sql: "CALL both_sides.p(1)").columns.names == ["id"])
            await session.close()
        }

        private static func position(_ pair: DataPair) async throws -> String? {
            let session = try await MySQLConnection.connect(to: pair.right.configuration)
            let row = try await session.collect(sql: "SHOW BINARY LOG STATUS").firstRow
            await session.close()
            return row?.string("Position")
        }

        @Test("swaps unique values, keeps children of a foreign key, and fires no trigger")
        func constraints() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE c", "USE c",
                "CREATE TABLE parent (id INT PRIMARY KEY, code VARCHAR(9) UNIQUE)",
                "CREATE TABLE child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE)",
                "CREATE TABLE log (what VARCHAR(40))",
                "INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c')", "INSERT INTO child VALUES (1, 1), (2, 2)",
                "CREATE TRIGGER first BEFORE INSERT ON parent FOR EACH ROW INSERT INTO log VALUES ('insert')",
                "CREATE TRIGGER second AFTER DELETE ON parent FOR EACH ROW INSERT INTO log VALUES ('delete')",
                "CREATE TRIGGER third BEFORE INSERT ON parent FOR EACH ROW SET NEW.code = UPPER(NEW.code)",
            ])
            try await DataPair.run(
                on: pair.right,
                [
                    "SET SESSION sql_log_bin = 0", "USE c", "UPDATE parent SET code = NULL",
                    "UPDATE parent SET code = 'b' WHERE id = 1", "UPDATE parent SET code = 'a' WHERE id = 2",
                    "DELETE FROM parent WHERE id = 3", "DELETE FROM log", "SET GLOBAL super_read_only = 1",
                ]
            )
            let statements = Mutex<[String]>([])
            let options = RepairOptions(events: { event in
                if let statement = event.statement { statements.withLock { $0.append(statement) } }
            })
            let (_, repair, after) = try await pair.repair(options)
            #expect(after.isIdentical, "\(after)")
            let parent = try #require(repair.tables.first { $0.table == "parent" })
            #expect((parent.updated, parent.inserted, parent.deleted) == (2, 1, 0))
            let announced = statements.withLock { $0 }
            #expect(announced.filter { $0.hasPrefix("DROP TRIGGER") }.count == 3)
            #expect(announced.first == "SET GLOBAL super_read_only = 0")
            #expect(announced.last == "SET GLOBAL super_read_only = 1")
            let session = try await MySQLConnection.connect(to: pair.right.configuration)
            #expect(try await session.collect(sql: "SELECT COUNT(*) FROM c.log").scalar == "0")
            #expect(try await session.collect(sql: "SELECT @@GLOBAL.super_read_only").scalar == "1")
            _ = try await session.collect(sql: "SET GLOBAL super_read_only = 0")
            _ = try await session.collect(sql: "SET GLOBAL read_only = 0")
            await session.close()
        }

        @Test("brings no trigger back that the source lacks, has otherwise, or has on another table")
        func unwantedTriggers() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE c", "USE c", "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE u (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1, 1)",
                "CREATE TRIGGER kept BEFORE UPDATE ON t FOR EACH ROW SET NEW.v = NEW.v",
            ])
            try await DataPair.run(
                on: pair.left,
                [
                    "USE c", "UPDATE t SET v = 2", "CREATE TRIGGER other BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 1",
                    "CREATE TRIGGER moved BEFORE INSERT ON u FOR EACH ROW SET NEW.v = 5",
                ]
            )
            try await DataPair.run(
                on: pair.right,
                [
                    "USE c", "CREATE TRIGGER other BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 2",
                    "CREATE TRIGGER moved BEFORE DELETE ON t FOR EACH ROW SET @x = 5",
                    "CREATE TRIGGER lost AFTER DELETE ON t FOR EACH ROW SET @x = 6",
                ]
            )
            let (before, _, after) = try await pair.repair()
            #expect(before.objects.map(\.name) == ["lost", "moved", "other"] && before.tables.first?.changed == 1)
            #expect(after.isIdentical, "\(after.objects)")
        }

        @Test("puts triggers and super_read_only back after a failure")
        func failure() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE c", "USE c", "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
                "INSERT INTO t VALUES (1, 1)", "CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 5",
            ])
            try await DataPair.run(on: pair.left, ["UPDATE c.t SET v = 2"])
            try await DataPair.run(on: pair.right, ["SET GLOBAL super_read_only = 1"])
            struct JournalIsFull: Error {}
            let options = RepairOptions(events: { event in
                if event.kind == .rowsWritten { throw JournalIsFull() }
            })
            await #expect(throws: DataError.self) { try await pair.repair(options) }
            let session = try await MySQLConnection.connect(to: pair.right.configuration)
            #expect(try await session.collect(sql: "SELECT @@GLOBAL.super_read_only").scalar == "1")
            #expect(try await session.collect(sql: "SHOW TRIGGERS FROM c").rowCount == 1)
            _ = try await session.collect(sql: "SET GLOBAL super_read_only = 0")
            _ = try await session.collect(sql: "SET GLOBAL read_only = 0")
            await session.close()
            // Run again, it completes.
            #expect(try await pair.repair().after.isIdentical)
        }

        @Test("handles keys that a collation takes for equal, and orders that memory does not know")
        func collations() async throws {
            let pair = try await DataPair.empty()
            let table = "(k VARCHAR(20) COLLATE utf8mb4_general_ci, n INT, v INT, PRIMARY KEY (k, n))"
            try await pair.onBoth(["CREATE DATABASE c", "CREATE TABLE c.t \(table)", "CREATE TABLE c.pad \(table)"])
            try await DataPair.run(
                on: pair.left,
                [
                    "INSERT INTO c.t VALUES ('a', 1, 1), ('B', 1, 1), ('é', 1, 1), ('z', 1, 1)",
                    "INSERT INTO c.pad VALUES ('a', 1, 1), ('a\\t', 1, 2), ('ab', 1, 3), ('b', 2, 4)",
                ]
            )
            try await DataPair.run(
                on: pair.right,
                [
                    "INSERT INTO c.t VALUES ('A', 1, 1), ('b', 1, 1), ('e', 1, 2), ('y', 1, 1)",
                    "INSERT INTO c.pad VALUES ('a', 1, 1), ('a\\t', 1, 9), ('ab\\t', 1, 3), ('b', 2, 4)",
                ]
            )
            let (before, _, after) = try await pair.repair()
            let table1 = try #require(before.tables.first { $0.table == "t" })
            #expect((table1.changed, table1.onlyOnSource, table1.onlyOnReplica) == (3, 1, 1))
            // Here a tab sorts before the space that short values are padded with.
            let table2 = try #require(before.tables.first { $0.table == "pad" })
            #expect(table2.onlyOnSource + table2.changed == 2)
            #expect(after.isIdentical, "\(after.tables)")
        }

        @Test("refills a table without a key when too many rows differ, and else removes the exact copies")
        func keyless() async throws {
            let pair = try await DataPair.empty()
            try await pair.onBoth([
                "CREATE DATABASE testdb", "CREATE TABLE testdb.products (text VARCHAR(40))",
                "INSERT INTO testdb.products VALUES ('a'), ('a'), ('a'), (NULL), (NULL), ('A'), ('')",
            ])
            try await DataPair.run(on: pair.left, ["INSERT INTO testdb.products VALUES ('lost'), ('lost'), ('')"])
            try await DataPair.run(
                on: pair.right,
                ["INSERT INTO testdb.products VALUES ('a'), ('A'), (NULL), ('x'''), ('é')"]
            )
            let (_, first, after) = try await pair.repair()
            #expect(after.isIdentical)
            #expect(first.tables.map { [$0.deleted, $0.inserted, $0.isRefilled ? 1 : 0] } == [[5, 3, 0]])

            try await DataPair.run(on: pair.right, ["INSERT INTO testdb.products VALUES ('1'), ('2'), ('3')"])
            let (_, second, final) = try await pair.repair(RepairOptions(keylessDeletes: 2))
            #expect(final.isIdentical)
            #expect(second.tables.map { [$0.deleted, $0.inserted, $0.isRefilled ? 1 : 0] } == [[13, 10, 1]])
        }
    }
}
