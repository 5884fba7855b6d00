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

/// One connection's way through its script.
struct ScriptedRun {
    private let channel: any Channel
    private var inbound: AsyncStream<ByteBuffer>.Iterator
    private let sessions: ScriptedSessions
    private let isFirst: Bool
    private var outlet: ScriptedOutlet
    private var pending = ByteBuffer()

    init(channel: any Channel, inbound: AsyncStream<ByteBuffer>, sessions: ScriptedSessions, number: Int) {
        self.channel = channel
        self.inbound = inbound.makeAsyncIterator()
        self.sessions = sessions
        isFirst = number == 0
        outlet = ScriptedOutlet(
            channel,
            fault: isFirst ? sessions.fault : nil,
            sent: isFirst ? sessions.sent : nil
        )
    }

    mutating func play(_ script: [ScriptedServer.Step]) async throws {
        for step in script {
            switch step {
            case .bytes(let bytes): try await outlet.send(bytes)
            case .packet(let sequence, let payload): try await outlet.send(SampleSession.framed(sequence, payload))
            case .expect: guard try await packet() != nil else { return }
            case .inspect(let body):
                guard let payload = try await packet()?.payload else { return }
                body(payload)
            case .trickle(let bytes):
                for byte in bytes.readableBytesView {
                    try await channel.writeAndFlush(ByteBuffer(bytes: [byte])).get()
                    try await Task.sleep(for: .milliseconds(50))
                }
            case .pieces(let pieces):
                for piece in pieces {
                    try await channel.writeAndFlush(piece).get()
                    try await Task.sleep(for: .microseconds(200))
                }
            case .reached(let body): body()
            case .hold(let gate): await gate.wait()
            case .endless(let bytes): while true { try await channel.writeAndFlush(bytes).get() }
            case .answer(let bytes): while try await packet() != nil { try await outlet.send(bytes) }
            case .serve(let body):
                while let payload = try await packet()?.payload {
                    guard let answer = body(payload) else { return }
                    try await outlet.send(answer)
                }
            case .obey: try await obey()
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

    private mutating func obey() async throws {
        var model = ModelSession(connectionID: SampleSession.connectionID)
        while let request = try await packet() {
            var answer = model.answer(to: request.payload)
            if isFirst, !answer.isEmpty, sessions.takeKill() { answer = [Script.interrupted] }
            if String(buffer: request.payload).contains("KILL QUERY \(SampleSession.connectionID)") { sessions.kill() }
            var sequence = request.sequence &+ 1
            for payload in answer {
                do {
                    try await outlet.send(SampleSession.framed(sequence, payload))
                } catch is ScriptedOutlet.Killed {
                    try await outlet.send(SampleSession.framed(sequence, Script.interrupted))
                    model.interrupted()
                    break
                }
                sequence &+= 1
            }
        }
    }

    private mutating func receive() async -> Bool {
        guard let bytes = await inbound.next() else { return false }
        sessions.state.withLock { $0.received += bytes.readableBytesView }
        pending.writeImmutableBuffer(bytes)
        return true
    }

    private mutating func packet() async throws -> (sequence: UInt8, payload: ByteBuffer)? {
        try await outlet.listens()
        while true {
            if let header: UInt32 = pending.getInteger(at: pending.readerIndex, endianness: .little),
                let payload = pending.getSlice(at: pending.readerIndex + 4, length: Int(header & 0xFF_FFFF))
            {
                pending.moveReaderIndex(forwardBy: 4 + payload.readableBytes)
                return (UInt8(truncatingIfNeeded: header >> 24), payload)
            }
            guard await receive() else { return nil }
        }
    }
}
