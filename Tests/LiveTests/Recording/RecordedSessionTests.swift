import Foundation
import MySQLWire
import ReplicaLab
import Testing

/// Sessions of our own client on a real server.
extension RecordingTests {
    @Suite("of our own client")
    struct OwnClient {

        @Test func `every way to log in`() async throws {
            let bench = try await RecordingBench.open()
            try await bench.forgetPasswords()
            try await bench.tap(
                "login-full-tls",
                "caching_sha2_password: the password itself, inside TLS",
                bench.configuration(.required)
            ) {
                #expect($0.authenticationPath == .fullTLS)
            }
            try await bench.tap(
                "login-fast-tls",
                "caching_sha2_password: the server knows the password, TLS",
                bench.configuration(.required)
            ) {
                #expect($0.authenticationPath == .fast)
            }
            try await bench.tap(
                "login-fast-plain",
                "caching_sha2_password: the server knows the password, plaintext",
                bench.configuration()
            ) {
                #expect($0.authenticationPath == .fast)
                let found = try await $0.collect(sql: "SELECT 1").scalar
                #expect(found == "1")
            }
            try await bench.forgetPasswords()
            var byKey = bench.configuration()
            byKey.getServerPublicKey = true
            try await bench.tap(
                "login-full-rsa",
                "caching_sha2_password: the password under the server's RSA key, plaintext",
                byKey
            ) {
                #expect($0.authenticationPath == .fullRSA)
            }
            try await bench.makeAccount(named: "nobody", password: "")
            var empty = bench.configuration()
            empty.username = "nobody"
            empty.password = nil
            empty.database = "mysql"
            try await bench.tap("login-empty-password", "caching_sha2_password: no password, a default database", empty)
            {
                let found = try await $0.collect(sql: "SELECT DATABASE()").scalar
                #expect(found == "mysql")
            }
        }

        @Test func `logins that fail`() async throws {
            let bench = try await RecordingBench.open()
            var wrong = bench.configuration(.required)
            wrong.password = Secret("not it")
            #expect(try await bench.tapFailure("login-denied", "a wrong password: 1045", wrong).server?.number == 1045)
            try await bench.forgetPasswords()
            let noKey = try await bench.tapFailure(
                "login-no-safe-way",
                "full authentication over plaintext without the server's key",
                bench.configuration()
            )
            #expect(noKey.code == .authenticationRefused)
            var noDatabase = bench.configuration(.required)
            noDatabase.database = "no_such_database"
            #expect(
                try await bench.tapFailure("login-no-database", "1049 instead of OK", noDatabase).server?.number == 1049
            )
            try await bench.makeAccount(named: "oldway", plugin: "sha256_password")
            var unwanted = bench.configuration(.required)
            unwanted.username = "oldway"
            unwanted.allowedPlugins.remove(.sha256Password)
            let refused = try await bench.tapFailure(
                "login-refused-plugin",
                "the server switches to sha256_password, which this client does not allow",
                unwanted
            )
            #expect(refused.code == .authenticationRefused)
        }

        @Test func `too many connections`() async throws {
            let lab = try await LiveServers.openLab()
            let server = try await lab.startServer("crowded", serverID: 9, settings: ["max_connections": "1"])
            let bench = RecordingBench(server: server)
            try await bench.makeAccount()
            var held: [MySQLConnection] = []
            // One more than the limit is let in, for an administrator; its greeting may have come before a session closed.
            let deadline = ContinuousClock.now + .seconds(20)
            while held.count < 2, ContinuousClock.now < deadline {
                if let connection = try? await MySQLConnection.connect(to: server.configuration) {
                    held.append(connection)
                }
            }
            let error = try await bench.tapFailure(
                "error-before-greeting",
                "1040 in place of the greeting, without SQLSTATE",
                bench.configuration()
            )
            #expect(error.server?.number == 1040)
            for connection in held { await connection.close() }
            await lab.stopAll()
        }

