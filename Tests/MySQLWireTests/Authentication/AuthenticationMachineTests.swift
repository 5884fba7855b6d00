import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct AuthenticationMachineTests {
    static let nonce = [UInt8](1...20)
    static let otherNonce = [UInt8](101...120)
    static let sha2 = "caching_sha2_password"
    static let native = "mysql_native_password"
    static let fast = ByteBuffer(bytes: [3])
    static let full = ByteBuffer(bytes: [4])
    static let pem = "the key"

    /// A machine whose "encryption" prints what it was given.
    static func machine(
        password: String? = "secret",
        isSecure: Bool = false,
        getKey: Bool = false,
        pinned: String? = nil,
        allowed: Set<AuthenticationPlugin> = AuthenticationPlugin.usual
    ) -> AuthenticationMachine {
        AuthenticationMachine(
            context: AuthenticationContext(
                password: password.map { Secret($0) },
                isSecureTransport: isSecure,
                isVerifiedPeer: isSecure,
                getServerPublicKey: getKey,
                serverPublicKey: pinned,
                allowedPlugins: allowed
            ) { plaintext, key in Array(key) + [0xFF] + plaintext }
        )
    }

    static func switchData(_ nonce: [UInt8]) -> ByteBuffer { ByteBuffer(bytes: nonce + [0]) }

    // MARK: paths

    @Test func `the fast path sends the scramble, then nothing, then takes the OK`() throws {
        var machine = Self.machine()
        let first = try machine.begin(plugin: Self.sha2, nonce: Self.nonce + [0])
        #expect(first.plugin == Self.sha2)
        #expect(hex(first.response) == "746ebe205d56a0707acb3e796e834e0dd7b1d61743b26bd5202c7a623230c7c9")
        #expect(try machine.moreData(Self.fast) == .wait)
        try machine.succeeded()
        #expect(machine.path == .fast)
    }

    @Test func `the full path over a secure transport sends the password and a NUL`() throws {
        var machine = Self.machine(isSecure: true, getKey: true, pinned: Self.pem)
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        #expect(try machine.moreData(Self.full) == .send(Array("secret".utf8) + [0]))
        try machine.succeeded()
        #expect(machine.path == .fullTLS)
    }

    @Test func `the full path with a pinned key encrypts the XORed password at once`() throws {
        var machine = Self.machine(getKey: true, pinned: Self.pem)
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        let xored: [UInt8] = [0x72, 0x67, 0x60, 0x76, 0x60, 0x72, 0x07]
        #expect(try machine.moreData(Self.full) == .send(Array(Self.pem.utf8) + [0xFF] + xored))
        try machine.succeeded()
        #expect(machine.path == .fullRSA)
    }

    @Test func `the full path with leave to fetch asks for the key with 02 and encrypts for what comes`() throws {
        var machine = Self.machine(getKey: true)
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        #expect(try machine.moreData(Self.full) == .send([2]))
        let step = try machine.moreData(ByteBuffer(string: "fetched"))
        #expect(step == .send(Array("fetched".utf8) + [0xFF, 0x72, 0x67, 0x60, 0x76, 0x60, 0x72, 0x07]))
        try machine.succeeded()
        #expect(machine.path == .fullRSA)
    }

    @Test func `a password longer than the nonce is XORed with the nonce over and over`() throws {
        let password = String(repeating: "x", count: 45)
        var machine = Self.machine(password: password, pinned: "")
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        guard case .send(let bytes) = try machine.moreData(Self.full) else {
            throw TestKey.Failure(what: "nothing sent")
        }
        let expected = (Array(password.utf8) + [0]).enumerated().map { $1 ^ Self.nonce[$0 % 20] }
        #expect(Array(bytes.dropFirst()) == expected)
    }

    @Test func `without TLS, key and leave the login is refused, naming the three ways out`() throws {
        var machine = Self.machine()
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        let error = #expect(throws: MySQLError.self) { try machine.moreData(Self.full) }
        #expect(error?.code == .authenticationRefused)
        #expect(error?.phase == .authentication)
        for fix in ["--ssl-mode", "--server-public-key-path", "--get-server-public-key"] {
            #expect(error?.message.contains(fix) == true)
        }
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: [nil, ""]) func `the empty password is no bytes, and an OK`(password: String?) throws {
        for plugin in [Self.sha2, Self.native] {
            var machine = Self.machine(password: password)
            #expect(try machine.begin(plugin: plugin, nonce: Self.nonce).response == [])
            try machine.succeeded()
            #expect(machine.path == .empty)
        }
    }

    @Test func `mysql_native_password is one answer`() throws {
        var machine = Self.machine()
        let first = try machine.begin(plugin: Self.native, nonce: Self.nonce + [0])
        #expect(hex(first.response) == "b32bb3a583e1340c0a1108d58b1be49781ad8c2f")
        try machine.succeeded()
        #expect(machine.path == .native)
    }

    @Test func `an OK right after the scramble is taken, as some proxies send it`() throws {
        var machine = Self.machine()
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        try machine.succeeded()
        #expect(machine.path == .scramble)
    }

    // MARK: choice of the plugin, and the switch

    @Test(arguments: ["", "auth_gssapi_client", "toString", "mysql_clear_password"])
    func `an unknown default of the server starts with caching_sha2_password`(plugin: String) throws {
        var machine = Self.machine()
        #expect(try machine.begin(plugin: plugin, nonce: Self.nonce).plugin == Self.sha2)
    }

    @Test func `a default that is not allowed is not used`() throws {
        var machine = Self.machine(allowed: [.cachingSHA2Password])
        #expect(try machine.begin(plugin: Self.native, nonce: Self.nonce).plugin == Self.sha2)
        var other = Self.machine(allowed: [.nativePassword])
        #expect(try other.begin(plugin: Self.sha2, nonce: Self.nonce).plugin == Self.native)
    }

    @Test func `with nothing allowed there is no login`() {
        var machine = Self.machine(allowed: [])
        let error = #expect(throws: MySQLError.self) { try machine.begin(plugin: Self.sha2, nonce: Self.nonce) }
        #expect(error?.code == .authenticationRefused)
    }

    @Test func `a switch answers for the new plugin and the new nonce`() throws {
        var machine = Self.machine()
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.otherNonce)
        let response = try machine.switchRequested(plugin: Self.native, data: Self.switchData(Self.nonce))
        #expect(hex(response) == "b32bb3a583e1340c0a1108d58b1be49781ad8c2f")
        try machine.succeeded()
        #expect(machine.path == .native)
    }

    @Test func `a switch to the same plugin changes the nonce, for the RSA path too`() throws {
        var machine = Self.machine(pinned: "")
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.otherNonce)
        let response = try machine.switchRequested(plugin: Self.sha2, data: ByteBuffer(bytes: Self.nonce))
        #expect(hex(response) == "746ebe205d56a0707acb3e796e834e0dd7b1d61743b26bd5202c7a623230c7c9")
        #expect(try machine.moreData(Self.full) == .send([0xFF, 0x72, 0x67, 0x60, 0x76, 0x60, 0x72, 0x07]))
    }

    @Test func `a second switch is refused`() throws {
        var machine = Self.machine()
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        _ = try machine.switchRequested(plugin: Self.native, data: Self.switchData(Self.nonce))
        let error = #expect(throws: MySQLError.self) {
            try machine.switchRequested(plugin: Self.sha2, data: Self.switchData(Self.nonce))
        }
        #expect(error?.code == .protocolViolation)
        #expect(throws: MySQLError.self) { try machine.succeeded() }
    }

    @Test(arguments: [
        "mysql_clear_password", "mysql_old_password", "dialog", "", "caching_sha2_password\u{0}", "\u{1B}[2J",
    ])
    func `a switch to what is not supported is refused, whatever the transport`(plugin: String) throws {
        for isSecure in [false, true] {
            var machine = Self.machine(isSecure: isSecure, getKey: true)
            _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
            let error = #expect(throws: MySQLError.self) {
                try machine.switchRequested(plugin: plugin, data: Self.switchData(Self.nonce))
            }
            #expect(error?.code == .authenticationRefused)
            #expect(error?.message.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
        }
    }

    @Test func `the name of an unknown plugin does not fill the screen`() throws {
        var machine = Self.machine()
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        let error = #expect(throws: MySQLError.self) {
            try machine.switchRequested(plugin: String(repeating: "A", count: 1 << 20), data: ByteBuffer())
        }
        #expect((error?.message.count ?? .max) < 300)
    }

    @Test func `a switch to a plugin that is not allowed is refused`() throws {
        var machine = Self.machine(allowed: [.cachingSHA2Password])
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        let error = #expect(throws: MySQLError.self) {
            try machine.switchRequested(plugin: Self.native, data: Self.switchData(Self.nonce))
        }
        #expect(error?.code == .authenticationRefused)
    }

    // MARK: hostile and damaged

    @Test(arguments: 0..<20) func `a nonce that is cut off is refused`(length: Int) throws {
        var machine = Self.machine()
        let error = #expect(throws: MySQLError.self) {
            try machine.begin(plugin: Self.sha2, nonce: Array(Self.nonce.prefix(length)))
        }
        #expect(error?.code == .protocolViolation)

        var second = Self.machine()
        _ = try second.begin(plugin: Self.sha2, nonce: Self.nonce)
        let switched = #expect(throws: MySQLError.self) {
            try second.switchRequested(plugin: Self.native, data: ByteBuffer(bytes: Self.nonce.prefix(length)))
        }
        #expect(switched?.code == .protocolViolation)
    }

    @Test(arguments: [[], [0], [2], [5], [3, 3], [4, 0], [0xFF]] as [[UInt8]])
    func `more data that is neither 03 nor 04 is refused`(data: [UInt8]) throws {
        var machine = Self.machine(isSecure: true)
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        let error = #expect(throws: MySQLError.self) { try machine.moreData(ByteBuffer(bytes: data)) }
        #expect(error?.code == .protocolViolation)
    }

    @Test func `nothing is said after the last packet`() throws {
        for verdict in [Self.fast, Self.full] {
            for second in [Self.fast, Self.full] {
                var machine = Self.machine(isSecure: true)
                _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
                _ = try machine.moreData(verdict)
                #expect(throws: MySQLError.self) { try machine.moreData(second) }
            }
        }
    }

    @Test func `more data is refused for the empty password and in mysql_native_password`() throws {
        var empty = Self.machine(password: nil, isSecure: true)
        _ = try empty.begin(plugin: Self.sha2, nonce: Self.nonce)
        #expect(throws: MySQLError.self) { try empty.moreData(Self.full) }
        var native = Self.machine(isSecure: true)
        _ = try native.begin(plugin: Self.native, nonce: Self.nonce)
        #expect(throws: MySQLError.self) { try native.moreData(Self.full) }
    }

    @Test func `a key that is larger than the limit is not looked at`() throws {
        var machine = Self.machine(getKey: true)
        _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
        _ = try machine.moreData(Self.full)
        let error = #expect(throws: MySQLError.self) {
            try machine.moreData(ByteBuffer(repeating: 0x41, count: (16 << 10) + 1))
        }
        #expect(error?.code == .limitExceeded)
    }

    @Test func `a bad pinned key is the caller's fault, a bad fetched one the server's`() throws {
        for isPinned in [true, false] {
            var machine = AuthenticationMachine(
                context: AuthenticationContext(
                    password: Secret("secret"),
                    isSecureTransport: false,
                    getServerPublicKey: true,
                    serverPublicKey: isPinned ? "-----BEGIN" : nil
                )
            )
            _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
            let error = #expect(throws: MySQLError.self) {
                _ = try machine.moreData(Self.full)
                _ = try machine.moreData(ByteBuffer(string: "garbage"))
            }
            #expect(error?.code == (isPinned ? .invalidArgument : .authenticationRefused))
            #expect(error?.message.contains("no PEM text") == true)
        }
    }

    @Test func `packets before the greeting, after the OK and after a failure are refused`() throws {
        var early = Self.machine()
        #expect(throws: MySQLError.self) { try early.succeeded() }
        var idle = Self.machine()
        #expect(throws: MySQLError.self) { try idle.moreData(Self.fast) }
        var unswitched = Self.machine()
        #expect(throws: MySQLError.self) {
            try unswitched.switchRequested(plugin: Self.native, data: Self.switchData(Self.nonce))
        }

        for isFailed in [false, true] {
            var machine = Self.machine(isSecure: true)
            _ = try machine.begin(plugin: Self.sha2, nonce: Self.nonce)
            if isFailed {
                #expect(throws: MySQLError.self) { try machine.moreData(ByteBuffer()) }
            } else {
                try machine.succeeded()
            }
            #expect(throws: MySQLError.self) { try machine.begin(plugin: Self.sha2, nonce: Self.nonce) }
            #expect(throws: MySQLError.self) { try machine.moreData(Self.full) }
            #expect(throws: MySQLError.self) { try machine.succeeded() }
        }
    }
}
