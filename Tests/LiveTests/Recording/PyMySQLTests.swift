import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// Sessions of PyMySQL, through the proxy.
extension RecordingTests {
    @Suite("of PyMySQL", .needsPyMySQL)
    struct PyMySQL {
        private static let whoAmI = """
            with connect() as connection, connection.cursor() as cursor:
                cursor.execute("SELECT CURRENT_USER()")
                print(cursor.fetchone()[0])
            """

        @Test func `its logins`() async throws {
            let bench = try await RecordingBench.open()
            try await bench.forgetPasswords()
            let full = try await bench.pymysql("pymysql-login-full-rsa", "PyMySQL logs in by RSA", Self.whoAmI)
            #expect(full.text == "recorder@127.0.0.1\n", "\(full.errors)")
            let fast = try await bench.pymysql("pymysql-login-fast", "PyMySQL logs in the fast way", Self.whoAmI)
            #expect(fast.text == "recorder@127.0.0.1\n", "\(fast.errors)")
            let denied = try await bench.pymysql(
                "pymysql-login-denied",
                "PyMySQL with a wrong password",
                Self.whoAmI,
                password: "wrong"
            )
            #expect(denied.status == 1 && denied.errors.contains("1045"))
            let tls = try await bench.pymysql(
                "pymysql-tls-opaque",
                "PyMySQL uses TLS, recorded from outside",
                """
                with connect(ssl_disabled=False, ssl={}) as connection, connection.cursor() as cursor:
                    cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
                    print(len(cursor.fetchone()[1]) > 0)
                """
            )
            #expect(tls.text == "True\n", "\(tls.errors)")
        }

        @Test func `its statements`() async throws {
            let bench = try await RecordingBench.open()
            let outcome = try await bench.pymysql(
                "pymysql-session",
                "PyMySQL: results, many inserts at once, procedures, several results, errors, unbuffered cursors",
                Self.statements
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.text == Self.output, "\(outcome.errors)")
        }

        @Test func `its file, when the server asks for it`() async throws {
            let bench = try await RecordingBench.open()
            let folder = try TestFolder()
            let file = try folder.write("1\tone\n2\ttwo\n", "rows.txt")
            try await bench.asRoot { _ = try await $0.collect(sql: "SET GLOBAL local_infile = ON") }
            let outcome = try await bench.pymysql(
                "pymysql-local-infile",
                "LOAD DATA LOCAL INFILE by PyMySQL, of a file and of one that is not there",
                """
                with connect(local_infile=True) as connection, connection.cursor() as cursor:
                    cursor.execute("CREATE DATABASE recording_py_infile")
                    connection.select_db("recording_py_infile")
                    cursor.execute("CREATE TABLE t (n INT, v VARCHAR(9))")
                    print(cursor.execute("LOAD DATA LOCAL INFILE '\(file)' INTO TABLE t"))
                    attempt(cursor, "LOAD DATA LOCAL INFILE '/nonexistent/file' INTO TABLE t")
                    cursor.execute("DROP DATABASE recording_py_infile")
                """
            )
            try await bench.asRoot { _ = try await $0.collect(sql: "SET GLOBAL local_infile = OFF") }
            #expect(outcome.text == "2\nerror 1017\n", "\(outcome.text) \(outcome.errors)")
        }

        @Test func `its packets of more than 16 MiB, both ways`() async throws {
            let bench = try await RecordingBench.open()
            // Not kept: our own recordings have packets of that size, and each takes long to replay.
            let (outcome, text) = try await RecordingBench.pymysql(
                "PyMySQL sends a statement of several packets and reads a row of several",
                """
                with connect() as connection, connection.cursor() as cursor:
                    cursor.execute("SELECT LENGTH(%s)", ("y" * (1 << 24),))
                    print(cursor.fetchone()[0])
                    cursor.execute("SELECT REPEAT('x', 17000000), 'behind'")
                    print([len(value) for value in cursor.fetchone()])
                """,
                port: bench.server.port
            )
            #expect(try RecordedPackets.unknown(in: RecordingParser.parse(text)) == [])
            #expect(outcome.text == "16777216\n[17000000, 6]\n", "\(outcome.errors)")
        }

