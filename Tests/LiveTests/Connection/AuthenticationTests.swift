import Foundation
import MySQLWire
import ReplicaLab
import Testing

@Suite("The login on a real server", .needsServer)
struct AuthenticationTests {
    /// Started at the first use. These tests empty the servers' cache of logins, which others rely on.
    private static let servers = Task {
        let lab = try await LiveServers.openLab()
        async let usual = lab.startServer("login", serverID: 11)
        // Its greeting names a plugin that this library does not speak.
        async let other = lab.startServer(
            "policy",
            serverID: 12,
            settings: ["authentication_policy": "'sha256_password,,'"]
        )
        return try await (usual: usual, other: other)
    }

    private let usual: LabServer
    private let other: LabServer

    init() async throws {
        (usual, other) = try await Self.servers.value
    }

    /// Makes an account, and how to log in to it for the first time: the server has nothing of it in its cache.
    private func account(
        _ name: String,
        _ password: String,
        plugin: String = "caching_sha2_password",
        extra: String = "",
        on server: LabServer? = nil,
        mode: TLSConfiguration.Mode = .required
    ) async throws -> MySQLConfiguration {
        let server = server ?? usual
        let root = try await MySQLConnection.connect(to: server.configuration)
        _ = try await root.collect(sql: "DROP USER IF EXISTS \(name)@'%'")
        _ = try await root.collect(
            sql: "CREATE USER \(name)@'%' IDENTIFIED WITH \(plugin) BY \(SQLText.literal(password)) \(extra)"
        )
        await root.close()
        var configuration = server.configuration
        configuration.username = name
        configuration.password = Secret(password)
        configuration.tls = TLSConfiguration(mode: mode)
        return configuration
    }

    /// Logs in, runs a statement, and tells which way the login went.
    private func logIn(_ configuration: MySQLConfiguration) async throws -> String {
        let connection = try await MySQLConnection.connect(to: configuration)
        let user = try await connection.collect(sql: "SELECT SUBSTRING_INDEX(USER(), '@', 1)").scalar
        #expect(user == configuration.username)
        await connection.close()
        return connection.authenticationPath?.rawValue ?? "none"
    }

    private func failure(_ configuration: MySQLConfiguration) async -> MySQLError? {
        await #expect(throws: MySQLError.self) { try await MySQLConnection.connect(to: configuration) }
    }

    private func publicKey(of server: LabServer) throws -> String {
        try String(contentsOfFile: "\(server.directory)/data/public_key.pem", encoding: .utf8)
    }

    @Test func `the first login over TLS sends the password, the second only the scramble`() async throws {
        let configuration = try await account("over_tls", "secret")
        #expect(try await logIn(configuration) == "fullTLS")
        #expect(try await logIn(configuration) == "fast")
    }

    @Test func `over a Unix socket too`() async throws {
        var configuration = try await account("over_socket", "secret", mode: .disabled)
        configuration.endpoint = .unixSocket(path: usual.socketPath)
        #expect(try await logIn(configuration) == "fullTLS")
        #expect(try await logIn(configuration) == "fast")
    }

    @Test func `in plaintext the password is encrypted for the pinned key`() async throws {
        var configuration = try await account("by_pinned_key", "secret", mode: .disabled)
        configuration.serverPublicKey = try publicKey(of: usual)
        #expect(try await logIn(configuration) == "fullRSA")
        #expect(try await logIn(configuration) == "fast")
    }

    @Test func `in plaintext the key is fetched where that is allowed`() async throws {
        var configuration = try await account("by_fetched_key", "secret", mode: .disabled)
        configuration.getServerPublicKey = true
        #expect(try await logIn(configuration) == "fullRSA")
        #expect(try await logIn(configuration) == "fast")
    }

    @Test func `in plaintext without key and leave the login is refused, before the password is sent`() async throws {
        let configuration = try await account("refused", "secret", mode: .disabled)
        let error = await failure(configuration)
        #expect(error?.code == .authenticationRefused)
        #expect(error?.message.contains("--get-server-public-key") == true)
        #expect(error?.phase == .authentication)
    }

