import MySQLWire
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// The attacks on a login of the reference's section 4: downgrade to a clear password, downgrade to an old plugin, and
/// a key of the attacker's own.
@Suite(.timeLimit(.minutes(5))) struct HostileAuthenticationTests {
    private static let full = HostileCase.bytes([1, 4])
    private static let nonce = HostileCase.nonce + [0]

    private static func change(_ plugin: String, _ data: [UInt8] = nonce) -> ByteBuffer {
        AuthSwitchRequest(plugin: plugin, data: ByteBuffer(bytes: data)).encode()
    }

    private static func login(_ steps: ScriptedServer.Step...) -> [ScriptedServer.Step] {
        [.packet(0, SampleSession.greeting()), .expect] + steps + [.silence]
    }

    private static func everything(_ configuration: inout MySQLConfiguration) {
        configuration.getServerPublicKey = true
        configuration.allowedPlugins.insert(.clearPassword)
    }

    private static func refused(
        _ name: String,
        _ script: [ScriptedServer.Step],
        _ code: MySQLError.Code = .authenticationRefused
    ) -> HostileCase {
        HostileCase(name: name, script: script, code: code, phase: .authentication, change: everything)
    }

    static let downgrades: [HostileCase] = [
        refused(
            "to mysql_clear_password, which is allowed, in plaintext",
            login(.packet(2, change("mysql_clear_password")))
        ),
        refused(
            "to mysql_clear_password with a nonce of no bytes",
            login(.packet(2, change("mysql_clear_password", [])))
        ),
        refused("to mysql_old_password by name", login(.packet(2, change("mysql_old_password")))),
        refused(
            "to mysql_old_password by 0xFE alone",
            login(.packet(2, HostileCase.bytes([0xFE]))),
            .protocolViolation
        ),
        refused("to toString", login(.packet(2, change("toString")))),
        refused("to a plugin without a name", login(.packet(2, change("")))),
        refused("to a name in capitals", login(.packet(2, change("MYSQL_NATIVE_PASSWORD")))),
        refused("to a name without its NUL", login(.packet(2, HostileCase.bytes([0xFE] + Array("dialog".utf8))))),
        refused(
            "twice, to the same plugin",
            login(
                .packet(2, change("mysql_native_password")),
                .expect,
                .packet(4, change("mysql_native_password"))
            ),
            .protocolViolation
        ),
        refused(
            "from ed25519 on to a clear password",
            login(
                .packet(2, change("client_ed25519", [UInt8](1...32))),
                .expect,
                .packet(4, change("mysql_clear_password"))
            ),
            .protocolViolation
        ),
        refused(
            "to parsec with endless work",
            login(
                .packet(2, change("parsec", [UInt8](1...32))),
                .expect,
                .packet(4, HostileCase.bytes([0x50, 40] + [UInt8](1...18)))
            )
        ),
        refused(
            "to a salt without parsec",
            login(.packet(2, HostileCase.bytes([0x50, 0] + [UInt8](1...18)))),
            .protocolViolation
        ),
    ]

    @Test(arguments: downgrades) func `A downgrade of the login is refused`(attack: HostileCase) async throws {
        try await attack.run { await $0.close() }
    }

    @Test func `A server that switches for ever is left after the first switch`() async throws {
        let again = SampleSession.framed(2, Self.change("mysql_native_password"))
        let third = SampleSession.framed(4, Self.change("caching_sha2_password"))
        try await ScriptedServer.run([.packet(0, SampleSession.greeting()), .expect, .bytes(again), .answer(third)]) {
            server in
            let error = await mysqlError {
                _ = try await MySQLConnection.connect(to: HostileCase.configuration(server))
            }
            #expect(error?.code == .protocolViolation)
            #expect(error?.message.contains("second switch") == true)
            await server.clientsGone()
            // The response of the login (3 + the capabilities' bytes behind the header), one answer, and no more.
            var packets = 0
            var rest = ByteBuffer(bytes: server.received)
            while let header: UInt32 = rest.readInteger(endianness: .little) {
                packets += 1
                rest.moveReaderIndex(forwardBy: min(Int(header & 0xFF_FFFF), rest.readableBytes))
            }
            #expect(packets == 2)
        }
    }

    // MARK: the attacker's own key

    /// Each is a text that is no RSA key of enough bits in one PUBLIC KEY block.
    private static func rogueKeys() throws -> [(name: String, pem: String)] {
        let good = try TestKey.rsa2048.get().publicPEM
        return [
            ("1024 bits", try TestKey(rsaBits: 1024).publicPEM), ("an elliptic curve", try TestKey().publicPEM),
            ("garbage", "-----BEGIN PUBLIC KEY-----\nAAAAAAAA\n-----END PUBLIC KEY-----\n"), ("nothing", ""),
            ("a certificate", try TestCertificate("db").certificatePEM),
            ("a private key", try TestKey.rsa2048.get().privatePEM), ("two keys", good + good),
            ("half a key", String(good.prefix(good.count / 2))),
            ("17 KiB", "-----BEGIN PUBLIC KEY-----\n" + String(repeating: "A", count: 17 << 10)),
        ]
    }

    @Test(arguments: ["caching_sha2_password", "sha256_password"])
    func `A key that is none worth the name gets no password`(plugin: String) async throws {
        for (name, pem) in try Self.rogueKeys() {
            let key = HostileCase.bytes([1] + Array(pem.utf8))
            let script: [ScriptedServer.Step] =
                plugin == "sha256_password"
                ? [.packet(2, Self.change(plugin)), .expect, .packet(4, key)]
                : [.packet(2, Self.full), .expect, .packet(4, key)]
            try await ScriptedServer.run([.packet(0, SampleSession.greeting()), .expect] + script + [.silence]) {
                server in
                var configuration = HostileCase.configuration(server)
                configuration.getServerPublicKey = true
                let error = await mysqlError { _ = try await MySQLConnection.connect(to: configuration) }
                #expect(error?.phase == .authentication)
                #expect(error?.code == (name == "17 KiB" ? .limitExceeded : .authenticationRefused), "\(name)")
                await server.clientsGone()
                // The last packet asks for the key.
                #expect(server.received.suffix(5) == [1, 0, 0, 3, plugin == "sha256_password" ? 1 : 2], "\(name)")
            }
        }
    }

    @Test(arguments: ["caching_sha2_password", "sha256_password"])
    func `Without leave no key is asked for, and with a pinned one none is taken`(plugin: String) async throws {
        let mine = try TestKey(rsaBits: 2048)
        let ask: ScriptedServer.Step = .packet(2, plugin == "sha256_password" ? Self.change(plugin) : Self.full)
        let theirs = HostileCase.bytes([1] + Array(try TestKey.rsa2048.get().publicPEM.utf8))
        for pinned in [nil, mine.publicPEM] {
            let script: [ScriptedServer.Step] = [.packet(0, SampleSession.greeting()), .expect, ask]
            try await ScriptedServer.run(script + [.expect, .packet(4, theirs), .silence]) { server in
                var configuration = HostileCase.configuration(server)
                configuration.serverPublicKey = pinned
                let error = await mysqlError { _ = try await MySQLConnection.connect(to: configuration) }
                await server.clientsGone()
                guard pinned != nil else {
                    #expect(error?.code == .authenticationRefused)
                    // Only the login's response.
                    return #expect(server.received.count == 4 + Int(server.received[0]))
                }
                // The password went to the pinned key at once; another key is out of place.
                #expect(error?.code == .protocolViolation)
                let sent = try mine.decrypt(Array(server.received.suffix(256)))
                let password = zip(sent, HostileCase.nonce).map { $0 ^ $1 }
                #expect(password == Array(HostileCase.password.utf8) + [0])
            }
        }
    }

    // MARK: behind TLS

    /// A certificate that anybody can make for himself: with `required` the client goes on, and must not show the
    /// password itself to a plugin that needs a verified peer.
    private static func rogue(
        _ change: (inout MySQLConfiguration) -> Void = { _ in },
        certificate: TestCertificate? = nil,
        address: String = "192.0.2.1"
    ) throws -> RogueTLSSession {
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "localhost", port: 3306),
            username: "somebody",
            password: Secret(HostileCase.password),
            tls: TLSConfiguration(mode: .required)
        )
        change(&configuration)
        return try RogueTLSSession(configuration, certificate: certificate, address: address)
    }

    /// What a rogue TLS server asks for the password with.
    private static let demands: [(String, ByteBuffer)] = [
        ("full authentication", full), ("sha256_password", change("sha256_password")),
        ("mysql_clear_password", change("mysql_clear_password")),
    ]

    @Test func `A rogue TLS server that asks for the password itself gets none, whatever its name`() throws {
        for (name, demand) in Self.demands {
            for mode in [TLSConfiguration.Mode.preferred, .required] {
                let session = try Self.rogue({
                    $0.tls.mode = mode
                    $0.allowedPlugins.insert(.clearPassword)
                })
                try session.begin()
                try session.send(3, demand)
                #expect(session.error?.code == .authenticationRefused, "\(name)")
                #expect(session.error?.message.contains("VERIFY_CA") == true, "\(name)")
                #expect(session.received.contains(Array("somebody".utf8)))
                for sent in [session.received, session.plaintext] {
                    #expect(!sent.contains(Array(HostileCase.password.utf8)), "\(name)")
                }
            }
        }
    }

    @Test func `On loopback, or trusted without proof, a TLS server gets the password that it asks for`() throws {
        for (address, isTrusted) in [("127.0.0.1", false), ("::1", false), ("192.0.2.1", true)] {
            let session = try Self.rogue({ $0.getServerPublicKey = isTrusted }, address: address)
            try session.begin()
            try session.send(3, Self.full)
            #expect(session.error == nil)
            #expect(session.received.contains(Array(HostileCase.password.utf8) + [0]))
            #expect(!session.plaintext.contains(Array(HostileCase.password.utf8)))
        }
    }

    @Test func `A pinned certificate gets the password, and another one not a byte of the login`() throws {
        let mine = try TestCertificate("db")
        for isMine in [true, false] {
            let pin = try mine.fingerprint
            let session = try Self.rogue(
                { $0.tls.fingerprints = [pin] },
                certificate: isMine ? mine : try TestCertificate("db")
            )
            try session.begin()
            guard isMine else {
                #expect(session.error?.code == .tlsFailed)
                #expect(session.error?.message.contains("--ssl-fp") == true)
                #expect(session.received.isEmpty)
                continue
            }
            try session.send(3, Self.full)
            #expect(session.received.contains(Array(HostileCase.password.utf8) + [0]))
        }
    }

    @Test func `A rogue TLS server gets no clear password, whether allowed or not`() throws {
        for isAllowed in [false, true] {
            var configuration = MySQLConfiguration(
                endpoint: .tcp(host: "db", port: 3306),
                username: "somebody",
                password: Secret(HostileCase.password),
                tls: TLSConfiguration(mode: .required)
            )
            if isAllowed { configuration.allowedPlugins.insert(.clearPassword) }
            let session = try RogueTLSSession(configuration)
            try session.begin()
            try session.send(3, Self.change("mysql_clear_password"))
            #expect(session.error?.code == .authenticationRefused)
            #expect(session.error?.message.contains("mysql_clear_password") == true)
            #expect(session.received.contains(Array("somebody".utf8)))
            #expect(!session.received.contains(Array(HostileCase.password.utf8)))
        }
    }
}
