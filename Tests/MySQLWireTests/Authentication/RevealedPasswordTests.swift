import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

/// Whom the password itself is told (reference, section 4, "Cleartext downgrade by AuthSwitch"): from the configuration
/// on, without a socket.
@Suite struct RevealedPasswordTests {
    /// The other side, and what is known of it.
    struct Peer: Sendable, CustomTestStringConvertible {
        var name: String
        var mode = TLSConfiguration.Mode.required
        var isSocket = false
        var isLoopback = false
        var isTrusted = false
        var isPinned = false
        var hasKey = false
        /// What caching_sha2_password and sha256_password send it.
        var isTold: Bool
        /// mysql_clear_password takes a proof and nothing less.
        var isToldInClear = false

        var testDescription: String { name }
    }

    static let peers: [Peer] = [
        .init(name: "TLS without verification", isTold: false),
        .init(name: "preferred TLS", mode: .preferred, isTold: false),
        .init(name: "TLS without verification, and a key for plaintext", hasKey: true, isTold: false),
        .init(name: "loopback", isLoopback: true, isTold: true),
        .init(name: "preferred TLS on loopback", mode: .preferred, isLoopback: true, isTold: true),
        .init(name: "trusted without proof", isTrusted: true, isTold: true),
        .init(name: "verified by its CA", mode: .verifyCA, isTold: true, isToldInClear: true),
        .init(name: "verified by its name", mode: .verifyIdentity, isTold: true, isToldInClear: true),
        .init(name: "pinned", isPinned: true, isTold: true, isToldInClear: true),
        .init(name: "a unix socket with TLS", isSocket: true, isTold: true, isToldInClear: true),
    ]

    static func machine(_ peer: Peer, change: (inout MySQLConfiguration) -> Void = { _ in }) throws -> HandshakeMachine
    {
        var configuration = MySQLConfiguration(
            endpoint: peer.isSocket ? .unixSocket(path: "/s") : .tcp(host: "localhost", port: 3306),
            username: "u",
            password: Secret("the_token"),
            tls: TLSConfiguration(mode: peer.mode),
            getServerPublicKey: peer.isTrusted,
            serverPublicKey: peer.hasKey ? try TestKey.rsa2048.get().publicPEM : nil
        )
        if peer.isPinned {
            configuration.tls.fingerprints = [try CertificateFingerprint(bytes: Array(repeating: 7, count: 32))]
        }
        configuration.allowedPlugins.insert(.clearPassword)
        change(&configuration)
        var machine = HandshakeMachine(
            options: .init(configuration: configuration, isLocalTransport: peer.isSocket, attributes: [])
        )
        machine.isLoopbackPeer = peer.isLoopback
        return machine
    }

    /// What answers the last of the packets; each that was sent before holds no password.
    private func answer(
        _ machine: inout HandshakeMachine,
        to packets: [ByteBuffer]
    ) throws -> HandshakeMachine.Action {
        var action = machine.received(SampleSession.greeting())
        if case .startTLS = action { action = machine.tlsEstablished() }
        for packet in packets {
            switch action {
            case .send(let bytes): #expect(!Array(bytes.readableBytesView).contains(Array("the_token".utf8)))
            case .wait: break
            default: throw ConnectionMachineTests.TraceError()
            }
            action = machine.received(packet)
        }
        return action
    }