    @Test(arguments: [1, 19, 20, 21, 63, 213])
    func `passwords of any length that the key carries`(length: Int) async throws {
        let password = "pä'\\\"🐬 x".cycled(toBytes: length)
        var configuration = try await account("length_\(length)", password, mode: .disabled)
        configuration.serverPublicKey = try publicKey(of: usual)
        #expect(try await logIn(configuration) == "fullRSA")
        #expect(try await logIn(configuration) == "fast")
    }

    @Test func `a password that the key cannot carry is refused here, and goes over TLS`() async throws {
        var configuration = try await account("length_214", String(repeating: "x", count: 214), mode: .disabled)
        configuration.serverPublicKey = try publicKey(of: usual)
        let error = await failure(configuration)
        #expect(error?.message.contains("213 bytes") == true)
        configuration.tls.mode = .required
        #expect(try await logIn(configuration) == "fullTLS")
    }

    @Test func `the empty password is no password, on each way`() async throws {
        for mode in [TLSConfiguration.Mode.required, .disabled] {
            var configuration = try await account("no_password", "", mode: mode)
            #expect(try await logIn(configuration) == "empty")
            configuration.password = nil
            #expect(try await logIn(configuration) == "empty")
            configuration.password = Secret("not it")
            #expect(await failure(configuration)?.server?.number == 1045 || mode == .disabled)
        }
        var wanted = try await account("not_empty", "secret")
        wanted.password = nil
        #expect(await failure(wanted)?.server?.number == 1045)
    }

    @Test func `a wrong password is the server's error on each way`() async throws {
        var configuration = try await account("wrong", "secret")
        configuration.password = Secret("guess")
        #expect(await failure(configuration)?.server?.number == 1045)
        configuration.tls.mode = .disabled
        configuration.getServerPublicKey = true
        #expect(await failure(configuration)?.server?.number == 1045)
    }

    @Test func `a plugin that is not allowed is named`() async throws {
        var configuration = try await account("by_sha256", "secret", plugin: "sha256_password")
        configuration.allowedPlugins.remove(.sha256Password)
        let error = await failure(configuration)
        #expect(error?.code == .authenticationRefused)
        #expect(error?.message.contains("sha256_password") == true)
    }

    @Test func `sha256_password goes over TLS, and by RSA elsewhere, also over a Unix socket`() async throws {
        var configuration = try await account("sha256", "secret", plugin: "sha256_password")
        #expect(try await logIn(configuration) == "fullTLS")
        configuration.allowedPlugins = [.sha256Password]
        #expect(try await logIn(configuration) == "fullTLS")
        let address = configuration.endpoint
        for endpoint in [address, .unixSocket(path: usual.socketPath)] {
            configuration.endpoint = endpoint
            configuration.tls = TLSConfiguration(mode: .disabled)
            configuration.serverPublicKey = nil
            configuration.getServerPublicKey = false
            #expect(await failure(configuration)?.code == .authenticationRefused)
            for allowed in [AuthenticationPlugin.usual, [.sha256Password]] {
                configuration.allowedPlugins = allowed
                configuration.getServerPublicKey = true
                configuration.serverPublicKey = nil
                #expect(try await logIn(configuration) == "fullRSA")
                configuration.getServerPublicKey = false
                configuration.serverPublicKey = try publicKey(of: usual)
                #expect(try await logIn(configuration) == "fullRSA")
            }
            configuration.password = Secret("guess")
            #expect(await failure(configuration)?.server?.number == 1045)
            configuration.password = Secret("secret")
        }
    }

    @Test func `the empty password of sha256_password is one zero, on each way`() async throws {
        for mode in [TLSConfiguration.Mode.required, .disabled] {
            let configuration = try await account("sha256_empty", "", plugin: "sha256_password", mode: mode)
            #expect(try await logIn(configuration) == "empty")
        }
    }

