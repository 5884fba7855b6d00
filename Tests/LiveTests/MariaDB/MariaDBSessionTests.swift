import MySQLWire
import Testing

/// What a MariaDB does otherwise: its state changes, its change of the user, its LOCAL INFILE.
@Suite("The session on a MariaDB", .needsMariaDB)
struct MariaDBSessionTests {
    @Test func `state changes, statistics, several statements and the time zone`() async throws {
        var configuration = try await MariaDBServer.shared().configuration
        configuration.timeZone = "+05:00"
        let connection = try await MySQLConnection.connect(to: configuration)
        #expect(connection.sessionState.isTracked)
        #expect(try await connection.collect(sql: "SELECT @@time_zone").scalar == "+05:00")
        let use = try await connection.collect(sql: "USE mysql").completion
        #expect(use.sessionChanges.contains(.schema("mysql")))
        #expect(connection.sessionState.schema == "mysql")
        _ = try await connection.collect(
            sql: """
                SET session_track_system_variables = '*', session_track_state_change = ON, \
                session_track_transaction_info = CHARACTERISTICS
                """
        )
        // Both in one entry.
        let two = try await connection.collect(sql: "SET sql_mode = 'ANSI', lock_wait_timeout = 77").completion
        #expect(two.sessionChanges.contains(.systemVariable(name: "lock_wait_timeout", value: "77")))
        #expect(connection.sessionState.systemVariables["sql_mode"]??.contains("ANSI") == true)
        #expect(two.sessionChanges.contains(.stateChanged(true)))
        let begin = try await connection.collect(sql: "START TRANSACTION READ ONLY").completion
        #expect(begin.sessionChanges.contains(.transactionCharacteristics("START TRANSACTION READ ONLY;")))
        _ = try await connection.collect(sql: "COMMIT")
        #expect(try await connection.statistics().hasPrefix("Uptime: "))
        try await connection.allowSeveralStatements(true)
        #expect(try await connection.query(sql: "SELECT 1; SELECT 2").nextResult() != nil)
        try await connection.allowSeveralStatements(false)
        try await connection.reset()
        #expect(
            try await connection.collect(sql: "SELECT @@time_zone, @@character_set_client").firstRow?.strings
                == ["+05:00", "utf8mb4"]
        )
        await connection.close()
    }

    @Test func `the user is changed with a password, without one, and not with a wrong one`() async throws {
        let configuration = try await MariaDBServer.shared().configuration
        let connection = try await MySQLConnection.connect(to: configuration)
        let user = "SELECT CURRENT_USER()"
        try await connection.changeUser("nobody", password: nil)
        #expect(try await connection.collect(sql: user).scalar == "nobody@127.0.0.1")
        try await connection.changeUser(configuration.username, password: configuration.password, database: "mysql")
        #expect(try await connection.collect(sql: user).scalar == "recorder@127.0.0.1")
        #expect(connection.sessionState.schema == "mysql")
        let denied = await #expect(throws: MySQLError.self) {
            try await connection.changeUser(configuration.username, password: Secret("not it"))
        }
        #expect(denied?.server?.number == 1045)
        #expect(connection.closeReason != nil)
    }

    @Test func `a file of the caller's is loaded`() async throws {
        var configuration = try await MariaDBServer.shared().configuration
        configuration.allowsLocalInfile = true
        let connection = try await MySQLConnection.connect(to: configuration)
        _ = try await connection.collect(sql: "CREATE DATABASE session_infile")
        _ = try await connection.collect(sql: "CREATE TABLE session_infile.t (n INT, v VARCHAR(9))")
        let load = "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE session_infile.t"
        let completion = try await connection.execute(
            sql: load,
            localInfile: MySQLLocalInfile(bytes: Array("1\ta\n2\tb\n".utf8))
        )
        #expect(completion.affectedRows == 2)
        let none = await #expect(throws: MySQLError.self) { try await connection.collect(sql: load) }
        #expect(none?.code == .localInfileRefused)
        #expect(try await connection.collect(sql: "SELECT GROUP_CONCAT(v) FROM session_infile.t").scalar == "a,b")
        _ = try await connection.collect(sql: "DROP DATABASE session_infile")
        await connection.close()
    }
}
