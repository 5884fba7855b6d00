import NIOCore

/// Sends what a script says, and does to it what the fault says. Of one task.
struct ScriptedOutlet {
    /// The script is over, by the fault's doing.
    struct Cut: Error {}
    /// The answer under way was killed, in place of the packet that was to be sent.
    struct Killed: Error {}

    private let channel: any Channel
    private let sent: SentBytes?
    private var fault: WireFault?
    private var packets = 0
    private var bytes = 0
    /// Comes behind the next one.
    private var postponed: ByteBuffer?

    init(_ channel: any Channel, fault: WireFault?, sent: SentBytes?) {
        self.channel = channel
        self.fault = fault
        self.sent = sent
    }

    mutating func send(_ buffer: ByteBuffer) async throws {
        switch fault {
        case nil: try await write(buffer)
        case .cut(let end):
            guard bytes + buffer.readableBytes >= end else { return try await write(buffer) }
            try await write(buffer.getSlice(at: buffer.readerIndex, length: end - bytes) ?? ByteBuffer())
            throw Cut()
        case .flip(let position, let mask):
            var changed = buffer
            let index = buffer.readerIndex + position - bytes
            if position >= bytes, let byte: UInt8 = buffer.getInteger(at: index) {
                changed.setInteger(byte ^ mask, at: index)
            }
            try await write(changed)
        default:
            for packet in SentBytes.split(buffer) { try await send(packet: packet) }
        }
    }

    /// The server listens now: what was to come behind another packet has none to come behind.
    mutating func listens() async throws {
        guard let postponed else { return }
        self.postponed = nil
        try await write(postponed)
    }

    private mutating func send(packet: ByteBuffer) async throws {
        let number = packets
        packets += 1
        switch fault {
        case .pause(before: number, let pause):
            fault = nil
            if case .killed = await pause.stop() { throw Killed() }
            try await write(packet)
        case .error(packet: number):
            fault = nil
            throw Killed()
        case .drop(packet: number): return
        case .repeat(packet: number):
            var twice = packet
            twice.writeImmutableBuffer(packet)
            try await write(twice)
        case .swap(packet: number): postponed = packet
        case .renumber(packet: number):
            var changed = packet
            let index = packet.readerIndex + 3
            if let sequence: UInt8 = packet.getInteger(at: index) { changed.setInteger(sequence &+ 1, at: index) }
            try await write(changed)
        default:
            try await write(packet)
            try await listens()
        }
    }

    private mutating func write(_ buffer: ByteBuffer) async throws {
        bytes += buffer.readableBytes
        sent?.append(buffer)
        try await channel.writeAndFlush(buffer).get()
    }
}
