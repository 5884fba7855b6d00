import NIOCore
import NIOPosix
import TestSupport

/// Somebody between a client and a real server: TLS ends at him, with a certificate of his own, and he logs in to the
/// server in plaintext with what the client sends. The server's answers go to the client as they are.
struct TLSIntruder: Sendable {
    let port: UInt16
    private let listener: any Channel

    init(before upstream: UInt16, with certificate: TestCertificate) async throws {
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // The client's side is registered, and read from, when this has come to its end.
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .connect(host: "127.0.0.1", port: Int(upstream))
                    .flatMapThrowing { server in
                        let relay = try TLSRelay(client: client, server: server, certificate)
                        try server.pipeline.syncOperations.addHandler(TLSRelay.Side(relay, isClient: false))
                        try client.pipeline.syncOperations.addHandler(TLSRelay.Side(relay, isClient: true))
                        try server.syncOptions?.setOption(.autoRead, value: true)
                        server.read()
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = UInt16(listener.localAddress?.port ?? 0)
    }

    func stop() async { try? await listener.close().get() }
}

/// One connection of an intruder, on its event loop.
private final class TLSRelay {
    private let client: any Channel
    private let server: any Channel
    private let tls: TestTLSServer
    private var fromClient = ByteBuffer()
    private var fromServer = ByteBuffer()
    /// Bytes of the client that were decrypted and passed on.
    private var taken = 0
    private var isInsideTLS = false
    /// The client has sent one packet more than the server got: the SSLRequest.
    private var isLoggingIn = true

    init(client: any Channel, server: any Channel, _ certificate: TestCertificate) throws {
        self.client = client
        self.server = server
        tls = try TestTLSServer(certificate)
    }

    final class Side: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let relay: TLSRelay
        private let isClient: Bool

        init(_ relay: TLSRelay, isClient: Bool) {
            self.relay = relay
            self.isClient = isClient
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if isClient { relay.clientSent(unwrapInboundIn(data)) } else { relay.serverSent(unwrapInboundIn(data)) }
        }

        func channelInactive(context: ChannelHandlerContext) { relay.end() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { relay.end() }
    }

    private func end() {
        client.close(promise: nil)
        server.close(promise: nil)
    }

    private func clientSent(_ bytes: ByteBuffer) {
        var bytes = bytes
        if !isInsideTLS {
            // The SSLRequest, which the server never sees.
            isInsideTLS = true
            bytes.moveReaderIndex(forwardBy: 36)
        }
        send(tls.receive(bytes))
        fromClient.writeBytes(tls.received[taken...])
        taken = tls.received.count
        while var packet = Self.packet(&fromClient) {
            let sequence: UInt8 = packet.getInteger(at: 3) ?? 0
            if sequence == 0 { isLoggingIn = false }
            if isLoggingIn { packet.setInteger(sequence - 1, at: 3) }
            // The login, without CLIENT_SSL.
            if isLoggingIn, sequence == 2, let flags: UInt8 = packet.getInteger(at: 5) {
                packet.setInteger(flags & ~0x08, at: 5)
            }
            server.writeAndFlush(packet, promise: nil)
        }
    }

    private func serverSent(_ bytes: ByteBuffer) {
        guard isInsideTLS else { return send(bytes) }
        fromServer.writeImmutableBuffer(bytes)
        while var packet = Self.packet(&fromServer) {
            if isLoggingIn, let sequence: UInt8 = packet.getInteger(at: 3) { packet.setInteger(sequence + 1, at: 3) }
            send(tls.write(Array(packet.readableBytesView)))
        }
    }

    private func send(_ bytes: ByteBuffer) {
        if bytes.readableBytes > 0 { client.writeAndFlush(bytes, promise: nil) }
    }

    /// A whole one, with its header, as a buffer that begins at 0.
    private static func packet(_ bytes: inout ByteBuffer) -> ByteBuffer? {
        guard let header: UInt32 = bytes.getInteger(at: bytes.readerIndex, endianness: .little),
            let packet = bytes.readSlice(length: 4 + Int(header & 0xFF_FFFF))
        else { return nil }
        return ByteBuffer(bytes: packet.readableBytesView)
    }
}
