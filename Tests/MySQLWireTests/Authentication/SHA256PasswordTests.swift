import NIOCore
import Testing

@testable import MySQLWire

/// sha256_password, without a socket: the ways that the password goes, and those that it must not.
@Suite struct SHA256PasswordTests {
    private static let nonce = [UInt8](1...20)
    /// "secret" and its NUL, XORed with the nonce.
    private static let xored: [UInt8] = [0x72, 0x67, 0x60, 0x76, 0x60, 0x72, 0x07]

    /// After the switch to it.
    private func start(
        password: String? = "secret",
        isSecure: Bool = false,
        isEncrypted: Bool = false,
        getKey: Bool = false,
        pinned: String? = nil
    ) throws -> (AuthenticationMachine, response: [UInt8]) {
        var machine = AuthenticationMachine(
            context: AuthenticationContext(
                password: password.map { Secret($0) },
                isSecureTransport: isSecure || isEncrypted,
                isEncrypted: isEncrypted,
                isVerifiedPeer: isEncrypted,
                getServerPublicKey: getKey,
                serverPublicKey: pinned
            ) { plaintext, key in Array(key) + [0xFF] + plaintext }
        )
        _ = try machine.begin(plugin: "caching_sha2_password", nonce: [UInt8](101...120))
        let response = try machine.switchRequested(
            plugin: "sha256_password",
            data: ByteBuffer(bytes: Self.nonce + [0])
        )
        return (machine, response)
    }

    @Test func `over TLS it is the password and a NUL`() throws {
        var (machine, response) = try start(isEncrypted: true, getKey: true, pinned: "the key")
        #expect(response == Array("secret".utf8) + [0])
        try machine.succeeded()
        #expect(machine.path == .fullTLS)
    }

    @Test func `with a pinned key it is encrypted at once, with the nonce of the switch`() throws {
        var (machine, response) = try start(getKey: true, pinned: "the key")
        #expect(response == Array("the key".utf8) + [0xFF] + Self.xored)
        try machine.succeeded()
        #expect(machine.path == .fullRSA)
    }

    @Test func `with leave to fetch the key is asked for with 01`() throws {
        var (machine, response) = try start(getKey: true)
        #expect(response == [1])
        #expect(try machine.moreData(ByteBuffer(string: "it")) == .send(Array("it".utf8) + [0xFF] + Self.xored))
        try machine.succeeded()
        #expect(machine.path == .fullRSA)
    }

    @Test func `a unix socket is no safe transport for it`() throws {
        let error = #expect(throws: MySQLError.self) { try start(isSecure: true) }
        #expect(error?.code == .authenticationRefused)
        #expect(error?.message.hasPrefix("sha256_password wants the password itself") == true)
        #expect(try start(isSecure: true, getKey: true).response == [1])
    }

    @Test func `without TLS, key and leave the login is refused, naming the three ways out`() throws {
        let error = #expect(throws: MySQLError.self) { try start() }
        #expect(error?.code == .authenticationRefused)
        for fix in ["--ssl-mode", "--server-public-key-path", "--get-server-public-key"] {
            #expect(error?.message.contains(fix) == true)
        }
    }

    @Test(arguments: [nil, ""]) func `the empty password is one zero, on each way`(password: String?) throws {
        for isEncrypted in [false, true] {
            var (machine, response) = try start(password: password, isEncrypted: isEncrypted)
            #expect(response == [0])
            try machine.succeeded()
            #expect(machine.path == .empty)
        }
    }

    @Test func `more data is taken once, and only where the key was asked for`() throws {
        for (getKey, isEncrypted) in [(true, false), (false, true)] {
            var (machine, _) = try start(isEncrypted: isEncrypted, getKey: getKey)
            if getKey { _ = try machine.moreData(ByteBuffer(string: "key")) }
            let error = #expect(throws: MySQLError.self) { try machine.moreData(ByteBuffer(string: "key")) }
            #expect(error?.code == .protocolViolation)
            #expect(throws: MySQLError.self) { try machine.succeeded() }
        }
    }

    @Test func `a key that is larger than the limit is not looked at`() throws {
        var (machine, _) = try start(getKey: true)
        let error = #expect(throws: MySQLError.self) {
            try machine.moreData(ByteBuffer(repeating: 0x41, count: (16 << 10) + 1))
        }
        #expect(error?.code == .limitExceeded)
    }

    /// Anybody can have written the greeting: a password that goes as it is must be asked for by the real server.
    @Test func `a login does not begin with it only because the greeting says so`() throws {
        var machine = AuthenticationMachine(
            context: AuthenticationContext(password: Secret("secret"), isSecureTransport: true, isEncrypted: true)
        )
        let first = try machine.begin(plugin: "sha256_password", nonce: Self.nonce)
        #expect(first.plugin == "caching_sha2_password")
        #expect(first.response.count == 32)
    }

    @Test func `where nothing else is allowed, a login begins with it`() throws {
        for (isEncrypted, response) in [(true, Array("secret".utf8) + [0]), (false, [1])] {
            var machine = AuthenticationMachine(
                context: AuthenticationContext(
                    password: Secret("secret"),
                    isSecureTransport: isEncrypted,
                    isEncrypted: isEncrypted,
                    getServerPublicKey: true,
                    allowedPlugins: [.sha256Password]
                )
            )
            let first = try machine.begin(plugin: "mysql_native_password", nonce: Self.nonce)
            #expect(first.plugin == "sha256_password")
            #expect(first.response == response)
        }
    }
}