        @Test func `results of every shape`() async throws {
            let bench = try await RecordingBench.open()
            try await bench.tap(
                "results",
                "NULLs, empty sets, empty and long strings, no columns",
                bench.configuration()
            ) { connection in
                for sql in [
                    "SELECT NULL, '', 'x', NULL", "SELECT 1 AS a FROM DUAL WHERE 1 = 0",
                    "SELECT NULL UNION ALL SELECT '' UNION ALL SELECT 'two'", "SET @a = 1",
                    "SELECT REPEAT('b', 250), REPEAT('b', 251), REPEAT('c', 65535), REPEAT('d', 65536)",
                    "SELECT 'naïve 🐬', x'00ff80', _latin1 x'e9'",
                ] { _ = try await connection.collect(sql: sql) }
            }
            try await bench.tap("column-types", "one column of each type", bench.configuration(.required)) {
                connection in
                for sql in Self.types { _ = try await connection.collect(sql: sql) }
            }
            try await bench.tap("many-columns", "300 columns: more than one byte counts", bench.configuration()) {
                connection in
                let list = (1...300).map { "\($0)" }.joined(separator: ",")
                let found = try await connection.collect(sql: "SELECT \(list)").firstRow?.count
                #expect(found == 300)
            }
            try await bench.tap("several-results", "CALL: two results and an OK", bench.configuration()) { connection in
                for sql in [
                    "CREATE DATABASE IF NOT EXISTS recording_tests", "DROP PROCEDURE IF EXISTS recording_tests.two",
                    "CREATE PROCEDURE recording_tests.two() BEGIN SELECT 1; SELECT 2, NULL; END",
                    "CALL recording_tests.two()",
                    "DROP DATABASE recording_tests",
                ] { _ = try await connection.collect(sql: sql) }
            }
        }

        @Test func `payloads over 16 MiB`() async throws {
            let bench = try await RecordingBench.open()
            try await bench.tap(
                "multi-packet-row",
                "rows of several packets, one of exactly 2^24 - 1 bytes",
                bench.configuration()
            ) {
                for size in [0xFF_FFFF - 4, 0xFF_FFFF + 100] {
                    _ = try await $0.collect(sql: "SELECT REPEAT('a', \(size)), 'tail'")
                }
                _ = try await $0.collect(sql: "SELECT REPEAT('a', \(0xFF_FFFF - 4))")
            }
            try await bench.tap("multi-packet-statement", "a statement of several packets", bench.configuration()) {
                let text = String(repeating: "z", count: 0xFF_FFFF + 100)
                let found = try await $0.collect(sql: "SELECT LENGTH('\(text)')").scalar
                #expect(found == "16777315")
            }
        }

        @Test func `errors and other commands`() async throws {
            let bench = try await RecordingBench.open()
            try await bench.tap(
                "errors",
                "errors at once and in the middle of rows; the session goes on",
                bench.configuration(.required)
            ) {
                for sql in [
                    "SELEC", "SELECT * FROM no_such.table_at_all",
                    "SELECT ST_GeomFromText(t) FROM (SELECT 'POINT(1 1)' t UNION ALL SELECT 'x') AS x",
                    "SELECT 1/0", "SELECT 1",
                ] { _ = try? await $0.collect(sql: sql) }
                #expect($0.closeReason == nil)
            }
            try await bench.tap(
                "commands",
                "ping, default database, reset, row counts and their texts",
                bench.configuration()
            ) {
                try await $0.ping()
                try await $0.selectDatabase("mysql")
                try await $0.reset()
                for sql in [
                    "CREATE DATABASE recording_commands",
                    "CREATE TABLE recording_commands.t (n INT PRIMARY KEY AUTO_INCREMENT, v INT)",
                    "INSERT INTO recording_commands.t (v) VALUES (1), (2), (3)",
                    "UPDATE recording_commands.t SET v = v + 1 WHERE n < 3",
                    "START TRANSACTION", "SELECT COUNT(*) FROM recording_commands.t", "ROLLBACK",
                    "SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "DROP DATABASE recording_commands",
                ] { _ = try await $0.collect(sql: sql) }
            }
            try await bench.tap(
                "source-status",
                "SHOW BINARY LOG STATUS and its relatives on a source",
                bench.configuration(.required)
            ) {
                for sql in [
                    "SHOW BINARY LOG STATUS", "SHOW BINARY LOGS", "SHOW REPLICAS", "SHOW REPLICA STATUS",
                    "SELECT @@server_uuid, @@server_id, @@version, @@gtid_mode, @@read_only, @@super_read_only, @@log_bin",
                ] { _ = try await $0.collect(sql: sql) }
            }
            try await bench.tap(
                "idle-error",
                "4031: the server ends an idle session, and says so unasked",
                bench.configuration()
            ) {
                _ = try await $0.collect(sql: "SET wait_timeout = 1")
                let deadline = ContinuousClock.now + .seconds(20)
                while $0.closeReason == nil, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect($0.closeReason?.server?.number == 4031)
            }
        }

