import MySQLWire
import NIOCore
import NIOPosix
import Synchronization

/// A server on loopback that does what its script says, right or wrong. One script a connection; the last one is for
/// all that follow.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        /// These bytes, whatever they are.
        case bytes(ByteBuffer)
        /// A packet with a header as it should be.
        case packet(UInt8, ByteBuffer)
        /// Waits for a whole packet of the client.
        case expect
        /// The same, and tells it.
        case inspect(@Sendable (ByteBuffer) -> Void)
        /// One byte every few milliseconds, for as long as the client listens.
        case trickle(ByteBuffer)
        /// Each for itself, with a pause before the next, so that the network does not join them.
        case pieces([ByteBuffer])
        /// Tells that the script has come to here.
        case reached(@Sendable () -> Void)
        /// Waits for somebody.
        case hold(Gate)
        /// The bytes again and again, until the client leaves.
        case endless(ByteBuffer)
        /// The same bytes to each packet of the client.
        case answer(ByteBuffer)
        /// To each packet of the client what this makes of it, until that is nil: then it closes.
        case serve(@Sendable (ByteBuffer) -> ByteBuffer?)
        /// Answers each command as a server does, up to the client's leaving: ``ModelSession``.
        case obey
        /// Says nothing more, and does not close, until the client does.
        case silence
        /// Takes nothing more from the network, so that the client's writes come to a standstill.
        case deaf
        /// Closes at once.
        case cut
        /// The same with an RST in place of a FIN.
        case reset
    }

    let port: UInt16
    private let listener: any Channel
    private let sessions: ScriptedSessions

    /// Every byte that any client has sent.
    var received: [UInt8] { sessions.state.withLock { $0.received } }
    /// How often a text has come.
    func times(_ text: String) -> Int { String(decoding: received, as: UTF8.self).ranges(of: text).count }
    var connections: Int { sessions.state.withLock { $0.connections } }

    /// Returns when no client is connected any more.
    func clientsGone() async { await sessions.none() }

    /// Runs `body` with a server, and stops it afterwards.
    ///
    /// - Parameters:
    ///   - fault: of the first connection.
    ///   - kills: what becomes of a KILL QUERY of the first connection, where the script obeys.
    ///   - sent: gets what is sent on the first connection.
    static func run<Value>(
        _ scripts: [Step]...,
        fault: WireFault? = nil,
        kills: KillManner = .honoured,
        sent: SentBytes? = nil,
        body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = try await ScriptedServer(scripts, ScriptedSessions(fault: fault, kills: kills, sent: sent))
        do {
            let value = try await body(server)
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }

    private init(_ scripts: [[Step]], _ sessions: ScriptedSessions) async throws {
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedInlet(scripts: scripts, sessions: sessions))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.sessions = sessions
        port = UInt16(listener.localAddress?.port ?? 0)
    }

    private func stop() async {
        try? await listener.close().get()
        for channel in sessions.end() { channel.close(promise: nil) }
        await sessions.none()
    }
}