        private static let statements = #"""
            with connect(client_flag=CLIENT.MULTI_STATEMENTS) as connection, connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE recording_py")
                connection.select_db("recording_py")
                cursor.execute("CREATE TABLE t (n INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(40), b BLOB)")
                rows = [("it's", b"\0\xff'"), (None, None), ("ü🐬", b"")]
                print(cursor.executemany("INSERT INTO t (v, b) VALUES (%s, %s)", rows), cursor.lastrowid)
                connection.commit()
                cursor.execute("SELECT * FROM t ORDER BY n")
                print(cursor.fetchall() == tuple((i + 1, *row) for i, row in enumerate(rows)))
                print(cursor.execute("SELECT * FROM t WHERE n > %s", (3,)))
                print(cursor.executemany("UPDATE t SET v = %s WHERE n = %s", [("x", 1), ("y", 2)]))
                connection.rollback()
                for sql in ("SELEC", "SELECT * FROM no_such_table", "INSERT INTO t (n) VALUES (1)"):
                    attempt(cursor, sql)
                connection.begin()
                cursor.execute("INSERT INTO t (v) VALUES ('four')")
                connection.commit()
                cursor.execute("SELECT 1/0")
                print(connection.show_warnings()[0][1])
                cursor.execute("CREATE PROCEDURE p(IN a INT, INOUT b INT) "
                               "BEGIN SELECT a; SELECT a, NULL FROM t WHERE 1 = 0; SET b = a + b; END")
                cursor.callproc("p", (20, 22))
                print(cursor.fetchall(), cursor.nextset(), cursor.fetchall(), cursor.nextset(), cursor.nextset())
                cursor.execute("SELECT @_p_1")
                print(cursor.fetchone()[0])
                cursor.execute("SELECT 1; SET @a = 2; SELECT 3, NULL")
                print(cursor.fetchall(), cursor.nextset(), cursor.rowcount, cursor.nextset(), cursor.fetchall())
                connection.ping(reconnect=False)
                connection.autocommit(True)
                connection.set_character_set("utf8mb4")
                many = "WITH RECURSIVE s AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM s WHERE i < 200) SELECT i FROM s"
                with connection.cursor(SSCursor) as stream:
                    stream.execute(many)
                    print(stream.fetchone(), stream.fetchmany(2))
                with connection.cursor(SSDictCursor) as stream:
                    stream.execute(many)
                    print(sum(row["i"] for row in stream))
                with connection.cursor(DictCursor) as named:
                    named.execute("SELECT n, v FROM t WHERE n = 4")
                    print(named.fetchone())
                cursor.execute("DROP DATABASE recording_py")
            """#

        private static let output = """
            3 1
            True
            0
            2
            error 1064
            error 1146
            error 1062
            1365
            ((20,),) True () True None
            42
            ((1,),) True 0 True ((3, None),)
            (1,) [(2,), (3,)]
            20100
            {'n': 4, 'v': 'four'}

            """
    }
}

/// mysql_native_password, which MySQL 9 no longer has.
extension RecordingTests.MariaDB {
    @Test(.needsPyMySQL) func `PyMySQL by mysql_native_password`() async throws {
        let server = try await MariaDBServer.shared()
        let (outcome, text) = try await RecordingBench.pymysql(
            "PyMySQL logs in by mysql_native_password",
            """
            with connect() as connection, connection.cursor() as cursor:
                cursor.execute("SELECT CURRENT_USER()")
                print(cursor.fetchone()[0])
                attempt(cursor, "SELEC")
            """,
            port: server.port
        )
        #expect(outcome.text == "recorder@127.0.0.1\nerror 1064\n", "\(outcome.errors)")
        let (recording, events) = try RecordingBench.check("pymysql-login-native", text)
        guard RecordingBench.isKept else { return }
        let version = (recording.header.server ?? "").replacing("5.5.5-", with: "").prefix { $0 != "-" }
        try RecordingBench.write("pymysql-login-native", text, events, folder: "mariadb-\(version)")
    }
}
