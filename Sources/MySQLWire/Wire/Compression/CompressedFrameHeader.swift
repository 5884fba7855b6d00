package import NIOCore

/// The seven bytes before each frame of the compressed protocol (manual: Compressed Packet Header): `compressed length
/// u24, sequence u8, uncompressed length u24`. An uncompressed length of 0 says that the bytes are stored as they are.
/// See [Compression](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_compression_packet.html).
package struct CompressedFrameHeader: Sendable, Equatable {
    package static let length = 7
    /// Of both lengths.
    package static let maximumLength = 0xFF_FFFF

    /// Of the bytes that follow.
    package var payloadLength: Int
    package var sequence: UInt8
    /// Of what they inflate to; 0 where they are stored.
    package var uncompressedLength: Int

    package init(payloadLength: Int, sequence: UInt8, uncompressedLength: Int) {
        self.payloadLength = payloadLength
        self.sequence = sequence
        self.uncompressedLength = uncompressedLength
    }

    /// Nil where fewer than seven bytes have arrived; they stay where they are.
    package init?(peeking buffer: ByteBuffer) {
        let start = buffer.readerIndex
        guard let first: UInt32 = buffer.getInteger(at: start, endianness: .little),
            let low: UInt16 = buffer.getInteger(at: start + 4, endianness: .little),
            let high: UInt8 = buffer.getInteger(at: start + 6)
        else { return nil }
        payloadLength = Int(first & 0xFF_FFFF)
        sequence = UInt8(truncatingIfNeeded: first >> 24)
        uncompressedLength = Int(low) | Int(high) << 16
    }

    package func write(to buffer: inout ByteBuffer) {
        buffer.writeUInt24(UInt32(truncatingIfNeeded: payloadLength))
        buffer.writeInteger(sequence)
        buffer.writeUInt24(UInt32(truncatingIfNeeded: uncompressedLength))
    }
}
