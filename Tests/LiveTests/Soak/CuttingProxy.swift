import NIOCore
import NIOPosix

/// A proxy before a real server that cuts each connection after a number of bytes of its own: in the middle of a login, of
/// a statement, of a row. Some ends are FINs, some are RSTs.
struct CuttingProxy: Sendable {
    let port: UInt16
    private let listener: any Channel

    /// - Parameter budget: how many bytes of the server's a connection gets; nil for no end. Asked once each connection.
    init(to upstream: UInt16, budget: @escaping @Sendable () -> Int?) async throws {
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 512)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .connect(host: "127.0.0.1", port: Int(upstream))
                    .flatMapThrowing { server in
                        try server.pipeline.syncOperations.addHandler(CuttingPipe(to: client, budget: budget()))
                        try client.pipeline.syncOperations.addHandler(CuttingPipe(to: server, budget: nil))
                        server.read()
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = UInt16(listener.localAddress?.port ?? 0)
    }

    func stop() async { try? await listener.close().get() }
}
