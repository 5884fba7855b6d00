import NIOCore
import Testing

@testable import MySQLWire

/// AuthNextFactor, without a socket.
@Suite struct MultiFactorTests {
    private static let nonce = [UInt8](1...20)
    private static let capabilities = SampleSession.capabilities.union([.multiFactorAuthentication])

    private func handshake(_ additional: [String], isSocket: Bool = true) -> HandshakeMachine {
        var configuration = MySQLConfiguration(
            endpoint: .unixSocket(path: "/s"),
            username: "u",
            password: Secret("first"),
            tls: TLSConfiguration(mode: .disabled)
        )
        configuration.additionalPasswords = additional.map { Secret($0) }
        configuration.allowedPlugins.insert(.clearPassword)
        return HandshakeMachine(
            options: .init(configuration: configuration, isLocalTransport: isSocket, attributes: [])
        )
    }

    private func factor(_ plugin: String, _ data: [UInt8] = nonce + [0]) -> ByteBuffer {
        AuthNextFactor(plugin: plugin, data: ByteBuffer(bytes: data)).encode()
    }

    private func sent(_ action: HandshakeMachine.Action) throws -> [UInt8] {
        guard case .send(let bytes) = action else { throw ConnectionMachineTests.TraceError() }
        return Array(bytes.readableBytesView)
    }

    private func refusal(_ action: HandshakeMachine.Action) -> MySQLError.Code? {
        if case .fail(let error) = action { error.code } else { nil }
    }

    @Test func `the packet survives its own encoding`() throws {
        let packet = AuthNextFactor(plugin: "mysql_clear_password", data: ByteBuffer(bytes: [1, 2, 0]))
        #expect(try AuthNextFactor.decode(packet.encode()) == packet)
        #expect(Array(packet.encode().readableBytesView.prefix(6)) == [2] + Array("mysql".utf8))
    }

    @Test func `each factor is answered with its own password`() throws {
        var machine = handshake(["second", "third"])
        let first = try sent(machine.received(SampleSession.greeting(capabilities: Self.capabilities)))
        #expect(first[3] & 0x10 != 0, "the capability is asked for")
        #expect(try sent(machine.received(factor("mysql_clear_password"))) == Array("second\0".utf8))
        let third = try sent(machine.received(factor("caching_sha2_password")))
        #expect(
            try third == CachingSHA2Password.scramble(password: Secret("third"), nonce: Self.nonce)
        )
        // Full authentication is of the factor that is under way.
        #expect(try sent(machine.received(ByteBuffer(bytes: [1, 4]))) == Array("third\0".utf8))
        guard case .established = machine.received(ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0])) else {
            throw ConnectionMachineTests.TraceError()
        }
    }

    @Test func `a factor more than there are passwords is refused`() throws {
        for count in 1...2 {
            var machine = handshake(Array(repeating: "x", count: count))
            _ = machine.received(SampleSession.greeting(capabilities: Self.capabilities))
            for _ in 0..<count { _ = try sent(machine.received(factor("mysql_clear_password"))) }
            #expect(refusal(machine.received(factor("mysql_clear_password"))) == .protocolViolation)
        }
    }

    @Test func `a fourth factor is refused, however many passwords there are`() throws {
        var machine = handshake(Array(repeating: "x", count: 5))
        _ = machine.received(SampleSession.greeting(capabilities: Self.capabilities))
        for _ in 0..<2 { _ = try sent(machine.received(factor("mysql_clear_password"))) }
        #expect(refusal(machine.received(factor("mysql_clear_password"))) == .protocolViolation)
    }

    @Test func `without further passwords the capability is not asked for, and no factor taken`() throws {
        var machine = handshake([])
        let first = try sent(machine.received(SampleSession.greeting(capabilities: Self.capabilities)))
        #expect(first[3] & 0x10 == 0)
        #expect(refusal(machine.received(factor("mysql_clear_password"))) == .protocolViolation)
    }

    @Test func `a server without the capability gets no further password`() throws {
        var machine = handshake(["second"])
        let first = try sent(machine.received(SampleSession.greeting(capabilities: SampleSession.capabilities)))
        #expect(first[3] & 0x10 == 0)
        #expect(refusal(machine.received(factor("mysql_clear_password"))) == .protocolViolation)
    }

    @Test func `a further factor obeys the rules of the first`() throws {
        for plugin in ["mysql_clear_password", "sha256_password", "dialog", "", "mysql_old_password"] {
            var machine = handshake(["second"], isSocket: false)
            _ = machine.received(SampleSession.greeting(capabilities: Self.capabilities))
            #expect(refusal(machine.received(factor(plugin))) == .authenticationRefused, "\(plugin)")
        }
    }

    @Test func `after a further factor there is no switch`() throws {
        var machine = handshake(["second"])
        _ = machine.received(SampleSession.greeting(capabilities: Self.capabilities))
        _ = try sent(machine.received(factor("mysql_clear_password")))
        let change = AuthSwitchRequest(plugin: "mysql_native_password", data: ByteBuffer(bytes: Self.nonce + [0]))
        #expect(refusal(machine.received(change.encode())) == .protocolViolation)
    }

    @Test func `another account does not get the further passwords of the first`() throws {
        var machine = handshake(["second"])
        _ = machine.received(SampleSession.greeting(capabilities: Self.capabilities))
        _ = try sent(machine.received(factor("mysql_clear_password")))
        guard case .established = machine.received(ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0])) else {
            throw ConnectionMachineTests.TraceError()
        }
        _ = try machine.changeUser(.init(username: "other", password: Secret("own"), database: nil))
        #expect(refusal(machine.received(factor("mysql_clear_password"))) == .protocolViolation)
    }

    @Test func `a recording tells the factors, and keeps none of their passwords`() throws {
        var tracker = SessionTracker()
        _ = tracker.observe(.server, payload: SampleSession.greeting(capabilities: Self.capabilities))
        var machine = handshake(["second"])
        let first = try sent(machine.received(SampleSession.greeting(capabilities: Self.capabilities)))
        _ = tracker.observe(.client, payload: ByteBuffer(bytes: first))
        let packet = factor("mysql_clear_password")
        #expect(tracker.observe(.server, payload: packet) == .authNextFactor)
        #expect(PacketDescriber.describe(.authNextFactor, payload: packet) == "AuthNextFactor, mysql_clear_password")
        let secret = ByteBuffer(bytes: try sent(machine.received(packet)))
        let kind = tracker.observe(.client, payload: secret)
        var redactor = Redactor()
        #expect(redactor.redact(secret, kind, from: .client, in: tracker) == ByteBuffer(bytes: Redactor.marker))
    }
}
