import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import MySQLWire

/// The handler with TLS in between, without a socket: a server in memory, and this test as the network.
@Suite struct TLSChannelTests {
    private final class Outcome {
        var result: Result<Void, MySQLError>?
        var error: MySQLError? {
            if case .failure(let error) = result { error } else { nil }
        }
    }

    private let channel = EmbeddedChannel()
    private let handler: MySQLChannelHandler
    private let state = ConnectionState()
    private let outcome = Outcome()
    private let server: TestTLSServer
    private let folder: TestFolder

    init() throws {
        let folder = try TestFolder()
        self.folder = folder
        let authority = try TestCertificate("Test CA", isAuthority: true)
        server = try TestTLSServer(TestCertificate("db", alternativeNames: "DNS:db", issuer: authority))
        let tls = TLSConfiguration(mode: .verifyIdentity, caFile: try folder.write(authority.certificatePEM, "ca.pem"))
        let configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "the_user",
            password: Secret("secret"),
            tls: tls
        )
        let machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: [])
        )
        handler = MySQLChannelHandler(
            machine: machine,
            configuration: configuration,
            tlsContext: try TLSContext(tls),
            state: state
        ) { [outcome] in outcome.result = $0.map { _ in } }
        try channel.pipeline.syncOperations.addHandler(handler)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 3306), promise: nil)
    }

    /// What the handler has sent since the last call.
    private func sent() throws -> ByteBuffer {
        var all = ByteBuffer()
        while var next = try channel.readOutbound(as: ByteBuffer.self) { all.writeBuffer(&next) }
        return all
    }

    private func receive(_ bytes: ByteBuffer, piece: Int = .max) throws {
        var bytes = bytes
        while bytes.readableBytes > 0 { try channel.writeInbound(bytes.take(piece)) }
    }

    /// Lets both talk until they are silent.
    private func exchange(piece: Int = .max) throws {
        while case let bytes = try sent(), bytes.readableBytes > 0 { try receive(server.receive(bytes), piece: piece) }
    }

    /// The greeting; gives the SSLRequest and leaves the ClientHello.
    private func greet() throws -> ByteBuffer {
        try receive(ByteBuffer(bytes: PacketFramerTests.packet(0, ConnectionMachineTests.greeting())))
        var bytes = try sent()
        let request = bytes.take(36)
        try receive(server.receive(bytes))
        return request
    }

    private func logIn(piece: Int = .max) throws {
        _ = try greet()
        try exchange(piece: piece)
        try receive(server.write(PacketFramerTests.packet(3, ConnectionMachineTests.ok)), piece: piece)
        guard case .success = outcome.result else { throw ConnectionMachineTests.TraceError() }
    }

    @Test func `the user's name and the scramble go through TLS only`() throws {
        let request = try greet()
        #expect(request.getInteger(at: 3, as: UInt8.self) == 1)
        try exchange()
        #expect(server.isHandshakeComplete)
        #expect(String(decoding: server.received, as: UTF8.self).contains("the_user"))
        #expect(server.received.dropFirst(3).first == 2)
        #expect(outcome.result == nil)
        try receive(server.write(PacketFramerTests.packet(3, ConnectionMachineTests.ok)))
        if case .success = outcome.result {} else { Issue.record("not logged in") }
        #expect(state.current.tlsVersion == "TLSv1.3")
    }

    @Test(arguments: [1, 2, 7, 100]) func `in any pieces`(piece: Int) throws {
        try logIn(piece: piece)
    }

    @Test func `nothing after the SSLRequest is taken in plaintext`() throws {
        try receive(ByteBuffer(bytes: PacketFramerTests.packet(0, ConnectionMachineTests.greeting())))
        try receive(ByteBuffer(bytes: PacketFramerTests.packet(2, ConnectionMachineTests.ok)))
        #expect(outcome.error?.code == .tlsFailed)
        #expect(!channel.isActive)
    }

    @Test func `an untrusted server gets an alert and no name`() throws {
        let other = try TestTLSServer(TestCertificate("db", alternativeNames: "DNS:db"))
        try receive(ByteBuffer(bytes: PacketFramerTests.packet(0, ConnectionMachineTests.greeting())))
        var bytes = try sent()
        _ = bytes.take(36)
        try receive(other.receive(bytes))
        #expect(outcome.error?.code == .tlsFailed)
        #expect(outcome.error?.fate == .notSent)
        _ = other.receive(try sent())
        #expect(other.error?.contains("unknown ca") == true)
        #expect(other.received.isEmpty)
        #expect(!channel.isActive)
    }

    @Test func `a record damaged after a command was sent leaves its fate open`() throws {
        try logIn()
        let sink = ResponseSink(mode: .whole(limit: .max))
        handler.submit(PendingRequest(id: 1, command: .query("DELETE FROM t"), sink: sink, timeout: nil))
        _ = server.receive(try sent())
        var record = server.write(PacketFramerTests.packet(1, ConnectionMachineTests.ok))
        record.setInteger(UInt8(0x55), at: 8)
        try receive(record)
        #expect(state.closeReason?.code == .tlsFailed)
        #expect(state.closeReason?.fate == .maybeExecuted)
    }

    @Test func `close_notify is the end, also where the socket stays open`() throws {
        try logIn()
        let sink = ResponseSink(mode: .whole(limit: .max))
        handler.submit(PendingRequest(id: 1, command: .query("DELETE FROM t"), sink: sink, timeout: nil))
        _ = server.receive(try sent())
        try receive(server.closeNotify())
        #expect(state.closeReason?.code == .connectionClosed)
        #expect(state.closeReason?.fate == .maybeExecuted)
        #expect(!channel.isActive)
    }

    @Test func `close_notify in the login is the end of the connect`() throws {
        _ = try greet()
        try exchange()
        try receive(server.closeNotify())
        #expect(outcome.error?.code == .connectionClosed)
        #expect(outcome.error?.phase == .authentication)
    }
}
