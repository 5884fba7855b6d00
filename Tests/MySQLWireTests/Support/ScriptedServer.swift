import MySQLWire
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

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
        /// Tells that the script has come to here.
        case reached(@Sendable () -> Void)
        /// Waits for somebody.
        case hold(Gate)
        /// The bytes again and again, until the client leaves.
        case endless(ByteBuffer)
        /// The same bytes to each packet of the client.
        case answer(ByteBuffer)
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
    private let sessions: Sessions

    /// Every byte that any client has sent.
    var received: [UInt8] { sessions.state.withLock { $0.received } }
    var connections: Int { sessions.state.withLock { $0.connections } }

    /// Returns when no client is connected any more.
    func clientsGone() async { await sessions.none() }

    /// Runs `body` with a server, and stops it afterwards.
    static func run<Value>(
        _ scripts: [Step]...,
        body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = try await ScriptedServer(scripts)
        do {
            let value = try await body(server)
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }

    private init(_ scripts: [[Step]]) async throws {
        let sessions = Sessions()
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Inlet(scripts: scripts, sessions: sessions))
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

    fileprivate static func serve(
        _ channel: any Channel,
        _ inbound: AsyncStream<ByteBuffer>,
        _ script: [Step],
        _ sessions: Sessions
    ) async throws {
        var iterator = inbound.makeAsyncIterator()
        var pending = ByteBuffer()
        func receive() async -> Bool {
            guard let bytes = await iterator.next() else { return false }
            sessions.state.withLock { $0.received += bytes.readableBytesView }
            pending.writeImmutableBuffer(bytes)
            return true
        }
        func packet() async -> ByteBuffer? {
            while true {
                if let header: UInt32 = pending.getInteger(at: pending.readerIndex, endianness: .little),
                    let payload = pending.getSlice(at: pending.readerIndex + 4, length: Int(header & 0xFF_FFFF))
                {
                    pending.moveReaderIndex(forwardBy: 4 + payload.readableBytes)
                    return payload
                }
                guard await receive() else { return nil }
            }
        }
        for step in script {
            switch step {
            case .bytes(let bytes): try await channel.writeAndFlush(bytes).get()
            case .packet(let sequence, let payload):
                try await channel.writeAndFlush(SampleSession.framed(sequence, payload)).get()
            case .expect: guard await packet() != nil else { return }
            case .inspect(let body):
                guard let payload = await packet() else { return }
                body(payload)
            case .trickle(let bytes):
                for byte in bytes.readableBytesView {
                    try await channel.writeAndFlush(ByteBuffer(bytes: [byte])).get()
                    try await Task.sleep(for: .milliseconds(50))
                }
            case .reached(let body): body()
            case .hold(let gate): await gate.wait()
            case .endless(let bytes): while true { try await channel.writeAndFlush(bytes).get() }
            case .answer(let bytes): while await packet() != nil { try await channel.writeAndFlush(bytes).get() }
            case .silence: while await receive() {}
            case .deaf: try await channel.setOption(.autoRead, value: false).get()
            case .cut: return
            case .reset:
                let options = channel as? any SocketOptionProvider
                try await options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
                return
            }
        }
        // The script is over: what else the client sends is taken until it leaves.
        while await receive() {}
    }
}

/// Who is connected.
private final class Sessions: Sendable {
    struct State {
        var received: [UInt8] = []
        var connections = 0
        var open: [ObjectIdentifier: any Channel] = [:]
        var isOver = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    let state = Mutex(State())

    /// The number of the connection, from 0; nil when the server has been stopped.
    func opened(_ channel: any Channel) -> Int? {
        state.withLock { state in
            guard !state.isOver else { return nil }
            state.open[ObjectIdentifier(channel)] = channel
            state.connections += 1
            return state.connections - 1
        }
    }

    func closed(_ channel: any Channel) {
        let waiting = state.withLock { state in
            state.open[ObjectIdentifier(channel)] = nil
            guard state.open.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func end() -> [any Channel] {
        state.withLock { state in
            state.isOver = true
            return Array(state.open.values)
        }
    }

    func none() async {
        await withCheckedContinuation { continuation in
            let isNone = state.withLock { state in
                if !state.open.isEmpty { state.waiting.append(continuation) }
                return state.open.isEmpty
            }
            if isNone { continuation.resume() }
        }
    }
}

/// Runs the script of one connection, and hands it what the client sends.
private final class Inlet: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let scripts: [[ScriptedServer.Step]]
    private let sessions: Sessions
    private let stream = AsyncStream.makeStream(of: ByteBuffer.self)

    init(scripts: [[ScriptedServer.Step]], sessions: Sessions) {
        self.scripts = scripts
        self.sessions = sessions
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        guard let number = sessions.opened(channel) else { return context.close(promise: nil) }
        let script = number < scripts.count ? scripts[number] : scripts.last ?? []
        Task { [sessions, inbound = stream.stream] in
            try? await ScriptedServer.serve(channel, inbound, script, sessions)
            try? await channel.close().get()
            sessions.closed(channel)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        stream.continuation.yield(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        stream.continuation.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