        @Test func `the session's own commands`() async throws {
            let bench = try await RecordingBench.open()
            try await bench.asRoot { _ = try await $0.collect(sql: "SET GLOBAL local_infile = ON") }
            var configuration = bench.configuration()
            configuration.allowsLocalInfile = true
            configuration.allowsQueryAttributes = true
            configuration.timeZone = "+00:00"
            configuration.database = "mysql"
            try await bench.tap(
                "session-commands",
                "state changes, statistics, an option, a change of the user, attributes, LOCAL INFILE",
                configuration
            ) { connection in
                _ = try await connection.statistics()
                try await connection.allowSeveralStatements(true)
                let several = try await connection.query(sql: "SELECT 1; SELECT 2")
                _ = try await several.nextResult()?.nextResult()
                try await connection.allowSeveralStatements(false)
                for sql in [
                    """
                    SET session_track_gtids = OWN_GTID, session_track_state_change = ON, \
                    session_track_transaction_info = CHARACTERISTICS
                    """,
                    "CREATE DATABASE recording_session", "USE recording_session",
                    "CREATE TABLE t (n INT, v VARCHAR(9))",
                    "START TRANSACTION", "INSERT INTO t VALUES (1, 'one')", "COMMIT",
                    "SET character_set_results = NULL",
                ] { _ = try await connection.collect(sql: sql) }
                try await connection.changeUser(
                    RecordingBench.username,
                    password: Secret(RecordingBench.password),
                    database: "recording_session"
                )
                let attributes = [MySQLQueryAttribute("trace", .string("abc")), .init("number", .integer(-5))]
                for try await _ in try await connection.query(sql: "SELECT 1", attributes: attributes) {}
                let load = "LOAD DATA LOCAL INFILE 'any name' INTO TABLE t"
                let contents = MySQLLocalInfile(bytes: Array("2\ttwo\n3\tthree\n".utf8))
                let loaded = try await connection.execute(sql: load, localInfile: contents)
                #expect(loaded.affectedRows == 2)
                await #expect(throws: MySQLError.self) { try await connection.collect(sql: load) }
                _ = try await connection.collect(sql: "DROP DATABASE recording_session")
            }
            try await bench.asRoot { _ = try await $0.collect(sql: "SET GLOBAL local_infile = OFF") }
        }

        @Test func `cursors and long data`() async throws {
            let bench = try await RecordingBench.open()
            try await bench.tap("cursors", "rows in a cursor, read to the end and left early", bench.configuration()) {
                try await RecordedStatements.cursors($0)
            }
            try await bench.tap("long-data", "values in pieces, before their statement", bench.configuration()) {
                try await RecordedStatements.longData($0)
            }
        }

        private static let types = [
            "CREATE DATABASE IF NOT EXISTS recording_types",
            """
            CREATE TABLE recording_types.t (a TINYINT UNSIGNED, b SMALLINT, c MEDIUMINT, d INT, e BIGINT UNSIGNED, \
            f FLOAT, g DOUBLE, h DECIMAL(30,10), i DATE, j DATETIME(6), k TIMESTAMP(3) NULL, l TIME(6), m YEAR, n BIT(9), \
            o ENUM('x','y'), p SET('x','y'), q CHAR(3), r VARCHAR(9) CHARACTER SET latin1, s BINARY(3), t VARBINARY(9), \
            u TINYBLOB, v TEXT, w JSON, x GEOMETRY, y VECTOR(2), z BOOLEAN)
            """,
            "SET time_zone = '+00:00'",
            """
            INSERT INTO recording_types.t VALUES (255, -32768, -8388608, 2147483647, 18446744073709551615, 1.5, -2.25e300, \
            -12345678901234567890.0123456789, '9999-12-31', '2024-02-29 23:59:59.999999', '2001-02-03 04:05:06.789', \
            '-838:59:59', 2155, b'100000001', 'y', 'x,y', 'ab', 'é', 'a', x'00ff', x'', 'text', '{"a": [1, null]}', \
            ST_GeomFromText('POINT(1 2)'), TO_VECTOR('[1,2]'), TRUE)
            """,
            "INSERT INTO recording_types.t () VALUES ()",
            "SELECT * FROM recording_types.t",
            "DROP DATABASE recording_types",
        ]
    }
}
