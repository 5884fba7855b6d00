import MySQLWire
import NIOCore
import ReplicaLab
import Testing

@Suite("A connection to a real server", .needsServer)
struct ConnectionTests {
    func connect(
        _ mode: TLSConfiguration.Mode = .required,
        change: (inout MySQLConfiguration) -> Void = { _ in }
    ) async throws -> MySQLConnection {
        var configuration = try await LivePair.shared().source.configuration
        configuration.tls = TLSConfiguration(mode: mode)
        configuration.connectTimeout = .seconds(10)
        change(&configuration)
        return try await MySQLConnection.connect(to: configuration)
    }

    private func error(_ body: () async throws -> Void) async -> MySQLError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? MySQLError
        }
    }

    @Test func `the second login of an account takes the fast path, over TLS and in plaintext`() async throws {
        let first = try await connect()
        #expect(first.tlsVersion == "TLSv1.3")
        await first.close()
        for mode in [TLSConfiguration.Mode.required, .disabled, .preferred] {
            let second = try await connect(mode)
            #expect(second.authenticationPath == .fast)
            #expect((second.tlsVersion == nil) == (mode == .disabled))
            await second.close()
        }
    }

    @Test func `cells, NULLs, names and numbers come as the server sent them`() async throws {
        let connection = try await connect()
        let result = try await connection.collect(
            sql: "SELECT 1 AS a, NULL AS b, '' AS c, 'naïve 🐬' AS d, -5 AS e, 1 AS a"
        )
        #expect(result.columns.names == ["a", "b", "c", "d", "e", "a"])
        #expect(result.firstRow?.strings == ["1", nil, "", "naïve 🐬", "-5", "1"])
        #expect(result.firstRow?.integer("e", as: Int8.self) == -5)
        #expect(try await connection.collect(sql: "SELECT 1 FROM DUAL WHERE 1 = 0").rowCount == 0)
        #expect(try await connection.collect(sql: "SET @a = 1").columns.isEmpty)
        await connection.close()
    }

    @Test func `an error of the server leaves the connection usable`() async throws {
        let connection = try await connect()
        let failure = await error { _ = try await connection.collect(sql: "SELEC") }
        #expect(failure?.server?.number == 1064)
        #expect(failure?.server?.sqlState == "42000")
        #expect(failure?.fate == .rejected)
        // 1365 comes in the middle of the rows.
        let late = await error {
            _ = try await connection.collect(
                sql: "SELECT ST_GeomFromText(t) FROM (SELECT 'POINT(1 1)' t UNION ALL SELECT 'x') AS x"
            )
        }
        #expect(late?.server?.number == 3037)
        try await connection.ping()
        await connection.close()
    }

    @Test func `a million rows stream in bounded batches`() async throws {
        let connection = try await connect(.disabled)
        let rows = try await connection.query(
            sql: """
                WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 1000)
                SELECT a.n, b.n, REPEAT('x', 50) FROM t a JOIN t b
                """
        )
        var count = 0
        var sum = 0
        for try await batch in rows {
            count += batch.count
            for row in batch { sum += row.integer(at: 0) ?? 0 }
            try #require(batch.withUnsafeCells { bytes, _ in bytes.count } <= 256 << 10)
        }
        #expect(count == 1_000_000)
        #expect(sum == 500_500_000)
        #expect(rows.completion != nil)
        await connection.close()
    }

    @Test(arguments: [0xFF_FFFF - 11, 0xFF_FFFF - 5, 0xFF_FFFF - 4, 0xFF_FFFF, 20 << 20])
    func `rows around and over 16 MiB arrive whole`(size: Int) async throws {
        for mode in [TLSConfiguration.Mode.disabled, .required] {
            let connection = try await connect(mode)
            let row = try #require(
                try await connection.collect(sql: "SELECT REPEAT('a', \(size)) AS x, 'tail' AS y, NULL AS z").firstRow
            )
            #expect(row.withBytes(at: 0) { $0?.count == size && $0?.allSatisfy { $0 == 97 } == true })
            #expect(row.string(at: 1) == "tail")
            #expect(row.isNull(at: 2))
            #expect(try await connection.collect(sql: "SELECT 1").scalar == "1")
            await connection.close()
        }
    }

    @Test(arguments: [0xFF_FFFF, 0xFF_FFFF + 1, 20 << 20]) func `statements over 16 MiB are sent whole`(size: Int)
        async throws
    {
        let connection = try await connect()
        // The command byte and the text together are a payload of exactly `size` bytes.
        let text = String(repeating: "z", count: size - 1 - "SELECT LENGTH('')".utf8.count)
        #expect(try await connection.collect(sql: "SELECT LENGTH('\(text)')").scalar == String(text.utf8.count))
        #expect(try await connection.collect(sql: "SELECT 1").scalar == "1")
        await connection.close()
    }

    @Test func `a row over the limit is refused, and the connection closed`() async throws {
        let connection = try await connect { $0.maximumPayload = 1 << 20 }
        let failure = await error { _ = try await connection.collect(sql: "SELECT REPEAT('a', 2000000)") }
        #expect(failure?.code == .limitExceeded)
        #expect(connection.closeReason?.code == .limitExceeded)
    }

    @Test func `a deadline closes the connection, and says what is known of the command`() async throws {
        let connection = try await connect()
        let failure = await error {
            _ = try await connection.collect(sql: "SELECT SLEEP(30)", timeout: .milliseconds(100))
        }
        #expect(failure?.code == .timedOut)
        #expect(failure?.fate == .maybeExecuted)
        let next = await error { _ = try await connection.collect(sql: "SELECT 1") }
        #expect(next?.fate == .notSent)
    }

    @Test func `a cancelled task does not wait, and its connection is not used again`() async throws {
        let connection = try await connect()
        let task = Task { try await connection.collect(sql: "SELECT SLEEP(30)") }
        _ = try await connect()  // long enough for the statement to be sent
        task.cancel()
        let failure = await error { _ = try await task.value }
        #expect(failure?.code == .cancelled)
        #expect(connection.closeReason != nil)
    }

    @Test func `commands of several tasks run one after the other`() async throws {
        let connection = try await connect()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 1...100 {
                group.addTask { try await connection.collect(sql: "SELECT \(index)").firstRow?.integer(at: 0) ?? 0 }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 5050)
        await connection.close()
    }

    @Test func `unread rows keep the connection busy; letting go of them frees it`() async throws {
        let connection = try await connect()
        let text = "SELECT REPEAT('x', 1000) FROM information_schema.columns a LIMIT 3000"
        var rows: MySQLRows? = try await connection.query(sql: text)
        let failure = await error { _ = try await connection.collect(sql: "SELECT 1") }
        #expect(failure?.code == .busy)
        #expect(rows?.columns.count == 1)
        rows = nil
        let result = await error { _ = try await connection.collect(sql: "SELECT 1") }
        // About 3 MB were left: more than is drained, so the connection was closed rather than read to its end.
        #expect(result?.code == .connectionClosed)
        let other = try await connect()
        rows = try await other.query("SELECT REPEAT('x', 10) FROM information_schema.columns a LIMIT 300")
        rows = nil
        #expect(try await other.collect(sql: "SELECT 1").scalar == "1")
        await other.close()
    }

    @Test func `a procedure's results come one after the other`() async throws {
        let connection = try await connect()
        _ = try await connection.collect(sql: "CREATE DATABASE IF NOT EXISTS connection_tests")
        try await connection.selectDatabase("connection_tests")
        _ = try await connection.collect(sql: "DROP PROCEDURE IF EXISTS two")
        _ = try await connection.collect(sql: "CREATE PROCEDURE two() BEGIN SELECT 1; SELECT 2, 3; END")
        let first = try await connection.query(sql: "CALL two()")
        var values: [[String?]] = []
        for try await batch in first { values += batch.map(\.strings) }
        let second = try #require(try await first.nextResult())
        for try await batch in second { values += batch.map(\.strings) }
        let last = try #require(try await second.nextResult())
        #expect(last.columns.isEmpty)
        #expect(try await last.nextResult() == nil)
        #expect(values == [["1"], ["2", "3"]])
        #expect(try await connection.collect(sql: "CALL two()").scalar == "1")
        try await connection.reset()
        #expect(
            try await connection.collect(sql: "SELECT DATABASE(), @@character_set_client").firstRow?.strings == [
                "connection_tests", "utf8mb4",
            ]
        )
        _ = try await connection.collect(sql: "DROP DATABASE connection_tests")
        await connection.close()
    }

    @Test func `a reset ends what the session had, keeps its database and its character set`() async throws {
        let connection = try await connect()
        for sql in [
            "CREATE DATABASE reset_tests", "USE reset_tests", "CREATE TABLE rolled_back (n INT)", "SET @a = 1",
            "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'", "CREATE TEMPORARY TABLE gone (n INT)",
            "START TRANSACTION", "INSERT INTO rolled_back VALUES (1)",
        ] { _ = try await connection.collect(sql: sql) }
        #expect(connection.status.contains([.inTransaction, .noBackslashEscapes]))
        try await connection.reset()
        #expect(!connection.status.contains(.inTransaction) && !connection.status.contains(.noBackslashEscapes))
        let after =
            "SELECT @a, @@session.sql_mode = @@global.sql_mode, DATABASE(), @@character_set_client, CONNECTION_ID()"
        #expect(
            try await connection.collect(sql: after).firstRow?.strings == [
                nil, "1", "reset_tests", "utf8mb4", String(connection.connectionID),
            ]
        )
        #expect(await error { _ = try await connection.collect(sql: "SELECT * FROM gone") }?.server?.number == 1146)
        #expect(try await connection.collect(sql: "SELECT COUNT(*) FROM rolled_back").scalar == "0")
        _ = try await connection.collect(sql: "DROP DATABASE reset_tests")
        await connection.close()
    }

    @Test func `literals survive both modes of backslashes`() async throws {
        let connection = try await connect()
        for value in ["it's", "a\\b", "\\'; DROP TABLE x; -- ", "\0\n\r\u{1A}\t%_\"", "'\u{301}🐬"] {
            for mode in ["", "NO_BACKSLASH_ESCAPES"] {
                _ = try await connection.collect(sql: "SET SESSION sql_mode = '\(mode)'")
                let escapes = connection.status.contains(.noBackslashEscapes)
                #expect(escapes == !mode.isEmpty)
                let sql = "SELECT \(SQLText.literal(value, noBackslashEscapes: escapes))"
                #expect(try await connection.collect(sql: sql).scalar == value)
                #expect(
                    try await connection.collect(sql: "SELECT \(SQLText.literal(bytes: value.utf8))").scalar == value
                )
            }
        }
        await connection.close()
    }

    @Test func `wrong password, wrong port and wrong name are told apart`() async throws {
        let password = await error { _ = try await connect { $0.password = Secret("wrong") } }
        #expect(password?.server?.number == 1045)
        #expect(password?.phase == .authentication)
        let port = await error { _ = try await connect { $0.endpoint = .tcp(host: "127.0.0.1", port: 1) } }
        #expect(port?.code == .unreachable)
        #expect(port?.phase == .connecting)
        let name = await error {
            _ = try await connect { $0.endpoint = .tcp(host: "no-such-host.invalid", port: 3306) }
        }
        #expect(name?.code == .unreachable)
        #expect(name?.phase == .resolving)
        let database = await error { _ = try await connect { $0.database = "no_such_database" } }
        #expect(database?.server?.number == 1049)
    }

    @Test func `a certificate that nobody known has signed is refused where it is verified`() async throws {
        for mode in [TLSConfiguration.Mode.verifyCA, .verifyIdentity] {
            let failure = await error { _ = try await connect(mode) }
            #expect(failure?.code == .tlsFailed)
        }
        let authority = try await LivePair.shared().source.directory + "/data/ca.pem"
        let verified = try await connect { $0.tls = TLSConfiguration(mode: .verifyCA, caFile: authority) }
        await verified.close()
        // The server's own certificate names no host.
        let failure = await error {
            _ = try await connect { $0.tls = TLSConfiguration(mode: .verifyIdentity, caFile: authority) }
        }
        #expect(failure?.code == .tlsFailed)
    }

    @Test func `over a unix socket, TLS is for whoever asks for it`() async throws {
        let path = try await LivePair.shared().source.socketPath
        for (mode, version) in [(TLSConfiguration.Mode.preferred, nil), (.required, "TLSv1.3")] {
            let connection = try await connect(mode) { $0.endpoint = .unixSocket(path: path) }
            #expect(connection.tlsVersion == version)
            #expect(
                try await connection.collect(sql: "SELECT CONNECTION_ID()").scalar == String(connection.connectionID)
            )
            await connection.close()
        }
    }
}

