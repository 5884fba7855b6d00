import NIOCore
import Testing

@testable import MySQLWire

@Suite struct ClearPasswordTests {
    /// The answer to a switch to it.
    private func answer(
        isAllowed: Bool,
        isVerified: Bool,
        password: Secret? = Secret("token"),
        data: [UInt8] = []
    ) throws -> [UInt8] {
        var machine = AuthenticationMachine(
            context: AuthenticationContext(
                password: password,
                isSecureTransport: true,
                isEncrypted: true,
                isVerifiedPeer: isVerified,
                allowedPlugins: isAllowed ? AuthenticationPlugin.all : AuthenticationPlugin.usual
            )
        )
        _ = try machine.begin(plugin: "caching_sha2_password", nonce: [UInt8](1...20))
        let response = try machine.switchRequested(plugin: "mysql_clear_password", data: ByteBuffer(bytes: data))
        try machine.succeeded()
        #expect(machine.path == .clear)
        return response
    }

    @Test func `it is the password and a NUL, whatever data the switch has`() throws {
        for data in [[], [0], [UInt8](1...20) + [0]] {
            #expect(try answer(isAllowed: true, isVerified: true, data: data) == Array("token".utf8) + [0])
        }
        #expect(try answer(isAllowed: true, isVerified: true, password: nil) == [0])
    }

    @Test(arguments: [(false, false), (false, true), (true, false)])
    func `it is refused unless it is allowed and the peer verified`(isAllowed: Bool, isVerified: Bool) {
        let error = #expect(throws: MySQLError.self) { try answer(isAllowed: isAllowed, isVerified: isVerified) }
        #expect(error?.code == .authenticationRefused)
        #expect(error?.message.contains("mysql_clear_password") == true)
        #expect(error?.message.contains("token") == false)
    }

    @Test func `no configuration has it unless it was inserted`() {
        let configuration = MySQLConfiguration(endpoint: .unixSocket(path: "/s"), username: "u")
        let names = configuration.allowedPlugins.map(\.name).sorted()
        #expect(
            names == [
                "caching_sha2_password", "client_ed25519", "mysql_native_password", "parsec", "sha256_password",
            ]
        )
    }

    /// Which transports count as verified, from the configuration on.
    @Test(
        arguments: [
            (.disabled, true, true), (.disabled, false, false), (.preferred, false, false), (.required, false, false),
            (.verifyCA, false, true), (.verifyIdentity, false, true), (.required, true, true),
        ] as [(TLSConfiguration.Mode, Bool, Bool)]
    )
    func `verified is a verified certificate or a unix socket`(
        mode: TLSConfiguration.Mode,
        isSocket: Bool,
        isSent: Bool
    ) throws {
        var configuration = MySQLConfiguration(
            endpoint: isSocket ? .unixSocket(path: "/s") : .tcp(host: "db", port: 3306),
            username: "u",
            password: Secret("token"),
            tls: TLSConfiguration(mode: mode)
        )
        configuration.allowedPlugins.insert(.clearPassword)
        var machine = HandshakeMachine(
            options: .init(configuration: configuration, isLocalTransport: isSocket, attributes: [])
        )
        var action = machine.received(SampleSession.greeting())
        if case .startTLS = action { action = machine.tlsEstablished() }
        guard case .send(let response) = action else { throw ConnectionMachineTests.TraceError() }
        #expect(!Array(response.readableBytesView).contains(Array("token".utf8)))
        let change = AuthSwitchRequest(plugin: "mysql_clear_password", data: ByteBuffer())
        switch machine.received(change.encode()) {
        case .send(let bytes): #expect(isSent && bytes == ByteBuffer(string: "token\0"))
        case .fail(let error): #expect(!isSent && error.code == .authenticationRefused)
        default: Issue.record("neither sent nor refused")
        }
    }
}
