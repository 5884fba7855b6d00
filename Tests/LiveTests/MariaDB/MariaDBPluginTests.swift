import MySQLWire
import Testing

/// MariaDB's own ways to log in, on the real servers that have them.
enum MariaDBPluginTests {
    /// Makes an account and logs in to it: with its password, with none, with a wrong one, and where another plugin
    /// alone is allowed.
    static func check(
        _ plugin: AuthenticationPlugin,
        library: String,
        via name: String,
        on server: MariaDBServer
    ) async throws {
        let root = try await MySQLConnection.connect(to: server.configuration)
        _ = try await root.collect(sql: "INSTALL PLUGIN IF NOT EXISTS \(name) SONAME '\(library)'")
        for (number, password) in ["secret", "pä'\\\"🐬 x", String(repeating: "long", count: 50)].enumerated() {
            let user = "\(name)_\(number)"
            _ = try await root.collect(
                sql:
                    "CREATE USER \(user)@'127.0.0.1' IDENTIFIED VIA \(name) USING PASSWORD(\(SQLText.literal(password)))"
            )
            var configuration = server.configuration
            configuration.username = user
            configuration.password = Secret(password)
            for allowed in [AuthenticationPlugin.usual, [plugin]] {
                configuration.allowedPlugins = allowed
                let connection = try await MySQLConnection.connect(to: configuration)
                #expect(connection.authenticationPath?.rawValue == name)
                #expect(try await connection.collect(sql: "SELECT CURRENT_USER()").scalar == "\(user)@127.0.0.1")
                await connection.close()
            }
            for wrong in [nil, Secret(""), Secret("guess"), Secret(password + "x")] {
                configuration.password = wrong
                let error = await #expect(throws: MySQLError.self) {
                    try await MySQLConnection.connect(to: configuration)
                }
                #expect(
                    error?.server?.number == 1045 && error?.phase == .authentication,
                    "\(String(describing: error))"
                )
            }
            configuration.allowedPlugins = AuthenticationPlugin.usual.subtracting([plugin])
            let error = await #expect(throws: MySQLError.self) {
                try await MySQLConnection.connect(to: configuration)
            }
            #expect(error?.code == .authenticationRefused && error?.message.contains(plugin.name) == true)
        }
        await root.close()
    }

    @Suite("On a MariaDB: ed25519", .needsMariaDB) struct Ed25519 {
        @Test func `client_ed25519 logs in with the right password and no other`() async throws {
            try await check(.ed25519, library: "auth_ed25519", via: "ed25519", on: MariaDBServer.shared())
        }
    }

    @Suite("On a newer MariaDB", .enabled(if: MariaDBServer.isNextAvailable, MariaDBServer.whyNoNext)) struct Next {
        @Test func `parsec logs in with the right password and no other`() async throws {
            try await check(.parsec, library: "auth_parsec", via: "parsec", on: MariaDBServer.next())
        }

        @Test func `client_ed25519 does so too`() async throws {
            try await check(.ed25519, library: "auth_ed25519", via: "ed25519", on: MariaDBServer.next())
        }
    }
}
