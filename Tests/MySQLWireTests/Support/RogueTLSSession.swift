import NIOCore
import NIOEmbedded
import TestSupport

@testable import MySQLWire

/// A client in front of a TLS server with a certificate of its own making, without a socket.
final class RogueTLSSession {
    private let channel = EmbeddedChannel()
    private let server: TestTLSServer
    private let outcome = Outcome()
    private let state = ConnectionState()

    private final class Outcome { var error: MySQLError? }

    /// - Parameter address: the server's; by default none of this machine.
    init(
        _ configuration: MySQLConfiguration,
        certificate: TestCertificate? = nil,
        address: String = "192.0.2.1"
    ) throws {
        server = try TestTLSServer(certificate ?? TestCertificate("db", alternativeNames: "DNS:db"))
        let machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: [])
        )
        let handler = MySQLChannelHandler(
            machine: machine,
            configuration: configuration,
            tlsContext: try TLSContext(configuration.tls),
            state: state
        ) { [outcome] result in
            if case .failure(let error) = result { outcome.error = error }
        }
        try channel.pipeline.syncOperations.addHandler(handler)
        channel.connect(to: try SocketAddress(ipAddress: address, port: 3306), promise: nil)
    }

    /// What the client sent inside TLS.
    var received: [UInt8] { server.received }
    var error: MySQLError? { outcome.error }
    var isServerVerified: Bool { state.current.isServerVerified }
    /// What the client sent in plaintext.
    private(set) var plaintext: [UInt8] = []

    /// The greeting and TLS, up to the login's response.
    func begin(plugin: String = "caching_sha2_password") throws {
        try channel.writeInbound(SampleSession.framed(0, SampleSession.greeting(plugin: plugin)))
        var bytes = try sent()
        // The SSLRequest.
        plaintext = Array(bytes.readSlice(length: 36)?.readableBytesView ?? ByteBuffer().readableBytesView)
        try channel.writeInbound(server.receive(bytes))
        try exchange()
    }

    /// A packet of the server.
    func send(_ sequence: UInt8, _ payload: ByteBuffer) throws {
        try channel.writeInbound(server.write(Array(SampleSession.framed(sequence, payload).readableBytesView)))
        try exchange()
    }

    private func exchange() throws {
        while case let bytes = try sent(), bytes.readableBytes > 0 {
            let answer = server.receive(bytes)
            if answer.readableBytes > 0, channel.isActive { try channel.writeInbound(answer) }
        }
    }

    private func sent() throws -> ByteBuffer {
        var all = ByteBuffer()
        while var next = try channel.readOutbound(as: ByteBuffer.self) { all.writeBuffer(&next) }
        return all
    }
}
