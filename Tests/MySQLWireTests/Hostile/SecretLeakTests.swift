import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

/// A password is in no log, error or description, in whatever form (reference, section 4, "Secret leakage").
@Suite(.timeLimit(.minutes(3))) struct SecretLeakTests {
    private static let password = "pa55word-of-leaks"
    private static let nonce = HostileCase.nonce

    /// The forms in which it could be shown: itself, in hexadecimal and Base64, XORed as for RSA, and its proofs.
    private static func forms() throws -> [String] {
        let clear = Array(password.utf8)
        let xored = (clear + [0]).enumerated().map { $1 ^ nonce[$0 % nonce.count] }
        let secret = Secret(password)
        let proofs = [
            try CachingSHA2Password.scramble(password: secret, nonce: nonce),
            try NativePassword.scramble(password: secret, nonce: nonce),
            try Digest.sha256(clear), try Digest.sha256(Digest.sha256(clear)),
        ]
        var forms = [password, "\(clear)".filter { $0 != "[" && $0 != "]" }]
        for bytes in [clear, Array(xored.dropLast())] + proofs {
            let digits = hex(bytes)
            // A part of it is a leak too.
            forms += [digits, digits.uppercased(), String(digits.prefix(16)), String(digits.prefix(16)).uppercased()]
            forms.append("\(bytes.prefix(8))".filter { $0 != "[" && $0 != "]" })
        }
        return forms
    }

    private static func check(_ texts: [String], _ what: String) throws {
        for form in try forms() {
            for text in texts where text.contains(form) {
                Issue.record("\(what): \(form) is in \(text)")
            }
        }
    }

    /// All that a program might print of a value.
    private static func shown(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(describing: value), String(reflecting: value), dumped, leaves(of: value)]
    }

    /// What a mirror finds of it, numbers in a row.
    private static func leaves(of value: Any) -> String {
        let children = Mirror(reflecting: value).children
        return children.isEmpty ? "\(value)" : children.map { leaves(of: $0.value) }.joined(separator: ", ")
    }

    private static func switched(_ plugin: String, _ length: Int = 20) -> ByteBuffer {
        AuthSwitchRequest(plugin: plugin, data: ByteBuffer(bytes: (1...length).map { UInt8($0) } + [0])).encode()
    }

    private static let denied = ERRPacket(number: 1045, sqlState: "28000", message: "Access denied").encode()

    /// Logins that go well, and logins that end at each point.
    static func scripts() throws -> [[ScriptedServer.Step]] {
        let key = ByteBuffer(bytes: [1] + Array(try TestKey.rsa2048.get().publicPEM.utf8))
        let full = ByteBuffer(bytes: [1, 4])
        let start: [ScriptedServer.Step] = [.packet(0, SampleSession.greeting()), .expect]
        var scripts: [[ScriptedServer.Step]] = [start + [.packet(2, HostileCase.ok)]]
        for plugin in ["mysql_native_password", "caching_sha2_password"] {
            scripts.append(start + [.packet(2, switched(plugin)), .expect, .packet(4, HostileCase.ok)])
            scripts.append(start + [.packet(2, switched(plugin)), .expect, .packet(4, denied)])
            scripts.append(start + [.packet(2, switched(plugin)), .expect, .packet(4, ByteBuffer(bytes: [1, 9]))])
        }
        for plugin in ["client_ed25519", "parsec"] {
            scripts.append(start + [.packet(2, switched(plugin, 32)), .expect, .packet(4, denied)])
        }
        for plugin in ["mysql_clear_password", "mysql_old_password", "dialog", "sha256_password"] {
            scripts.append(start + [.packet(2, switched(plugin)), .expect, .packet(4, denied)])
        }
        scripts.append(start + [.packet(2, full), .expect, .packet(4, key), .expect, .packet(6, HostileCase.ok)])
        scripts.append(start + [.packet(2, full), .expect, .packet(4, key), .expect, .packet(6, denied)])
        scripts.append(start + [.packet(2, full), .expect, .packet(4, ByteBuffer(bytes: [1, 0x41]))])
        scripts.append(start + [.packet(9, HostileCase.ok)])
        scripts.append(start + [.cut])
        // The server itself is not to be kept from repeating what it was sent; it has not seen the password.
        return scripts.map { $0 + [.expect, .packet(1, HostileCase.ok), .expect, .packet(1, denied), .cut] }
    }

    @Test func `no login, good or bad, leaves a form of it in a log or an error`() async throws {
        let capture = LogCapture()
        var (texts, logins): ([String], Int) = ([], 0)
        for script in try Self.scripts() {
            try await ScriptedServer.run(script) { server in
                var configuration = HostileCase.configuration(server)
                configuration.password = Secret(Self.password)
                configuration.getServerPublicKey = true
                configuration.allowedPlugins.insert(.clearPassword)
                do {
                    let connection = try await MySQLConnection.connect(to: configuration, logger: capture.logger)
                    logins += 1
                    texts += Self.shown(connection.configuration) + Self.shown(connection.sessionState)
                    _ = try await connection.collect(sql: "SELECT 1")
                } catch {
                    texts += Self.shown(error)
                }
                await server.clientsGone()
            }
        }
        #expect(logins == 4)
        #expect(!capture.all.isEmpty)
        try Self.check(capture.all, "log")
        try Self.check(texts, "text")
    }

    @Test func `a pool logs none of it either`() async throws {
        let capture = LogCapture()
        let script = try #require(Self.scripts().dropFirst(2).first)
        try await ScriptedServer.run(script) { server in
            var configuration = HostileCase.configuration(server)
            configuration.password = Secret(Self.password)
            let client = MySQLClient(
                configuration: configuration,
                pool: PoolConfiguration(leaseTimeout: .seconds(1)),
                logger: capture.logger
            )
            async let running: Void = client.run()
            let error = await mysqlError { _ = try await client.collect(sql: "DO 1") }
            try Self.check(Self.shown(error as Any), "error")
            client.shutDown()
            await running
        }
        #expect(!capture.all.isEmpty)
        try Self.check(capture.all, "log")
    }

    @Test func `a rogue TLS server leaves none of it in the error`() throws {
        for demand in [
            ByteBuffer(bytes: [1, 4]), Self.switched("sha256_password"), Self.switched("mysql_clear_password"),
        ] {
            var configuration = MySQLConfiguration(
                endpoint: .tcp(host: "db", port: 3306),
                username: "somebody",
                password: Secret(Self.password),
                tls: TLSConfiguration(mode: .required)
            )
            configuration.allowedPlugins.insert(.clearPassword)
            let session = try RogueTLSSession(configuration)
            try session.begin()
            try session.send(3, demand)
            let error = try #require(session.error)
            try Self.check(Self.shown(error), "error")
        }
    }

    @Test func `what holds a password shows that it does, and not which`() throws {
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "somebody",
            password: Secret(Self.password)
        )
        configuration.additionalPasswords = [Secret(Self.password)]
        let account = ChangeUserCommand.Account(username: "u", password: Secret(Self.password), database: nil)
        let context = AuthenticationContext(password: Secret(Self.password), isSecureTransport: false)
        var machine = AuthenticationMachine(context: context)
        _ = try machine.begin(plugin: "client_ed25519", nonce: Self.nonce)
        let values: [Any] = [
            configuration, Secret(Self.password), [Secret(Self.password)], Optional(Secret(Self.password)) as Any,
            account,
            Command.changeUser(account), context, machine,
        ]
        for value in values {
            let texts = Self.shown(value)
            try Self.check(texts, "\(type(of: value))")
            #expect(texts.contains { $0.contains("<redacted>") }, "\(type(of: value))")
        }
    }

    @Test func `of an error of a statement that holds a secret the server's text can be left out`() throws {
        let text = "You have an error in your SQL syntax; check … near '\(Self.password)' at line 1"
        let server = MySQLError.Server(number: 1064, sqlState: "42000", message: text)
        let error = MySQLError(.server, phase: .command, fate: .rejected, message: text, server: server)
        try Self.check(Self.shown(error.withoutServerText), "error")
        #expect(error.withoutServerText.server?.number == 1064)
        #expect(error.withoutServerText.fate == .rejected)
        let own = MySQLError(.timedOut, phase: .command, message: "no answer")
        #expect(own.withoutServerText == own)
    }

    @Test func `the forms are found where they are`() throws {
        // What the other tests rely on.
        let clear = Array(Self.password.utf8)
        let forms = try Self.forms()
        for text in ["x\(Self.password)x", hex(clear), hex(clear).uppercased(), "\(clear)"] {
            #expect(forms.contains { text.contains($0) })
        }
    }
}
