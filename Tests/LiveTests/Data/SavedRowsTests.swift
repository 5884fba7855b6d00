import Foundation
import MySQLWire
import ReplicaKit
import ReplicaLab
import Synchronization
import Testing

extension DataSuites {
    @Suite("What a repair takes away")
    struct SavedRowsTests {
        /// A folder for one test's files.
        private static func withFolder(_ body: (String) async throws -> Void) async throws {
            let folder = NSTemporaryDirectory() + "replica-kit-saved-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await body(folder)
        }

        /// Runs a script by MySQL's own client, as a person would.
        private static func run(_ script: String, on server: LabServer) async throws {
            let output = try await MySQLProgram.find()
                .run(["--defaults-file=\(server.clientOptionFile)"], password: "", input: script)
            #expect(output.status == 0, "\(output.standardError)")
        }

        @Test("can be brought back, every value of every type as it was", arguments: [true, false])
        func everyType(hasKey: Bool) async throws {
            try await Self.withFolder { folder in
                let pair = try await DataPair.empty()
                let statements = ["CREATE DATABASE types"] + ValueTests.statements(key: hasKey)
                try await DataPair.run(on: pair.right, statements)
                let (_, repair, after) = try await pair.repair(RepairOptions(savePath: folder + "/rows.sql"))
                #expect(after.isIdentical && after.tablesCompared == 0)
                #expect(repair.saved.rows == 7 && repair.saved.definitions == 2)
                let script = try String(contentsOfFile: folder + "/rows.sql", encoding: .utf8)
                #expect(script.contains("'😀é漢'") && script.contains("'a,b'") == false)
                try await Self.run(script, on: pair.right)
                try await DataPair.run(on: pair.left, statements)
                let compared = try await pair.compare(ComparisonOptions(isExhaustive: true))
                #expect(
                    compared.isIdentical && compared.rowsCompared == 7,
                    "\(compared.tables.first?.rows.map(\.changedColumns) ?? [])"
                )
            }
        }

        /// Differs in every way in which a server can.
        private static func differ(_ pair: DataPair) async throws {
            try await pair.onBoth([
                "CREATE DATABASE d", "CREATE TABLE d.k (id INT PRIMARY KEY, v VARCHAR(20))",
                "INSERT INTO d.k VALUES (1, 'same'), (2, 'new')", "CREATE TABLE d.n (v VARCHAR(20))",
                "INSERT INTO d.n VALUES ('same')", "CREATE TABLE d.indexed (id INT PRIMARY KEY, v INT)",
                "INSERT INTO d.indexed VALUES (1, 1)", "CREATE VIEW d.w AS SELECT 1 AS one",
            ])
            try await DataPair.run(
                on: pair.left,
                [
                    "CREATE TABLE d.shape (id BIGINT PRIMARY KEY)", "INSERT INTO d.k VALUES (9, 'missing')",
                    "ALTER TABLE d.indexed ADD INDEX by_v (v)", "CREATE OR REPLACE VIEW d.w AS SELECT 2 AS two",
                ]
            )
            try await DataPair.run(
                on: pair.right,
                [
                    "UPDATE d.k SET v = 'old\\nof it' WHERE id = 2", "INSERT INTO d.k VALUES (3, 'lost; ''é''')",
                    "INSERT INTO d.n VALUES ('same'), ('lost'), ('lost')", "UPDATE d.indexed SET v = 5",
                    "CREATE TABLE d.shape (id INT PRIMARY KEY, v INT)", "INSERT INTO d.shape VALUES (7, 8)",
                    "CREATE TABLE d.extra (v INT)", "CREATE DATABASE gone", "CREATE TABLE gone.t (v INT)",
                    "INSERT INTO gone.t VALUES (11), (12)",
                    // As an editor of another system ends its lines.
                    "CREATE PROCEDURE d.p() BEGIN SELECT 1;\r\nDROP TABLE d.k;\r\nEND",
                ]
            )
        }

