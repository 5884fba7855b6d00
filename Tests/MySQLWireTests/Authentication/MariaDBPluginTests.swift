import COpenSSL
import NIOCore
import Testing

@testable import MySQLWire

/// client_ed25519 and parsec, without a socket.
@Suite struct MariaDBPluginTests {
    private static let nonce = [UInt8](50..<82)
    private static let salt = [UInt8](200..<218)

    private func machine(
        _ password: String? = "secret",
        allowed: Set<AuthenticationPlugin> = AuthenticationPlugin.usual
    ) throws -> AuthenticationMachine {
        var machine = AuthenticationMachine(
            context: AuthenticationContext(
                password: password.map { Secret($0) },
                isSecureTransport: false,
                allowedPlugins: allowed
            )
        )
        _ = try machine.begin(plugin: "mysql_native_password", nonce: [UInt8](1...20))
        return machine
    }

    // MARK: client_ed25519

    @Test(arguments: [nil, "", "secret", "pä🐬"]) func `ed25519 is a signature of the nonce`(password: String?) throws {
        for tail in [[], [0]] as [[UInt8]] {
            var machine = try machine(password)
            let response = try machine.switchRequested(
                plugin: "client_ed25519",
                data: ByteBuffer(bytes: Self.nonce + tail)
            )
            let publicKey = try Ed25519Tests.publicKey(of: Array((password ?? "").utf8))
            #expect(Ed25519Tests.isValid(response, of: Self.nonce, by: publicKey))
            try machine.succeeded()
            #expect(machine.path == .ed25519)
        }
    }

