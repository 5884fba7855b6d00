import Foundation
import MySQLWire
import Testing

/// Sessions on a MariaDB: it still has mysql_native_password, which MySQL 9 no longer has.
extension RecordingTests {
    @Suite("of a MariaDB", .needsMariaDB)
    struct MariaDB {
        @Test func `logins by mysql_native_password, and a result`() async throws {
            let account = try await MariaDBServer.shared().configuration
            try await record("login-native", "mysql_native_password", account) { connection in
                for sql in [
                    "SELECT 1, NULL, ''", "SELECT 1 FROM DUAL WHERE 1 = 0", "SELEC", "SHOW MASTER STATUS",
                    "SHOW REPLICA STATUS", "SET @a = 1",
                ] { _ = try? await connection.collect(sql: sql) }
            }
            var denied = account
            denied.password = Secret("not it")
            try await record("login-native-denied", "mysql_native_password with a wrong password", denied) { _ in }
            var nobody = account
            nobody.username = "nobody"
            nobody.password = nil
            try await record("login-native-empty", "mysql_native_password: no password", nobody) { try await $0.ping() }
            var old = account
            old.username = "oldie"
            try await record("login-old-password", "a switch to mysql_old_password, which is refused", old) { _ in }
        }

        @Test func `a login by client_ed25519`() async throws {
            try await recordPlugin("ed25519", on: MariaDBServer.shared())
        }

        @Test(.enabled(if: MariaDBServer.isNextAvailable, MariaDBServer.whyNoNext))
        func `a login by parsec`() async throws {
            try await recordPlugin("parsec", on: MariaDBServer.next())
        }

        @Test func `cursors and long data`() async throws {
            let account = try await MariaDBServer.shared().configuration
            try await record("cursors", "rows in a cursor, read to the end and left early", account) {
                try await RecordedStatements.cursors($0)
            }
            try await record("long-data", "values in pieces, before their statement", account) {
                try await RecordedStatements.longData($0)
            }
        }

        private func recordPlugin(_ plugin: String, on server: MariaDBServer) async throws {
            let root = try await MySQLConnection.connect(to: server.configuration)
            _ = try await root.collect(sql: "INSTALL PLUGIN IF NOT EXISTS \(plugin) SONAME 'auth_\(plugin)'")
            let password = SQLText.literal(RecordingBench.password)
            _ = try await root.collect(
                sql: "CREATE USER signer@'127.0.0.1' IDENTIFIED VIA \(plugin) USING PASSWORD(\(password))"
            )
            var configuration = server.configuration
            configuration.username = "signer"
            try await record("login-\(plugin)", "a switch to \(plugin)", configuration) { try await $0.ping() }
            _ = try await root.collect(sql: "DROP USER signer@'127.0.0.1'")
            await root.close()
        }

        private func record(
            _ name: String,
            _ scenario: String,
            _ configuration: MySQLConfiguration,
            _ body: (MySQLConnection) async throws -> Void
        ) async throws {
            let memory = RecordingMemory()
            let tap = RecordingTap(scenario: scenario, sink: memory)
            if let connection = try? await MySQLConnection.connect(to: configuration, tap: tap) {
                try await body(connection)
                await connection.close()
            }
            tap.finish()
            let recording = try RecordingParser.parse(memory.text)
            #expect(!memory.text.contains(RecordingBench.password))
            let events = try Replay.run(recording)
            for case .mismatch(let what) in events { Issue.record("\(what)") }
            guard RecordingBench.isKept else { return }
            // 5.5.5-10.11.18-MariaDB: what stands before it is for clients that take the first digit for the version.
            let version = (recording.header.server ?? "").replacing("5.5.5-", with: "").prefix { $0 != "-" }
            try RecordingBench.write(name, memory.text, events, folder: "mariadb-\(version)")
        }
    }
}
