import MySQLWire
import NIOCore
import Testing

/// Servers that do wrong before a session stands.
@Suite(.timeLimit(.minutes(5))) struct HostileLoginTests {
    private static func required(_ configuration: inout MySQLConfiguration) {
        configuration.tls = TLSConfiguration(mode: .required)
    }

    private static func wantsKey(_ configuration: inout MySQLConfiguration) {
        configuration.getServerPublicKey = true
    }

    private static let tooMany = ERRPacket(number: 1040, sqlState: nil, message: "Too many connections").encode()
    private static let greeting = SampleSession.greeting()
    private static let full = HostileCase.bytes([1, 4])

    private static func change(_ plugin: String, _ data: [UInt8] = HostileCase.nonce + [0]) -> ByteBuffer {
        AuthSwitchRequest(plugin: plugin, data: ByteBuffer(bytes: data)).encode()
    }

    static let greetings: [HostileCase] = [
        .init(
            name: "1040 in place of the greeting",
            script: [.packet(0, tooMany), .cut],
            code: .server,
            phase: .greeting,
            number: 1040
        ),
        .init(
            name: "1040 where TLS is required",
            script: [.packet(0, tooMany), .cut],
            code: .server,
            phase: .greeting,
            number: 1040,
            change: required
        ),
        .init(
            name: "HTTP",
            script: [.bytes(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n")), .silence],
            code: .protocolViolation,
            phase: .greeting
        ),
        .init(
            name: "SSH",
            script: [.bytes(ByteBuffer(string: "SSH-2.0-OpenSSH_9.2p1\r\n")), .silence],
            code: .protocolViolation,
            phase: .greeting
        ),
        .init(
            name: "SMTP",
            script: [.bytes(ByteBuffer(string: "220 mail ESMTP\r\n")), .silence],
            code: .protocolViolation,
            phase: .greeting
        ),
        .init(
            name: "X protocol's notice",
            script: [.bytes(HostileCase.bytes([5, 0, 0, 0, 0x0B, 8, 5, 0x1A, 0])), .silence],
            code: .protocolViolation,
            phase: .greeting
        ),
        .init(
            name: "a greeting with number 1",
            script: [.packet(1, greeting), .silence],
            code: .protocolViolation,
            phase: .greeting
        ),
        .init(
            name: "an empty greeting",
            script: [.packet(0, ByteBuffer()), .silence],
            code: .protocolViolation,
            phase: .greeting
        ),
        .init(
            name: "a greeting that is cut within a packet",
            script: [.packet(0, HostileCase.bytes([10, 0x39, 0])), .silence],
            code: .protocolViolation,
            phase: .greeting
        ),
        .init(
            name: "a greeting larger than any limit",
            script: [.bytes(HostileCase.bytes([0xFF, 0xFF, 0xFF, 0, 10])), .silence],
            code: .limitExceeded,
            phase: .greeting
        ),
        .init(
            name: "a server before 4.1",
            script: [.packet(0, SampleSession.greeting(capabilities: [.longPassword])), .silence],
            code: .protocolViolation,
            phase: .greeting
        ),
        .init(
            name: "no TLS where it is required",
            script: [.packet(0, SampleSession.greeting(capabilities: SampleSession.capabilities)), .silence],
            code: .tlsUnavailable,
            phase: .greeting,
            change: required
        ),
        .init(
            name: "an OK behind the greeting, where TLS is to begin",
            script: [.bytes(joined(framed(0, greeting), framed(2, HostileCase.ok))), .silence],
            code: .protocolViolation,
            phase: .greeting,
            change: required
        ),
        .init(
            name: "a switch to a clear password behind the greeting, where TLS is to begin",
            script: [.bytes(joined(framed(0, greeting), framed(2, change("mysql_clear_password")))), .silence],
            code: .protocolViolation,
            phase: .greeting,
            change: required
        ),
        .init(
            name: "an OK behind the greeting, where TLS is preferred",
            script: [.bytes(joined(framed(0, greeting), framed(2, HostileCase.ok))), .silence],
            code: .protocolViolation,
            phase: .greeting,
            change: { $0.tls = TLSConfiguration(mode: .preferred) }
        ),
        .init(
            name: "half a packet behind the greeting, where TLS is to begin",
            script: [.bytes(joined(framed(0, greeting), HostileCase.bytes([7]))), .silence],
            code: .protocolViolation,
            phase: .greeting,
            change: required
        ),
        .init(
            name: "a packet in plaintext in answer to the SSLRequest",
            script: [.packet(0, greeting), .expect, .packet(2, HostileCase.ok), .silence],
            code: .tlsFailed,
            phase: .tls,
            change: required
        ),
        .init(name: "nothing but the end", script: [.cut], code: .connectionClosed, phase: .greeting),
        .init(
            name: "the end behind the SSLRequest",
            script: [.packet(0, greeting), .expect, .cut],
            code: .connectionClosed,
            phase: .tls,
            change: required
        ),
        .init(
            name: "the end during the login",
            script: [.packet(0, greeting), .expect, .cut],
            code: .connectionClosed,
            phase: .authentication
        ),
        .init(
            name: "an RST during the login",
            script: [.packet(0, greeting), .expect, .reset],
            code: .connectionClosed,
            phase: .authentication
        ),
    ]

    static let logins: [HostileCase] = [
        .init(
            name: "1045",
            script: login(ERRPacket(number: 1045, sqlState: "28000", message: "Access denied").encode()),
            code: .server,
            phase: .authentication,
            number: 1045
        ),
        .init(
            name: "a switch to an unknown plugin",
            script: login(change("dialog")),
            code: .authenticationRefused,
            phase: .authentication
        ),
        .init(
            name: "a switch to mysql_clear_password",
            script: login(change("mysql_clear_password")),
            code: .authenticationRefused,
            phase: .authentication
        ),
        .init(
            name: "a switch to a plugin without a name",
            script: login(change("")),
            code: .authenticationRefused,
            phase: .authentication
        ),
        .init(
            name: "a switch to mysql_old_password",
            script: login(HostileCase.bytes([0xFE])),
            code: .protocolViolation,
            phase: .authentication
        ),
        .init(
            name: "a switch with half a nonce",
            script: login(change("mysql_native_password", [1, 2, 3])),
            code: .protocolViolation,
            phase: .authentication
        ),
        .init(
            name: "a second switch",
            script: login(
                change("mysql_native_password"),
                then: [.expect, .packet(4, change("caching_sha2_password"))]
            ),
            code: .protocolViolation,
            phase: .authentication
        ),
        .init(
            name: "full authentication in plaintext",
            script: login(full),
            code: .authenticationRefused,
            phase: .authentication
        ),
        .init(
            name: "a key that is none",
            script: login(full, then: [.expect, .packet(4, HostileCase.bytes([1] + Array("no key".utf8)))]),
            code: .authenticationRefused,
            phase: .authentication,
            change: wantsKey
        ),
        .init(
            name: "a key over the limit of a login's packets",
            script: login(full, then: [.expect, .packet(4, ByteBuffer(repeating: 1, count: 70_000))]),
            code: .limitExceeded,
            phase: .authentication,
            change: wantsKey
        ),
        .init(
            name: "full authentication, asked for twice",
            script: login(full, then: [.expect, .packet(4, full)]),
            code: .authenticationRefused,
            phase: .authentication,
            change: wantsKey
        ),
        .init(
            name: "more data of an unknown kind",
            script: login(HostileCase.bytes([1, 9])),
            code: .protocolViolation,
            phase: .authentication
        ),
        .init(
            name: "more data without data",
            script: login(HostileCase.bytes([1])),
            code: .protocolViolation,
            phase: .authentication
        ),
        .init(
            name: "a third factor",
            script: login(HostileCase.bytes([2] + Array("x\0".utf8))),
            code: .protocolViolation,
            phase: .authentication
        ),
        .init(
            name: "an empty packet",
            script: login(ByteBuffer()),
            code: .protocolViolation,
            phase: .authentication
        ),
        .init(
            name: "an OK that is too short",
            script: login(HostileCase.bytes([0, 0])),
            code: .protocolViolation,
            phase: .authentication
        ),
        .init(
            name: "a packet with the wrong number",
            script: [.packet(0, greeting), .expect, .packet(7, HostileCase.ok), .silence],
            code: .protocolViolation,
            phase: .authentication
        ),
        .init(
            name: "a packet behind the OK",
            script: [
                .packet(0, greeting), .expect, .bytes(joined(framed(2, HostileCase.ok), framed(3, HostileCase.ok))),
                .silence,
            ],
            code: .protocolViolation,
            phase: .authentication
        ),
    ]

    @Test(arguments: greetings) func `What comes in place of a greeting is a typed error`(attack: HostileCase)
        async throws
    {
        try await attack.run { await $0.close() }
    }

    @Test(arguments: logins) func `What comes in place of a login is a typed error`(attack: HostileCase) async throws {
        try await attack.run { await $0.close() }
    }

    @Test func `Nothing is sent to a server without TLS where TLS is required`() async throws {
        let greeting = SampleSession.greeting(capabilities: SampleSession.capabilities)
        for mode in [TLSConfiguration.Mode.required, .verifyCA, .verifyIdentity] {
            try await ScriptedServer.run([.packet(0, greeting), .silence]) { server in
                var configuration = HostileCase.configuration(server)
                configuration.tls = TLSConfiguration(mode: mode)
                await #expect(throws: MySQLError.self) { try await MySQLConnection.connect(to: configuration) }
                await server.clientsGone()
                #expect(server.received.isEmpty)
            }
        }
    }

    /// `preferred` falls back where TLS is not offered, never where it fails: else anybody on the path could make it fail.
    @Test(
        arguments: [
            ([.packet(2, HostileCase.ok), .silence], .tlsFailed),
            ([.bytes(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n")), .silence], .tlsFailed),
            // The alert handshake_failure.
            ([.bytes(HostileCase.bytes([0x15, 3, 3, 0, 2, 2, 40])), .silence], .tlsFailed),
            ([.bytes(HostileCase.bytes([0x16, 3, 3, 0, 4, 0xFF, 0, 0, 0])), .silence], .tlsFailed),
            ([.cut], .connectionClosed), ([.reset], .connectionClosed), ([.silence], .timedOut),
        ] as [([ScriptedServer.Step], MySQLError.Code)]
    )
    func `Where TLS is preferred and its handshake fails, nothing is sent in plaintext`(
        answer: [ScriptedServer.Step],
        code: MySQLError.Code
    ) async throws {
        try await ScriptedServer.run([.packet(0, Self.greeting), .expect] + answer) { server in
            var configuration = HostileCase.configuration(server)
            configuration.tls = TLSConfiguration(mode: .preferred)
            if code == .timedOut { configuration.connectTimeout = .seconds(1) }
            let error = await mysqlError { _ = try await MySQLConnection.connect(to: configuration) }
            #expect(error?.code == code)
            #expect(error?.phase == .tls)
            await server.clientsGone()
            #expect(server.connections == 1, "it tried again")
            // The SSLRequest, then records of a handshake and nothing else.
            var rest = ByteBuffer(bytes: server.received)
            #expect(rest.readSlice(length: 36)?.getInteger(at: 0, endianness: .little) == UInt32(1 << 24 | 32))
            while let (kind, _, length) = rest.readMultipleIntegers(as: (UInt8, UInt16, UInt16).self) {
                #expect([0x15, 0x16].contains(kind))
                rest.moveReaderIndex(forwardBy: min(Int(length), rest.readableBytes))
            }
            #expect(!server.received.contains(Array("somebody-of-hostile".utf8)))
        }
    }

    @Test func `The name of the user is not sent before TLS stands`() async throws {
        try await ScriptedServer.run([.packet(0, Self.greeting), .expect, .packet(2, HostileCase.ok), .silence]) {
            server in
            var configuration = HostileCase.configuration(server)
            configuration.tls = TLSConfiguration(mode: .required)
            await #expect(throws: MySQLError.self) { try await MySQLConnection.connect(to: configuration) }
            await server.clientsGone()
            #expect(!server.received.contains(Array("somebody-of-hostile".utf8)))
            #expect(!server.received.isEmpty)
        }
    }

    @Test func `An ERR before TLS is marked as unverified where TLS was wanted`() async throws {
        for (mode, isVerified) in [
            (TLSConfiguration.Mode.disabled, true), (.required, false), (.verifyIdentity, false),
        ] {
            try await ScriptedServer.run([.packet(0, Self.tooMany), .cut]) { server in
                var configuration = HostileCase.configuration(server)
                configuration.tls = TLSConfiguration(mode: mode)
                let error = await #expect(throws: MySQLError.self) {
                    try await MySQLConnection.connect(to: configuration)
                }
                #expect(error?.server?.isVerified == isVerified)
                #expect(error?.server?.sqlState == nil)
            }
        }
    }

    private static func login(_ answer: ByteBuffer, then more: [ScriptedServer.Step] = []) -> [ScriptedServer.Step] {
        [.packet(0, greeting), .expect, .packet(2, answer)] + more + [.silence]
    }

    private static func framed(_ sequence: UInt8, _ payload: ByteBuffer) -> ByteBuffer {
        SampleSession.framed(sequence, payload)
    }

    private static func joined(_ first: ByteBuffer, _ second: ByteBuffer) -> ByteBuffer {
        var whole = first
        whole.writeImmutableBuffer(second)
        return whole
    }
}