extension ConnectionTests {
    @Test func `the binary log streams from a position to its end`() async throws {
        let connection = try await connect()
        _ = try await connection.collect(sql: "CREATE DATABASE IF NOT EXISTS binlog_stream")
        let status = try #require(try await connection.collect(sql: "SHOW BINARY LOG STATUS").firstRow)
        let file = try #require(status.string("File"))
        let position: UInt64 = try #require(status.integer("Position"))
        _ = try await connection.collect(sql: "DROP DATABASE binlog_stream")
        var types: [UInt8] = []
        for try await event in try await connection.binaryLogEvents(file: file, position: position, serverID: 4_000_001)
        {
            #expect(event.readableBytes >= 19)
            types.append(event.getInteger(at: event.readerIndex + 4) ?? 0)
        }
        // ROTATE and FORMAT_DESCRIPTION are made up by the server; then ANONYMOUS_GTID and QUERY of the DROP.
        #expect(types.starts(with: [4, 15]))
        #expect(types.contains(34) && types.contains(2))
        await connection.close()
        let other = try await connect()
        await #expect(throws: MySQLError.self) {
            for try await _ in try await other.binaryLogEvents(
                file: "no-such-file.000001",
                position: 4,
                serverID: 4_000_001
            ) {}
        }
        await other.close()
    }
}
