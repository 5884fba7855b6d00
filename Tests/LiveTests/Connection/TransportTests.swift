import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// The modes of TLS at a real server that has none, and at one whose certificate names its host.
@Suite("TLS of a real server", .needsServer) struct TransportTests {
    private func failure(_ configuration: MySQLConfiguration) async -> MySQLError? {
        await #expect(throws: MySQLError.self) { try await MySQLConnection.connect(to: configuration) }
    }

    private func cipher(_ connection: MySQLConnection) async throws -> String? {
        try await connection.collect(sql: "SHOW SESSION STATUS LIKE 'Ssl_cipher'").firstRow?.string(at: 1)
    }

    @Test func `where there is none, preferred goes on in plaintext, and nothing else does`() async throws {
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer("plaintext", serverID: 13, settings: ["tls_version": "''"])
        var configuration = server.configuration
        for mode in [TLSConfiguration.Mode.required, .verifyCA, .verifyIdentity] {
            configuration.tls = TLSConfiguration(mode: mode)
            let error = await failure(configuration)
            #expect(error?.code == .tlsUnavailable, "\(mode)")
            #expect(error?.phase == .greeting)
        }
        configuration.tls = TLSConfiguration(mode: .preferred)
        // Plaintext is no way for the password: that needs a key, or leave to fetch one.
        #expect(await failure(configuration)?.code == .authenticationRefused)
        configuration.getServerPublicKey = true
        let connection = try await MySQLConnection.connect(to: configuration)
        #expect(connection.tlsVersion == nil)
        #expect(connection.authenticationPath == .fullRSA)
        #expect(try await cipher(connection) == "")
        await connection.close()
        await lab.stopAll()
    }

    @Test func `a certificate that names the host is accepted, and one that names another is not`() async throws {
        let folder = try TestFolder()
        let authority = try TestCertificate("Test CA", isAuthority: true)
        func files(_ name: String, _ names: String) throws -> [String: String] {
            let certificate = try TestCertificate(name, alternativeNames: names, issuer: authority)
            return [
                "ssl_cert": try folder.write(certificate.certificatePEM, "\(name)-cert.pem"),
                "ssl_key": try folder.write(certificate.key.privatePEM, "\(name)-key.pem"),
            ]
        }
        let caFile = try folder.write(authority.certificatePEM, "ca.pem")
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer(
            "named",
            serverID: 14,
            settings: try files("here", "DNS:localhost, IP:127.0.0.1").merging(["ssl_ca": caFile]) { $1 }
        )
        var configuration = server.configuration
        configuration.tls = TLSConfiguration(mode: .verifyIdentity, caFile: caFile)
        for host in ["127.0.0.1", "localhost"] {
            configuration.endpoint = .tcp(host: host, port: server.port)
            let connection = try await MySQLConnection.connect(to: configuration)
            #expect(connection.tlsVersion == "TLSv1.3")
            #expect(try await cipher(connection)?.isEmpty == false)
            await connection.close()
        }
        let call = ["query", "--ssl-mode=verify_identity", "--ssl-ca", caFile, "localhost:\(server.port)", "SELECT 1"]
        let defaults = ["--defaults-file", server.clientOptionFile]
        let accepted = try await Program.run([call[0]] + defaults + call.dropFirst())
        #expect(accepted.status == 0, "\(accepted.errors)")
        // The same authority, another name; new connections see it.
        let root = try await MySQLConnection.connect(to: configuration)
        for (variable, path) in try files("elsewhere", "DNS:db.example, IP:127.0.0.2") {
            _ = try await root.collect(sql: "SET GLOBAL \(variable) = \(SQLText.literal(path))")
        }
        _ = try await root.collect(sql: "ALTER INSTANCE RELOAD TLS")
        await root.close()
        for host in ["127.0.0.1", "localhost"] {
            configuration.endpoint = .tcp(host: host, port: server.port)
            configuration.tls.mode = .verifyIdentity
            #expect(await failure(configuration)?.code == .tlsFailed, "\(host)")
            configuration.tls.mode = .verifyCA
            await (try MySQLConnection.connect(to: configuration)).close()
        }
        let refused = try await Program.run([call[0]] + defaults + call.dropFirst())
        #expect(refused.status == 5, "\(refused.errors)")
        await lab.stopAll()
    }