    @Test(arguments: ["client_ed25519", "parsec"], [0, 20, 31, 33, 34, 1000])
    func `a nonce of another length than 32 is refused`(plugin: String, length: Int) throws {
        var machine = try machine()
        let error = #expect(throws: MySQLError.self) {
            try machine.switchRequested(plugin: plugin, data: ByteBuffer(repeating: 1, count: length))
        }
        #expect(error?.code == .protocolViolation)
    }

    @Test func `more data is refused in client_ed25519`() throws {
        var machine = try machine()
        _ = try machine.switchRequested(plugin: "client_ed25519", data: ByteBuffer(bytes: Self.nonce))
        #expect(throws: MySQLError.self) { try machine.moreData(ByteBuffer(bytes: [4])) }
    }

    /// The greeting's nonce is too short for them.
    @Test(arguments: [AuthenticationPlugin.ed25519, .parsec])
    func `where nothing else is allowed, it is named, and nothing sent before the switch`(plugin: AuthenticationPlugin)
        throws
    {
        var machine = AuthenticationMachine(
            context: AuthenticationContext(
                password: Secret("secret"),
                isSecureTransport: false,
                allowedPlugins: [plugin]
            )
        )
        let first = try machine.begin(plugin: "mysql_native_password", nonce: [UInt8](1...20))
        #expect(first.plugin == plugin.name)
        #expect(first.response == [])
        var other = machine
        #expect(throws: MySQLError.self) { try other.moreData(ByteBuffer(bytes: [4])) }
        other = machine
        #expect(throws: MySQLError.self) {
            try other.switchRequested(plugin: "mysql_native_password", data: ByteBuffer(repeating: 1, count: 21))
        }
        _ = try machine.switchRequested(plugin: plugin.name, data: ByteBuffer(bytes: Self.nonce))
    }

    // MARK: parsec

    /// The public key that the server keeps.
    static func parsecKey(_ password: String, salt: [UInt8], rounds: Int32) -> [UInt8] {
        var seed = [UInt8](repeating: 0, count: 32)
        let text = password.utf8.map { CChar(bitPattern: $0) }
        PKCS5_PBKDF2_HMAC(text, Int32(text.count), salt, Int32(salt.count), rounds, EVP_sha512(), 32, &seed)
        return Ed25519Tests.openSSLPublicKey(seed: seed)
    }

    @Test(arguments: 0...3) func `parsec answers the salt with a nonce and a signature of both`(factor: UInt8) throws {
        for password in ["secret", nil] {
            var machine = try machine(password)
            #expect(
                try machine.switchRequested(plugin: "parsec", data: ByteBuffer(bytes: Self.nonce)).isEmpty,
                "the answer to the switch is an empty packet"
            )
            #expect(machine.takesBareData(0x50))
            let step = try machine.moreData(ByteBuffer(bytes: [0x50, factor] + Self.salt))
            guard case .send(let bytes) = step else { throw ConnectionMachineTests.TraceError() }
            #expect(bytes.count == 96)
            let publicKey = Self.parsecKey(password ?? "", salt: Self.salt, rounds: 1024 << Int32(factor))
            let message = Self.nonce + bytes.prefix(32)
            #expect(Ed25519Tests.isValid(Array(bytes.dropFirst(32)), of: message, by: publicKey))
            #expect(!machine.takesBareData(0x50))
            try machine.succeeded()
            #expect(machine.path == .parsec)
        }
    }

    @Test func `two logins have different nonces`() throws {
        let nonces = try (0..<2).map { _ in
            var machine = try machine()
            _ = try machine.switchRequested(plugin: "parsec", data: ByteBuffer(bytes: Self.nonce))
            guard case .send(let bytes) = try machine.moreData(ByteBuffer(bytes: [0x50, 0] + Self.salt)) else {
                throw ConnectionMachineTests.TraceError()
            }
            return Array(bytes.prefix(32))
        }
        #expect(nonces[0] != nonces[1])
    }

    @Test(arguments: [4, 8, 30, 255]) func `a work factor above 3 is refused`(factor: UInt8) throws {
        var machine = try machine()
        _ = try machine.switchRequested(plugin: "parsec", data: ByteBuffer(bytes: Self.nonce))
        let error = #expect(throws: MySQLError.self) {
            try machine.moreData(ByteBuffer(bytes: [0x50, factor] + Self.salt))
        }
        #expect(error?.code == .authenticationRefused)
        #expect(error?.message.contains("work factor of \(factor)") == true)
    }

    @Test(
        arguments: [[], [0x50], [0x50, 0], [0x50, 0] + salt.dropLast(), [0x50, 0] + salt + [0], [0x51, 0] + salt]
            as [[UInt8]]
    )
    func `a salt of another form is refused`(data: [UInt8]) throws {
        var machine = try machine()
        _ = try machine.switchRequested(plugin: "parsec", data: ByteBuffer(bytes: Self.nonce))
        let error = #expect(throws: MySQLError.self) { try machine.moreData(ByteBuffer(bytes: data)) }
        #expect(error?.code == .protocolViolation)
    }

    @Test func `a second salt is refused`() throws {
        var machine = try machine()
        _ = try machine.switchRequested(plugin: "parsec", data: ByteBuffer(bytes: Self.nonce))
        _ = try machine.moreData(ByteBuffer(bytes: [0x50, 0] + Self.salt))
        #expect(throws: MySQLError.self) { try machine.moreData(ByteBuffer(bytes: [0x50, 0] + Self.salt)) }
    }

    /// 11.8.4 puts the 0x01 of AuthMoreData before the salt, others do not.
    @Test func `the salt comes bare or behind 01, and bare in parsec only`() throws {
        for (plugin, prefix, isTaken) in [
            ("parsec", [], true), ("parsec", [1], true), ("mysql_native_password", [], false),
        ] as [(String, [UInt8], Bool)] {
            var handshake = HandshakeMachine(
                options: .init(
                    configuration: MySQLConfiguration(
                        endpoint: .tcp(host: "db", port: 3306),
                        username: "u",
                        password: Secret("secret"),
                        tls: TLSConfiguration(mode: .disabled)
                    ),
                    isLocalTransport: false,
                    attributes: []
                )
            )
            _ = handshake.received(SampleSession.greeting())
            let change = AuthSwitchRequest(plugin: plugin, data: ByteBuffer(bytes: Self.nonce))
            guard case .send(let empty) = handshake.received(change.encode()) else {
                throw ConnectionMachineTests.TraceError()
            }
            #expect(empty.readableBytes == (isTaken ? 0 : 20))
            switch handshake.received(ByteBuffer(bytes: prefix + [0x50, 0] + Self.salt)) {
            case .send(let bytes): #expect(isTaken && bytes.readableBytes == 96)
            case .fail(let error): #expect(!isTaken && error.code == .protocolViolation)
            default: Issue.record("neither answered nor refused")
            }
        }
    }
}
