package import NIOCore

/// A binary log file to event buffers: fed with its bytes in any pieces. After each piece the events are to be taken
/// out, for what lies in here is held in memory.
package struct BinlogFile {
    /// The position behind the last event that was returned.
    package private(set) var position: UInt64 = 0
    private var buffer = ByteBuffer()

    private static let magic: [UInt8] = [0xFE, 0x62, 0x69, 0x6E]
    private static let encryptedMagic: [UInt8] = [0xFD, 0x62, 0x69, 0x6E]
    /// No server writes larger events: `max_allowed_packet` of a replica ends at 1 GiB.
    private static let maximumEventSize: UInt32 = 1 << 30 + 1 << 20

    package init() {}

    package mutating func append(_ bytes: ByteBuffer) {
        var bytes = bytes
        buffer.discardReadBytes()
        buffer.writeBuffer(&bytes)
    }

    /// The next whole event; nil where more bytes are needed.
    package mutating func next() throws(WireError) -> ByteBuffer? {
        if position == 0 {
            guard let magic = buffer.readBytes(length: 4) else { return nil }
            guard magic != Self.encryptedMagic else { throw error("magic", "the file is encrypted") }
            guard magic == Self.magic else { throw error("magic", "not a binary log file") }
            position = 4
        }
        guard let event = try Self.nextEvent(&buffer, at: position) else { return nil }
        position += UInt64(event.readableBytes)
        return event
    }

    /// Tells that the file ends here.
    ///
    /// - Throws: where it ends inside an event: its server died while it wrote, or the copy is not whole.
    package func finish() throws(WireError) {
        guard position > 0 else { throw error("magic", "truncated") }
        guard buffer.readableBytes == 0 else {
            throw error("event", "truncated: \(buffer.readableBytes) bytes of it are there")
        }
    }

    /// Takes one event from the front of a buffer; nil where it is not whole.
    static func nextEvent(_ buffer: inout ByteBuffer, at position: UInt64) throws(WireError) -> ByteBuffer? {
        guard let size = buffer.getInteger(at: buffer.readerIndex + 9, endianness: .little, as: UInt32.self) else {
            return nil
        }
        guard size >= UInt32(BinlogEventHeader.length), size <= maximumEventSize else {
            throw WireError(
                packet: "binary log",
                field: "event_size",
                offset: Int(clamping: position),
                reason: "\(size) is no possible size of an event"
            )
        }
        return buffer.readSlice(length: Int(size))
    }

    private func error(_ field: String, _ reason: String) -> WireError {
        WireError(packet: "binary log", field: field, offset: Int(clamping: position), reason: reason)
    }
}
