import MySQLWire
import NIOCore
import Synchronization
import TestSupport

/// A server that is made of recordings alone: the greeting, the login and the answers are what a real one once sent to
/// another client. What ours sends is read by the decoders of the server's side.
final class RecordedServer: Sendable {
    private struct State {
        var session = SessionTracker()
        /// What the recorded client sent, and what the server said to that.
        var login: ArraySlice<(kind: PacketKind, length: Int, answer: ByteBuffer)>
        var faults: [String] = []
        var response: HandshakeResponse41?
        var commands: [Command] = []
    }

    private let state: Mutex<State>
    private let answers: [(command: Command, bytes: ByteBuffer)]
    /// The recorded one, less what the recorded client did not agree to: the answers that follow are made for that.
    let greeting: ByteBuffer
    let capabilities: CapabilityFlags

    var faults: [String] { state.withLock { $0.faults } }
    var response: HandshakeResponse41? { state.withLock { $0.response } }
    var commands: [Command] { state.withLock { $0.commands } }

    struct Unusable: Error {}

    /// What an answer's packets look like depends on these.
    private static let shaping: CapabilityFlags = [.deprecateEOF, .sessionTrack, .optionalResultSetMetadata]

    /// - Parameter sessions: of the same client, for what the login's own recording has no answer to.
    init(login fixture: WireFixture, sessions: [WireFixture]) throws {
        let login = try Self.exchanges(of: fixture.recording())
        guard let first = login.first, let agreed = login.last?.capabilities else { throw Unusable() }
        capabilities = agreed
        let offered = try HandshakeV10.decode(Self.payload(of: first.answer)).capabilities
        var filter = GreetingFilter(hidden: offered.subtracting(agreed))
        guard let greeting = filter.pass(first.answer) else { throw Unusable() }
        self.greeting = greeting
        var answers: [(Command, ByteBuffer)] = []
        for exchange in try login + sessions.flatMap({ try Self.exchanges(of: $0.recording()) }) {
            guard case .command = exchange.kind, let own = exchange.capabilities,
                own.intersection(Self.shaping) == agreed.intersection(Self.shaping)
            else { continue }
            answers.append((try Command.decode(exchange.payload, capabilities: own), exchange.answer))
        }
        self.answers = answers
        let steps = login.dropFirst().prefix { if case .command = $0.kind { false } else { true } }
        state = Mutex(State(login: steps.map { ($0.kind, $0.payload.readableBytes, $0.answer) }[...]))
        try state.withLock { _ = $0.session.observe(.server, payload: try Self.payload(of: greeting)) }
    }

    /// The script of one connection.
    var script: [ScriptedServer.Step] { [.bytes(greeting), .serve { [self] in answer(to: $0) }] }

    private func answer(to payload: ByteBuffer) -> ByteBuffer? {
        state.withLock { state in
            let kind = state.session.observe(.client, payload: payload)
            do {
                let answer = try self.answer(kind, payload, &state)
                for packet in Self.packets(of: answer) { _ = state.session.observe(.server, payload: packet) }
                return answer
            } catch {
                state.faults.append("\(kind): \(error)")
                return nil
            }
        }
    }

    private func answer(_ kind: PacketKind, _ payload: ByteBuffer, _ state: inout State) throws -> ByteBuffer {
        guard case .command = kind else {
            if kind == .handshakeResponse {
                let response = try HandshakeResponse41.decode(payload)
                state.response = response
                if response.encode() != payload { state.faults.append("the login is encoded otherwise") }
            }
            guard let step = state.login.popFirst() else { throw Unusable() }
            if step.kind != kind { state.faults.append("\(kind) where \(step.kind) was recorded") }
            // Proofs and encrypted passwords are as long as the other client's.
            if kind != .handshakeResponse, step.length != payload.readableBytes {
                state.faults.append("\(kind) of \(payload.readableBytes) bytes, recorded were \(step.length)")
            }
            return step.answer
        }
        let agreed = state.session.capabilities ?? []
        let command = try Command.decode(payload, capabilities: agreed)
        if command.encode(capabilities: agreed) != payload { state.faults.append("\(command) is encoded otherwise") }
        state.commands.append(command)
        if command == .quit { return ByteBuffer() }
        guard let found = answers.first(where: { $0.command == command }) else { throw Unusable() }
        return found.bytes
    }

    private struct Exchange {
        var kind: PacketKind
        var payload: ByteBuffer
        var capabilities: CapabilityFlags?
        /// With their headers, as they came.
        var answer = ByteBuffer()
    }

    /// Each packet of the client with what the server then sent; the first is no packet, and its answer the greeting.
    private static func exchanges(of recording: Recording) throws -> [Exchange] {
        var session = SessionTracker()
        var exchanges = [Exchange(kind: .other, payload: ByteBuffer())]
        for case .packet(let sender, var sequence, let payload) in recording.entries {
            let kind = session.observe(sender, payload: payload)
            switch sender {
            case .client: exchanges.append(.init(kind: kind, payload: payload, capabilities: session.capabilities))
            case .server:
                exchanges[exchanges.count - 1].answer
                    .writeImmutableBuffer(PacketEncoder.frame(payload, sequence: &sequence))
            }
        }
        return exchanges
    }

    private static func packets(of bytes: ByteBuffer) -> [ByteBuffer] {
        var rest = bytes
        var packets: [ByteBuffer] = []
        while let header: UInt32 = rest.readInteger(endianness: .little),
            let payload = rest.readSlice(length: Int(header & 0xFF_FFFF))
        {
            packets.append(payload)
        }
        return packets
    }

    private static func payload(of bytes: ByteBuffer) throws -> ByteBuffer {
        guard let first = packets(of: bytes).first else { throw Unusable() }
        return first
    }
}