    /// The second factor is one that needs no password: the others of this server need services around it.
    @Test func `an account of two factors is let in where a second password is given`() async throws {
        let root = try await MySQLConnection.connect(to: usual.configuration)
        _ = try? await root.collect(sql: "INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'")
        await root.close()
        let me = SQLText.literal(NSUserName())
        var configuration = try await account(
            "two_factors",
            "secret",
            extra: "AND IDENTIFIED WITH auth_socket AS \(me)",
            mode: .disabled
        )
        configuration.endpoint = .unixSocket(path: usual.socketPath)
        // Not that this client could do it: the server does not even begin with the second factor.
        #expect(await failure(configuration)?.server?.number == 1045)
        configuration.additionalPasswords = [Secret("unused")]
        // The first factor was right before.
        #expect(try await logIn(configuration) == "fast")
        configuration.password = Secret("guess")
        #expect(await failure(configuration)?.server?.number == 1045)
    }

    @Test func `the password of a provider logs in`() async throws {
        var configuration = try await account("by_token", "secret")
        configuration.password = nil
        configuration.passwordProvider = { Secret("secret") }
        #expect(try await logIn(configuration) == "fullTLS")
        #expect(try await logIn(configuration) == "fast")
    }

    @Test func `a greeting with an unknown plugin is answered with caching_sha2_password, on each way`() async throws {
        var configuration = try await account("usual", "secret", on: other)
        #expect(try await logIn(configuration) == "fullTLS")
        #expect(try await logIn(configuration) == "fast")
        configuration = try await account("usual", "secret", on: other, mode: .disabled)
        configuration.getServerPublicKey = true
        #expect(try await logIn(configuration) == "fullRSA")
        #expect(try await logIn(configuration) == "fast")
        #expect(try await logIn(account("usual", "", on: other)) == "empty")
    }

    @Test func `a client certificate lets an account in that requires one`() async throws {
        var configuration = try await account("with_certificate", "secret", extra: "REQUIRE X509")
        #expect(await failure(configuration)?.server?.number == 1045)
        let data = "\(usual.directory)/data"
        configuration.tls = TLSConfiguration(
            mode: .verifyCA,
            caFile: "\(data)/ca.pem",
            certificateFile: "\(data)/client-cert.pem",
            keyFile: "\(data)/client-key.pem"
        )
        // The login before failed only after the password was found right: the server knows the scramble by now.
        // And once more, with a TLS session that is resumed: the server still knows the certificate.
        for _ in 1...2 { #expect(try await logIn(configuration) == "fast") }
    }

    @Test func `the second connection resumes the TLS session of the first`() async throws {
        for mode in [TLSConfiguration.Mode.required, .verifyCA] {
            var configuration = try await account("resuming_\(mode)", "secret")
            configuration.tls = TLSConfiguration(mode: mode, caFile: "\(usual.directory)/data/ca.pem")
            var reused: [String?] = []
            for _ in 1...2 {
                let connection = try await MySQLConnection.connect(to: configuration)
                reused.append(
                    try await connection.collect(sql: "SHOW STATUS LIKE 'Ssl_sessions_reused'").firstRow?.string(at: 1)
                )
                await connection.close()
            }
            #expect(reused.last == "1", "\(reused)")
        }
    }

    @Test func `an expired password is an error of the login`() async throws {
        let configuration = try await account("expired", "secret", extra: "PASSWORD EXPIRE")
        let error = await failure(configuration)
        #expect(error?.server?.number == 1862)
        #expect(error?.phase == .authentication)
    }

    @Test func `an account that requires TLS is refused without it`() async throws {
        let configuration = try await account("needs_tls", "secret", extra: "REQUIRE SSL", mode: .disabled)
        #expect(await failure(configuration) != nil)
    }
}

extension String {
    /// The text over and over, cut so that its UTF-8 has exactly so many bytes (`x` where a character does not fit).
    fileprivate func cycled(toBytes count: Int) -> String {
        var result = ""
        var characters = makeIterator()
        while result.utf8.count < count {
            guard let next = characters.next() else {
                characters = makeIterator()
                continue
            }
            result.append(result.utf8.count + next.utf8.count <= count ? next : "x")
        }
        return result
    }
}
