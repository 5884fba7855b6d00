import Foundation
import MySQLWire
import TestSupport
import Testing

/// Logins by mysql_native_password on a real server, and what the program makes of another kind of server.
@Suite("On a MariaDB", .needsMariaDB)
struct MariaDBTests {
    private func run(_ arguments: [String], password: String = MariaDBServer.password) async throws -> Program.Outcome {
        try await Program.run(
            [arguments[0], "--no-defaults", "--user", RecordingBench.username] + arguments.dropFirst(),
            environment: ["MYSQL_PWD": password]
        )
    }

    private func address() async throws -> String { "127.0.0.1:\(try await MariaDBServer.shared().port)" }

    @Test func `a login by mysql_native_password, with the right password, without one, and with a wrong one`()
        async throws
    {
        let server = try await MariaDBServer.shared()
        let connection = try await MySQLConnection.connect(to: server.configuration)
        #expect(try await connection.collect(sql: "SELECT CURRENT_USER()").scalar == "recorder@127.0.0.1")
        let plugin =
            "SELECT JSON_VALUE(priv, '$.plugin') FROM mysql.global_priv WHERE user = 'recorder' AND host = '127.0.0.1'"
        #expect(try await connection.collect(sql: plugin).scalar == "mysql_native_password")
        await connection.close()

        var nobody = server.configuration
        nobody.username = "nobody"
        nobody.password = nil
        try await MySQLConnection.connect(to: nobody).close()

        // Longer and shorter than it, one bit beside it, none at all: the scramble is over the whole password.
        for wrong in [MariaDBServer.password + "5", String(MariaDBServer.password.dropLast()), "w1re-S3cret-pa54", ""] {
            var denied = server.configuration
            denied.password = Secret(wrong)
            let error = await #expect(throws: MySQLError.self) { try await MySQLConnection.connect(to: denied) }
            #expect(error?.server?.number == 1045 && error?.phase == .authentication)
        }
        var old = server.configuration
        old.username = "oldie"
        let refused = await #expect(throws: MySQLError.self) { try await MySQLConnection.connect(to: old) }
        #expect(refused?.message.contains("mysql_old_password, which is not supported") == true)
    }

    @Test func `query logs in, and a wrong password is exit 4`() async throws {
        let address = try await address()
        let outcome = try await run(["query", "--format", "tsv", address, "SELECT VERSION() AS v, NULL, 'a\\tb'"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.text.hasPrefix("v\tNULL\ta\tb\n") && outcome.text.contains("-MariaDB"))
        #expect(outcome.text.hasSuffix("\tNULL\ta\\tb\n"))
        let denied = try await run(["query", address, "SELECT 1"], password: "wr0ng-s3cret")
        #expect(denied.status == 4 && denied.lines.count == 1 && denied.output.isEmpty, "\(denied.errors)")
        #expect(denied.errors.contains("1045") && !denied.errors.contains("wr0ng-s3cret"))
    }

    @Test func `status tells its version, position and replication, and what it does not have as unknown`()
        async throws
    {
        let address = try await address()
        let alone = try await run(["status", "--format", "json", address])
        #expect(alone.status == 0, "\(alone.errors)")
        let server = try firstServer(alone)
        #expect((server["version"] as? String)?.contains("-MariaDB") == true)
        #expect(server["role"] as? String == "standalone")
        #expect(server["serverUUID"] is NSNull && server["gtidMode"] is NSNull && server["superReadOnly"] is NSNull)
        let position = try #require(server["binaryLog"] as? [String: Any])
        #expect((position["file"] as? String)?.hasPrefix("binlog.") == true && (position["position"] as? Int) ?? 0 > 0)
        #expect((server["unreadable"] as? [String: Any])?.isEmpty == true)

        let root = try await MySQLConnection.connect(to: MariaDBServer.shared().configuration)
        _ = try await root.collect(
            sql:
                "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1, MASTER_USER = 'nobody', MASTER_LOG_FILE = 'f'"
        )
        _ = try await root.collect(sql: "START SLAVE")
        let following = try await run(["status", "--format", "json", address])
        let table = try await run(["status", address])
        for sql in ["STOP SLAVE", "RESET SLAVE ALL"] { _ = try await root.collect(sql: sql) }
        await root.close()
        #expect(following.status == 3)
        let channel = try #require((try firstServer(following)["replication"] as? [[String: Any]])?.first)
        #expect(
            ["Connecting", "No"].contains(channel["receiver"] as? String) && channel["applier"] as? String == "Yes"
        )
        #expect(channel["secondsBehindSource"] is NSNull && channel["sourcePort"] as? Int == 1)
        #expect(table.status == 3 && table.text.contains("unknown"), "\(table.text)")
    }

    private func firstServer(_ outcome: Program.Outcome) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        return try #require((json?["servers"] as? [[String: Any]])?.first, "\(outcome.text)")
    }
}
