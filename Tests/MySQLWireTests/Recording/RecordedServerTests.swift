import MySQLWire
import NIOCore
import TestSupport
import Testing

/// Our client logs in to a server that is nothing but recordings of other clients' sessions.
@Suite struct RecordedServerTests {
    struct Entry: Sendable, CustomStringConvertible {
        let login: String
        let sessions: [String]
        let path: AuthenticationMachine.Path
        /// Of what was recorded, and the text that it gave.
        let sql: String
        let result: [[String?]]
        var description: String { login }
    }

    static let mysql = "mysql-9.7.4/"
    static let entries = [
        Entry(
            login: mysql + "mysql-login-fast",
            sessions: [mysql + "mysql-names"],
            path: .fast,
            sql: "SELECT 2, NULL, 'ü'",
            result: [["2", nil, "ü"]]
        ),
        Entry(
            login: mysql + "mysql-login-full-rsa",
            sessions: [mysql + "mysql-names"],
            path: .fullRSA,
            sql: "SELECT 1",
            result: [["1"]]
        ),
        Entry(
            login: mysql + "pymysql-login-fast",
            sessions: [mysql + "pymysql-session"],
            path: .fast,
            sql: "SELECT * FROM t ORDER BY n",
            result: [["1", "it's", "\u{0}\u{FFFD}'"], ["2", nil, nil], ["3", "ü🐬", ""]]
        ),
        Entry(
            login: mysql + "pymysql-login-full-rsa",
            sessions: [],
            path: .fullRSA,
            sql: "SELECT CURRENT_USER()",
            result: [["recorder@127.0.0.1"]]
        ),
        Entry(
            login: "mariadb-10.11.18/pymysql-login-native",
            sessions: [],
            path: .native,
            sql: "SELECT CURRENT_USER()",
            result: [["recorder@127.0.0.1"]]
        ),
    ]

    @Test(arguments: entries) func `A login and a query`(entry: Entry) async throws {
        let recorded = try RecordedServer(
            login: WireFixture.named(entry.login),
            sessions: entry.sessions.map { try WireFixture.named($0) }
        )
        try await ScriptedServer.run(recorded.script) { server in
            let connection = try await server.connect {
                $0.username = "recorder"
                $0.getServerPublicKey = true
            }
            #expect(connection.authenticationPath == entry.path)
            let result = try await connection.collect(sql: entry.sql)
            #expect(result.rows.map(\.strings) == entry.result)
            await connection.close()
            await server.clientsGone()
        }
        #expect(recorded.faults == [])
        let response = try #require(recorded.response)
        #expect(response.username == "recorder")
        #expect(recorded.capabilities.isSuperset(of: response.capabilities))
        #expect(recorded.commands == [.query("SET NAMES utf8mb4"), .query(entry.sql), .quit])
    }

    @Test func `What was not recorded has no answer`() async throws {
        let recorded = try RecordedServer(
            login: WireFixture.named("mysql-9.7.4/mysql-login-fast"),
            sessions: [WireFixture.named("mysql-9.7.4/mysql-names")]
        )
        try await ScriptedServer.run(recorded.script) { server in
            let connection = try await server.connect()
            let error = await mysqlError { _ = try await connection.collect(sql: "SELECT 'never recorded'") }
            #expect(error?.code == .connectionClosed)
        }
        #expect(recorded.faults.count == 1)
    }
}
