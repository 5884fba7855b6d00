import MySQLWire
import ReplicaLab
import Synchronization
import Testing

/// The session's own commands, its state as the server tells it, and what goes beside a statement's text.
@Suite("The session on a real server", .needsServer)
struct SessionTests {
    private func connect(_ change: (inout MySQLConfiguration) -> Void = { _ in }) async throws -> MySQLConnection {
        var configuration = try await LivePair.shared().source.configuration
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

    @Test func `the server tells what a statement changes: schema, variables, GTIDs, transactions`() async throws {
        let connection = try await connect { $0.database = "mysql" }
        #expect(connection.sessionState.isTracked)
        #expect(connection.sessionState.schema == "mysql")
        _ = try await connection.collect(sql: "CREATE DATABASE session_tracking")
        let use = try await connection.collect(sql: "USE session_tracking").completion
        #expect(use.sessionChanges == [.schema("session_tracking")])
        #expect(connection.sessionState.schema == "session_tracking")
        try await connection.selectDatabase("mysql")
        #expect(connection.sessionState.schema == "mysql")

        let variables = try await connection.collect(sql: "SET autocommit = 0, time_zone = '+01:00'").completion
        #expect(variables.sessionChanges.contains(.systemVariable(name: "autocommit", value: "OFF")))
        #expect(variables.sessionChanges.contains(.systemVariable(name: "time_zone", value: "+01:00")))
        _ = try await connection.collect(sql: "SET character_set_results = NULL")
        #expect(connection.sessionState.systemVariables.keys.contains("character_set_results"))
        #expect(connection.sessionState.systemVariables["time_zone"] == "+01:00")
        _ = try await connection.collect(
            sql: """
                SET autocommit = 1, session_track_state_change = ON, session_track_transaction_info = CHARACTERISTICS
                """
        )
        let begin = try await connection.collect(sql: "START TRANSACTION READ ONLY").completion
        #expect(begin.sessionChanges.contains(.transactionCharacteristics("START TRANSACTION READ ONLY;")))
        #expect(begin.sessionChanges.contains(.transactionState("T_______")))
        _ = try await connection.collect(sql: "COMMIT")
        #expect(connection.sessionState.transactionState == "________")
        _ = try await connection.collect(sql: "CREATE TABLE session_tracking.t (n INT)")
        let temporary = try await connection.collect(sql: "CREATE TEMPORARY TABLE session_tracking.u (n INT)")
            .completion
        #expect(temporary.sessionChanges.contains(.stateChanged(true)))
        let inserted = try await connection.collect(sql: "INSERT INTO session_tracking.t VALUES (1), (2)").completion
        #expect(inserted.info == "Records: 2  Duplicates: 0  Warnings: 0")
        #expect(inserted.affectedRows == 2)
        _ = try await connection.collect(sql: "DROP DATABASE session_tracking")
        try await connection.reset()
        #expect(connection.sessionState.schema == "mysql")
        #expect(connection.sessionState.systemVariables["time_zone"] != "+01:00")
        await connection.close()
    }

    @Test func `a commit tells its GTID, up to a reset`() async throws {
        let lab = try await LiveServers.openLab()
        let settings = ["gtid_mode": "ON", "enforce_gtid_consistency": "ON"]
        let server = try await lab.startServer("session-gtids", serverID: 19, settings: settings)
        let connection = try await MySQLConnection.connect(to: server.configuration)
        _ = try await connection.collect(sql: "SET session_track_gtids = OWN_GTID")
        #expect(connection.sessionState.gtids == nil)
        let created = try await connection.collect(sql: "CREATE DATABASE session_gtids").completion
        let gtid = try #require(connection.sessionState.gtids)
        #expect(created.sessionChanges == [.gtids(gtid)])
        #expect(try await connection.collect(sql: "SELECT @@GLOBAL.gtid_executed").scalar == gtid)
        try await connection.reset()
        #expect(connection.sessionState.gtids == nil)
        await connection.close()
        await lab.stopAll()
    }

    @Test func `another account takes the session over, over TLS and in plaintext, and a wrong one ends it`()
        async throws
    {
        let root = try await connect()
        _ = try await root.collect(sql: "CREATE USER session_other@'%' IDENTIFIED BY 'other-pa55'")
        _ = try await root.collect(sql: "GRANT SELECT ON mysql.* TO session_other@'%'")
        for mode in [TLSConfiguration.Mode.required, .disabled] {
            let connection = try await connect { $0.tls = TLSConfiguration(mode: mode) }
            let id = try await connection.collect(sql: "SELECT CONNECTION_ID()").scalar
            _ = try await connection.collect(sql: "SET @mine = 1, NAMES latin1")
            try await connection.changeUser("session_other", password: Secret("other-pa55"), database: "mysql")
            let row = try await connection.collect(
                sql: "SELECT CURRENT_USER(), DATABASE(), @mine, CONNECTION_ID(), @@character_set_client, 'ä'"
            ).firstRow
            #expect(row?.strings == ["session_other@%", "mysql", nil, id, "utf8mb4", "ä"])
            #expect(connection.sessionState.schema == "mysql")
            // And back, without a database.
            let first = connection.configuration
            try await connection.changeUser(first.username, password: first.password)
            #expect(try await connection.collect(sql: "SELECT DATABASE()").scalar == nil)
            #expect(connection.sessionState.schema == nil)
            let denied = await error {
                try await connection.changeUser("session_other", password: Secret("not it"))
            }
            // In plaintext there is no way to send the server what it asks for then.
            #expect(denied?.server?.number == (mode == .required ? 1045 : nil))
            #expect(denied?.code == (mode == .required ? .server : .authenticationRefused))
            #expect(denied?.fate == (mode == .required ? .rejected : .maybeExecuted))
            #expect(connection.closeReason != nil)
        }
        _ = try await root.collect(sql: "DROP USER session_other@'%'")
        await root.close()
    }

    @Test func `statistics, and several statements on and off`() async throws {
        let connection = try await connect()
        #expect(try await connection.statistics().hasPrefix("Uptime: "))
        let two = "SELECT 1; SELECT 2"
        #expect(await error { _ = try await connection.collect(sql: two) }?.server?.number == 1064)
        try await connection.allowSeveralStatements(true)
        let rows = try await connection.query(sql: two)
        let second = try await rows.nextResult()
        for try await batch in try #require(second) { #expect(batch.map(\.strings) == [["2"]]) }
        try await connection.allowSeveralStatements(false)
        #expect(await error { _ = try await connection.collect(sql: two) }?.server?.number == 1064)
        #expect(connection.status.contains(.autocommit))
        await connection.close()
    }

    @Test func `the time zone is as configured, after a reset too, and an unknown one is no connection`() async throws {
        let connection = try await connect { $0.timeZone = "-03:30" }
        let sql = "SELECT @@time_zone, FROM_UNIXTIME(0), @@character_set_client"
        #expect(
            try await connection.collect(sql: sql).firstRow?.strings == ["-03:30", "1969-12-31 20:30:00", "utf8mb4"]
        )
        _ = try await connection.collect(sql: "SET time_zone = '+00:00'")
        try await connection.reset()
        #expect(
            try await connection.collect(sql: sql).firstRow?.strings == ["-03:30", "1969-12-31 20:30:00", "utf8mb4"]
        )
        await connection.close()
        let unknown = await error { _ = try await connect { $0.timeZone = "Atlantis/Capital" } }
        #expect(unknown?.server?.number == 1298)
    }

    @Test func `query attributes reach the server beside the text`() async throws {
        let root = try await connect()
        _ = try await root.collect(sql: "SET sql_log_bin = 0")
        _ = try await root.collect(sql: "INSTALL COMPONENT 'file://component_query_attributes'")
        let connection = try await connect { $0.allowsQueryAttributes = true }
        let sql = """
            SELECT mysql_query_attribute_string('trace'), mysql_query_attribute_string('n'), \
            mysql_query_attribute_string('u'), mysql_query_attribute_string('none'), mysql_query_attribute_string('x')
            """
        let attributes: [MySQLQueryAttribute] = [
            .init("trace", .string("ä'\\;")), .init("n", .integer(-5)), .init("none", .null),
            .init("u", .unsigned(.max)),
        ]
        let rows = try await connection.query(sql: sql, attributes: attributes)
        for try await batch in rows {
            #expect(batch.map(\.strings) == [["ä'\\;", "-5", "18446744073709551615", nil, nil]])
        }
        // They are of one statement only.
        #expect(try await connection.collect(sql: sql).firstRow?.strings == [nil, nil, nil, nil, nil])
        await connection.close()
        let refused = await error { _ = try await root.query(sql: sql, attributes: attributes) }
        #expect(refused?.code == .invalidArgument)
        _ = try await root.collect(sql: "UNINSTALL COMPONENT 'file://component_query_attributes'")
        await root.close()
    }

    @Test func `a file of the caller's is loaded, piece by piece, and a failing one is reported`() async throws {
        let root = try await connect()
        _ = try await root.collect(sql: "SET GLOBAL local_infile = ON")
        _ = try await root.collect(sql: "CREATE DATABASE session_infile")
        _ = try await root.collect(
            sql: "CREATE TABLE session_infile.t (n INT PRIMARY KEY, v VARCHAR(100)) ENGINE = InnoDB"
        )
        let load = "LOAD DATA LOCAL INFILE 'any name' INTO TABLE session_infile.t"
        for mode in [TLSConfiguration.Mode.required, .disabled] {
            let connection = try await connect {
                $0.allowsLocalInfile = true
                $0.tls = TLSConfiguration(mode: mode)
            }
            let total = 50_000
            let next = Atomic(0)
            let source = MySQLLocalInfile {
                let first = next.wrappingAdd(1000, ordering: .relaxed).oldValue
                guard first < total else { return nil }
                return (first..<first + 1000).flatMap { Array("\($0)\t\(String(repeating: "v", count: 80))\n".utf8) }
            }
            let completion = try await connection.execute(sql: load, localInfile: source)
            #expect(completion.affectedRows == UInt64(total))
            #expect(completion.info == "Records: 50000  Deleted: 0  Skipped: 0  Warnings: 0")
            let sums = "SELECT CONCAT(COUNT(*), ' ', SUM(n), ' ', SUM(LENGTH(v))) FROM session_infile.t"
            #expect(try await connection.collect(sql: sums).scalar == "50000 1249975000 4000000")
            _ = try await connection.collect(sql: "TRUNCATE TABLE session_infile.t")

            struct SourceError: Error {}
            let failing = AsyncThrowingStream<[UInt8], any Error> { continuation in
                continuation.yield(Array("1\tone\n".utf8))
                continuation.finish(throwing: SourceError())
            }
            _ = try await connection.collect(sql: "START TRANSACTION")
            let failed = await error {
                _ = try await connection.execute(sql: load, localInfile: MySQLLocalInfile(failing))
            }
            #expect(failed?.code == .localInfileFailed)
            _ = try await connection.collect(sql: "ROLLBACK")
            #expect(try await connection.collect(sql: "SELECT COUNT(*) FROM session_infile.t").scalar == "0")

            // No contents of the caller's: the server gets an empty file.
            let none = await error { _ = try await connection.collect(sql: load) }
            #expect(none?.code == .localInfileRefused)
            try await connection.ping()
            await connection.close()
        }
        // The server does not ask whoever cannot answer.
        let forbidden = await error { _ = try await root.collect(sql: load) }
        #expect(forbidden?.code == .server)
        _ = try await root.collect(sql: "DROP DATABASE session_infile")
        _ = try await root.collect(sql: "SET GLOBAL local_infile = OFF")
        await root.close()
    }
}