        @Test("is written down to the last row and definition before anything is changed, and told")
        func everything() async throws {
            try await Self.withFolder { folder in
                let pair = try await DataPair.empty()
                try await Self.differ(pair)
                let path = folder + "/rows.sql"
                try "kept".write(toFile: path, atomically: true, encoding: .utf8)
                let events = Mutex<[RepairEvent]>([])
                let options = RepairOptions(savePath: path) { event in
                    if event.kind == .rowsSaved {
                        // It is complete by now, and the server untouched.
                        let script = try String(contentsOfFile: path + ".2", encoding: .utf8)
                        let rows = try await Self.count("d.k", pair.right)
                        #expect(script.contains("-- Complete: ") && rows == "3")
                    }
                    events.withLock { $0.append(event) }
                }
                let (_, repair, after) = try await pair.repair(options)
                #expect(after.isIdentical, "\(after.tables) \(after.objects)")
                let told = events.withLock { $0 }
                #expect(told.map(\.kind).firstIndex(of: .rowsSaved) == 0)
                let saved = repair.saved
                #expect(told.first?.saved == saved && saved.path == path + ".2", "no file is written over")
                #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
                let mode = try FileManager.default.attributesOfItem(atPath: path + ".2")[.posixPermissions] as? Int
                #expect(mode == 0o600)

                // k: 2 and 3; n: three; indexed, shape: one each; gone.t: two.
                #expect((saved.rows, saved.definitions) == (9, 7), "\(saved)")
                #expect(saved.untold == 0)
                for line in [
                    "only on right: database gone", "only on right (2 times): d.n: v=lost", "redefined: table d.shape",
                    "replaced: d.k: id=2, v=old\nof it", "replaced: d.indexed: id=1, v=5",
                    "only on right: d.shape: id=7, v=8", "only on right: procedure d.p", "redefined: view d.w",
                ] {
                    #expect(saved.first.contains(line), "\(line) in \(saved.first)")
                }
                let script = try String(contentsOfFile: path + ".2", encoding: .utf8)
                for line in [
                    "INSERT INTO `d`.`k` (`id`, `v`) VALUES (2, 'old\\nof it'); -- replaced\n",
                    "INSERT INTO `d`.`k` (`id`, `v`) VALUES (3, 'lost; ''é''');\n",
                    "INSERT INTO `d`.`n` (`v`) VALUES ('lost');\nINSERT INTO `d`.`n` (`v`) VALUES ('lost');\n",
                    "INSERT INTO `gone`.`t` (`v`) VALUES (11);\n", "-- DROP TABLE d.k;",
                    "\n-- Complete: 9 row(s) and 7 definition(s).\n",
                ] {
                    #expect(script.contains(line), "\(line)")
                }
                #expect(!script.contains("missing"))
                // What was replaced has another row in its place, so that its line fails; the rest comes back.
                let rest = script.components(separatedBy: "\n").filter { !$0.hasSuffix("-- replaced") }
                    .filter { !$0.contains("`d`.`shape`") }
                try await Self.run(rest.joined(separator: "\n"), on: pair.right)
                #expect(try await Self.count("gone.t", pair.right) == "2")
                #expect(try await Self.count("d.extra", pair.right) == "0")
                #expect(try await Self.count("d.k", pair.right) == "4", "no statement out of a comment was run")
            }
        }

        private static func count(_ table: String, _ server: LabServer) async throws -> String? {
            let session = try await MySQLConnection.connect(to: server.configuration)
            let count = try await session.collect(sql: "SELECT COUNT(*) FROM \(table)").scalar
            await session.close()
            return count
        }

        @Test("stays where it is when it cannot be written down")
        func noFile() async throws {
            let pair = try await DataPair.empty()
            try await Self.differ(pair)
            let before = try await pair.compare()
            let options = RepairOptions(savePath: "/nonexistent/rows.sql")
            let error = await #expect(throws: DataError.self) { try await pair.repair(options) }
            #expect(error?.code == .cannotBeSaved && error?.message.contains("/nonexistent/rows.sql") == true)
            var after = try await pair.compare()
            after.seconds = before.seconds
            after.source.coordinates = before.source.coordinates
            after.replica.coordinates = before.replica.coordinates
            #expect(after == before)
        }

        @Test("takes no memory, however many rows there are")
        func boundedMemory() async throws {
            try await Self.withFolder { folder in
                let pair = try await DataPair.empty()
                try await DataPair.run(
                    on: pair.right,
                    [
                        "SET SESSION cte_max_recursion_depth = 1000000", "CREATE DATABASE large",
                        "CREATE TABLE large.t (id INT PRIMARY KEY, body VARCHAR(1000))",
                        """
                        INSERT INTO large.t WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n \
                        WHERE i < 40000) SELECT i, REPEAT('x', 1000) FROM n
                        """,
                    ]
                )
                let before = try Self.resident()
                let (_, repair, _) = try await pair.repair(RepairOptions(savePath: folder + "/rows.sql"))
                let grown = try Self.resident() - before
                #expect(grown < 24 << 20, "\(grown >> 20) MiB")
                #expect(repair.saved.rows == 40_000 && repair.saved.untold == 39_980)
                let size = try FileManager.default.attributesOfItem(atPath: folder + "/rows.sql")[.size] as? Int
                #expect(size.map { $0 > 40_000_000 } == true)
            }
        }

        /// Resident bytes of this process.
        private static func resident() throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            return (Int(line.filter(\.isNumber)) ?? 0) << 10
        }
    }
}
