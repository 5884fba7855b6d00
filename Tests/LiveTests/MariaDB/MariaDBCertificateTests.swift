import MySQLWire
import TestSupport
import Testing

/// What a real MariaDB says for its certificate at the end of a login, and what becomes of it with somebody in between.
enum MariaDBCertificateTests {
    private static let plugins: [(name: String, library: String?)] = [
        ("mysql_native_password", nil), ("ed25519", "auth_ed25519"), ("parsec", "auth_parsec"),
    ]

    /// Of an account by that plugin, over TLS that verifies nothing.
    private static func configuration(
        _ plugin: (name: String, library: String?),
        on server: MariaDBServer
    ) async throws -> MySQLConfiguration {
        var configuration = server.configuration
        let user = "proved_\(plugin.name)"
        let root = try await MySQLConnection.connect(to: configuration)
        if let library = plugin.library {
            _ = try await root.collect(sql: "INSTALL PLUGIN IF NOT EXISTS \(plugin.name) SONAME '\(library)'")
        }
        _ = try await root.collect(
            sql:
                "CREATE OR REPLACE USER \(user)@'127.0.0.1' IDENTIFIED VIA \(plugin.name) USING PASSWORD('pä55-word')"
        )
        await root.close()
        configuration.username = user
        configuration.password = Secret("pä55-word")
        configuration.tls = TLSConfiguration(mode: .required)
        return configuration
    }

    @Suite("The certificate of a newer MariaDB", .enabled(if: MariaDBServer.isNextAvailable, MariaDBServer.whyNoNext))
    struct Next {
        @Test func `each plugin proves the server's own certificate, at the first login and at one by a ticket`()
            async throws
        {
            let server = try await MariaDBServer.next()
            for plugin in plugins {
                var configuration = try await configuration(plugin, on: server)
                for mode in [TLSConfiguration.Mode.required, .preferred, .required] {
                    configuration.tls.mode = mode
                    let connection = try await MySQLConnection.connect(to: configuration)
                    #expect(connection.tlsVersion != nil && connection.isServerVerified, "\(plugin.name) \(mode)")
                    await connection.close()
                }
                configuration.tls.mode = .disabled
                let connection = try await MySQLConnection.connect(to: configuration)
                #expect(!connection.isServerVerified)
                await connection.close()
            }
        }

        @Test func `who sits in between is found out, unless he is meant to be there`() async throws {
            let server = try await MariaDBServer.next()
            let certificate = try TestCertificate("proxy", alternativeNames: "IP:127.0.0.1")
            let intruder = try await TLSIntruder(before: server.port, with: certificate)
            for plugin in plugins {
                var configuration = try await configuration(plugin, on: server)
                configuration.endpoint = .tcp(host: "127.0.0.1", port: intruder.port)
                for mode in [TLSConfiguration.Mode.required, .preferred] {
                    configuration.tls.mode = mode
                    let error = await #expect(throws: MySQLError.self) {
                        try await MySQLConnection.connect(to: configuration)
                    }
                    #expect(error?.code == .tlsFailed && error?.phase == .authentication, "\(plugin.name)")
                    #expect(error?.fate == .notSent)
                }
                configuration.tls = TLSConfiguration(mode: .required, fingerprints: [try certificate.fingerprint])
                let connection = try await MySQLConnection.connect(to: configuration)
                #expect(connection.isServerVerified)
                #expect(
                    try await connection.collect(sql: "SELECT CURRENT_USER()").scalar
                        == "\(configuration.username)@127.0.0.1"
                )
                await connection.close()
            }
            await intruder.stop()
        }

        @Test func `an account without a password proves nothing, and a change of the user leaves what is known`()
            async throws
        {
            let server = try await MariaDBServer.next()
            var configuration = server.configuration
            configuration.tls = TLSConfiguration(mode: .required)
            let connection = try await MySQLConnection.connect(to: configuration)
            #expect(connection.isServerVerified)
            // The server sends no digest here.
            try await connection.changeUser("nobody", password: nil)
            #expect(connection.isServerVerified)
            await connection.close()
            configuration.username = "nobody"
            configuration.password = nil
            let other = try await MySQLConnection.connect(to: configuration)
            #expect(!other.isServerVerified)
            await other.close()
        }
    }

    @Suite("The certificate of a MariaDB", .needsMariaDB) struct Older {
        @Test func `an older server says nothing, and stays unverified`() async throws {
            let server = try await MariaDBServer.certified(next: false)
            var configuration = try await configuration(plugins[0], on: server)
            for (mode, isVerified) in [
                (TLSConfiguration.Mode.required, false), (.preferred, false), (.verifyCA, true),
                (.verifyIdentity, true),
            ] {
                configuration.tls = TLSConfiguration(mode: mode, caFile: isVerified ? server.caFile : nil)
                let connection = try await MySQLConnection.connect(to: configuration)
                #expect(connection.isServerVerified == isVerified, "\(mode)")
                await connection.close()
            }
        }
    }
}
