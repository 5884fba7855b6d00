import NIOCore
import NIOPosix

/// A port on loopback that answers no connection any more: nobody accepts, and the queue is full, so that the kernel
/// drops what comes. The same as a firewall that drops, or a host that is gone.
enum UnansweringPort {
    struct StillAnswers: Error {}

    /// Runs `body` with such a port, and gives it back afterwards.
    static func run<Value>(_ body: (UInt16) async throws -> Value) async throws -> Value {
        let group = MultiThreadedEventLoopGroup.singleton
        // A server that reads nothing accepts nobody.
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 0)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 0
        var open: [any Channel] = [listener]
        func close() async {
            for channel in open { try? await channel.close().get() }
        }
        do {
            let client = ClientBootstrap(group: group).connectTimeout(.milliseconds(100))
            while open.count < 10, let channel = try? await client.connect(host: "127.0.0.1", port: port).get() {
                open.append(channel)
            }
            guard open.count < 10 else { throw StillAnswers() }
            let value = try await body(UInt16(port))
            await close()
            return value
        } catch {
            await close()
            throw error
        }
    }
}