    private func expect(_ action: HandshakeMachine.Action, isTold: Bool, _ ways: [String]) {
        switch action {
        case .send(let bytes): #expect(isTold && bytes == ByteBuffer(string: "the_token\0"))
        case .fail(let error):
            #expect(!isTold)
            #expect(error.code == .authenticationRefused)
            #expect(error.phase == .authentication)
            for way in ways { #expect(error.message.contains(way), "\(error.message)") }
        default: Issue.record("neither told nor refused")
        }
    }

    private static let full = ByteBuffer(bytes: [1, 4])
    private static let ways = ["--ssl-mode=VERIFY_CA", "--ssl-ca", "--ssl-fp", "--get-server-public-key"]

    private static func change(_ plugin: String) -> ByteBuffer {
        AuthSwitchRequest(plugin: plugin, data: ByteBuffer(bytes: (1...20).map { UInt8($0) } + [0])).encode()
    }

    @Test(arguments: peers) func `caching_sha2_password tells it to a proved, near or trusted server`(peer: Peer) throws
    {
        var machine = try Self.machine(peer)
        expect(try answer(&machine, to: [Self.full]), isTold: peer.isTold, Self.ways)
        machine = try Self.machine(peer)
        let switched = try answer(&machine, to: [Self.change("caching_sha2_password"), Self.full])
        expect(switched, isTold: peer.isTold, Self.ways)
    }

    @Test(arguments: peers) func `sha256_password does the same, named by the server or alone`(peer: Peer) throws {
        var machine = try Self.machine(peer)
        expect(try answer(&machine, to: [Self.change("sha256_password")]), isTold: peer.isTold, Self.ways)
        machine = try Self.machine(peer) { $0.allowedPlugins = [.sha256Password] }
        var action = machine.received(SampleSession.greeting())
        if case .startTLS = action { action = machine.tlsEstablished() }
        guard case .send(let response) = action, peer.isTold else {
            return expect(action, isTold: peer.isTold, Self.ways)
        }
        #expect(Array(response.readableBytesView).contains(Array("the_token".utf8)))
    }

    @Test(arguments: peers) func `mysql_clear_password tells it to a proved server only`(peer: Peer) throws {
        var machine = try Self.machine(peer)
        let action = try answer(&machine, to: [Self.change("mysql_clear_password")])
        expect(action, isTold: peer.isToldInClear, ["VERIFY_CA", "--ssl-fp"])
    }

    @Test(arguments: peers) func `the second factor is told no more than the first`(peer: Peer) throws {
        var machine = try Self.machine(peer) {
            $0.password = Secret("first")
            $0.additionalPasswords = [Secret("the_token")]
        }
        let greeting = SampleSession.greeting(
            capabilities: SampleSession.capabilities.union([.ssl, .multiFactorAuthentication])
        )
        _ = machine.received(greeting)
        _ = machine.tlsEstablished()
        let next = AuthNextFactor(plugin: "caching_sha2_password", data: ByteBuffer(bytes: (1...20).map { UInt8($0) }))
        guard case .send = machine.received(next.encode()) else { throw ConnectionMachineTests.TraceError() }
        expect(machine.received(Self.full), isTold: peer.isTold, Self.ways)
    }

    @Test(arguments: peers) func `a change of the user tells it no more than the login`(peer: Peer) throws {
        var machine = try Self.machine(peer)
        let action = try answer(&machine, to: [ByteBuffer(bytes: [1, 3]), ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0])])
        guard case .established = action else { throw ConnectionMachineTests.TraceError() }
        _ = try machine.changeUser(.init(username: "other", password: Secret("the_token"), database: nil))
        guard case .send = machine.received(Self.change("caching_sha2_password")) else {
            throw ConnectionMachineTests.TraceError()
        }
        expect(machine.received(Self.full), isTold: peer.isTold, Self.ways)
    }

    @Test func `a server that knows the scramble is not asked for a proof`() throws {
        let peer = try #require(Self.peers.first)
        var machine = try Self.machine(peer)
        let action = try answer(&machine, to: [ByteBuffer(bytes: [1, 3])])
        guard case .wait = action else { throw ConnectionMachineTests.TraceError() }
        guard case .established = machine.received(ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0])) else {
            throw ConnectionMachineTests.TraceError()
        }
        #expect(machine.authenticationPath == .fast)
    }

    @Test(
        arguments: [
            ("127.0.0.1", true), ("127.255.255.254", true), ("::1", true), ("::ffff:127.0.0.1", true),
            ("::ffff:7f01:203", true), ("128.0.0.1", false), ("126.255.255.255", false), ("0.0.0.0", false),
            ("::", false),
            ("::2", false), ("1::1", false), ("::ffff:192.0.2.1", false), ("::127.0.0.1", false), ("fe80::1", false),
            ("192.0.2.127", false),
        ]
    )
    func `loopback is an address, in each way that it is written`(address: String, isLoopback: Bool) throws {
        #expect(try SocketAddress(ipAddress: address, port: 3306).isLoopback == isLoopback)
    }

    @Test func `a socket's path is no loopback address`() throws {
        #expect(try !SocketAddress(unixDomainSocketPath: "/127.0.0.1").isLoopback)
    }
}