    private func status(_ name: String, _ connection: MySQLConnection) async throws -> String? {
        try await connection.collect(sql: "SHOW SESSION STATUS LIKE \(SQLText.literal(name))").firstRow?.string(at: 1)
    }

    @Test(arguments: [("TLSv1.2", 15), ("TLSv1.3", 16)])
    func `each version of TLS is spoken in each mode, and its sessions are resumed`(
        version: String,
        serverID: UInt32
    ) async throws {
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer(
            "tls\(serverID)",
            serverID: serverID,
            settings: ["tls_version": "'\(version)'"]
        )
        let data = "\(server.directory)/data"
        let pin = try TestCertificate.fingerprint(ofFile: "\(data)/server-cert.pem")
        let ways = [
            TLSConfiguration(mode: .preferred), TLSConfiguration(mode: .required),
            TLSConfiguration(mode: .verifyCA, caFile: "\(data)/ca.pem"),
            TLSConfiguration(mode: .required, fingerprints: [pin]),
            TLSConfiguration(mode: .verifyIdentity, fingerprints: [pin]),
        ]
        for way in ways {
            var configuration = server.configuration
            configuration.tls = way
            for isResumed in [false, true] {
                let connection = try await MySQLConnection.connect(to: configuration)
                #expect(connection.tlsVersion == version, "\(way)")
                #expect(try await status("Ssl_version", connection) == version)
                #expect(try await status("Ssl_sessions_reused", connection) == (isResumed ? "1" : "0"), "\(way)")
                await connection.close()
            }
        }
        var plain = server.configuration
        plain.tls = TLSConfiguration(mode: .disabled)
        plain.getServerPublicKey = true
        let connection = try await MySQLConnection.connect(to: plain)
        #expect(connection.tlsVersion == nil)
        #expect(try await status("Ssl_version", connection) == "")
        await connection.close()
        await lab.stopAll()
    }

    @Test func `a pinned certificate is enough, and its successor is another`() async throws {
        let folder = try TestFolder()
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer("pinned", serverID: 17)
        let pin = try TestCertificate.fingerprint(ofFile: "\(server.directory)/data/server-cert.pem")
        var configuration = server.configuration
        configuration.tls = TLSConfiguration(mode: .required, fingerprints: [pin])
        let query = ["query", "--defaults-file", server.clientOptionFile, "127.0.0.1:\(server.port)", "SELECT 1"]
        let accepted = try await Program.run(query + ["--ssl-fp", "\(pin)"])
        #expect(accepted.status == 0, "\(accepted.errors)")
        let root = try await MySQLConnection.connect(to: configuration)

        let next = try TestCertificate("next")
        for (variable, text) in [("ssl_cert", next.certificatePEM), ("ssl_key", next.key.privatePEM)] {
            let path = try folder.write(text, variable)
            _ = try await root.collect(sql: "SET GLOBAL \(variable) = \(SQLText.literal(path))")
        }
        _ = try await root.collect(sql: "ALTER INSTANCE RELOAD TLS")
        await root.close()
        let error = await failure(configuration)
        #expect(error?.code == .tlsFailed)
        #expect(error?.phase == .tls)
        let refused = try await Program.run(query + ["--ssl-fp", "\(pin)"])
        #expect(refused.status == 5)
        #expect(refused.errors.contains("\(try next.fingerprint)"), "\(refused.errors)")
        configuration.tls.fingerprints.insert(try next.fingerprint)
        await (try MySQLConnection.connect(to: configuration)).close()
        await lab.stopAll()
    }
}
