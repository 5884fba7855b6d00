import MySQLWire
import NIOCore
import Synchronization

/// What a scripted server has sent on its first connection.
final class SentBytes: Sendable {
    private let bytes = Mutex(ByteBuffer())

    func append(_ more: ByteBuffer) { bytes.withLock { _ = $0.writeImmutableBuffer(more) } }

    var count: Int { bytes.withLock { $0.readableBytes } }
    /// Header and payload of each.
    var packets: [ByteBuffer] { Self.split(bytes.withLock { $0 }) }

    /// What is no whole packet comes as the last one.
    static func split(_ bytes: ByteBuffer) -> [ByteBuffer] {
        var rest = bytes
        var packets: [ByteBuffer] = []
        while let header: UInt32 = rest.getInteger(at: rest.readerIndex, endianness: .little),
            let packet = rest.readSlice(length: 4 + Int(header & 0xFF_FFFF))
        {
            packets.append(packet)
        }
        if rest.readableBytes > 0 { packets.append(rest) }
        return packets
    }
}
