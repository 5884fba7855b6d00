package import NIOCore

/// The layer below the packets of a session that compresses: frames in, the bytes of packets out, and the other way
/// round (manual: Compressed Packet).
///
/// Frames are inflated one by one, and only when somebody asks: what has arrived and is not wanted yet stays compressed.
/// One frame inflates to 16 MiB at most.
package struct CompressedFramer: Sendable {
    package let method: CompressionMethod
    /// What has arrived and was not inflated yet.
    package private(set) var buffer = ByteBuffer()
    /// Both sides count the frames of a command and its answer on, from 0.
    package private(set) var sequence: UInt8 = 0

    /// A frame with a number out of order may hold the ERR of a server that gives up; no ERR is longer than this.
    private static let longestError = 4096

    package init(method: CompressionMethod) {
        self.method = method
    }

    package var isEmpty: Bool { buffer.readableBytes == 0 }

    package mutating func commandBegins() {
        sequence = 0
    }

    package mutating func append(_ bytes: ByteBuffer) {
        buffer.append(bytes)
    }

    /// - Parameter packets: with their headers.
    package mutating func frame(_ packets: ByteBuffer) -> ByteBuffer {
        CompressedFrameEncoder.frame(packets, by: method, sequence: &sequence)
    }

    /// The bytes of packets out of the frames that have wholly arrived, as many as it takes to have `wanted` bytes. Nil
    /// where no frame has.
    ///
    /// - Parameter isBetweenPackets: no packet has begun: only there can the server's last word stand.
    package mutating func next(atLeast wanted: Int, isBetweenPackets: Bool) throws(WireError) -> ByteBuffer? {
        var packets: ByteBuffer?
        while packets.map({ $0.readableBytes < wanted }) ?? true, let header = CompressedFrameHeader(peeking: buffer) {
            let isInOrder = header.sequence == sequence
            try check(header, mayBeOutOfOrder: isBetweenPackets && packets == nil)
            guard buffer.readableBytes >= CompressedFrameHeader.length + header.payloadLength else { break }
            buffer.moveReaderIndex(forwardBy: CompressedFrameHeader.length)
            guard var payload = buffer.readSlice(length: header.payloadLength) else { break }
            if buffer.readableBytes == 0 { buffer = ByteBuffer() }
            if header.uncompressedLength > 0 {
                var output = packets ?? ByteBuffer()
                packets = nil
                try Inflation.inflate(payload, by: method, length: header.uncompressedLength, into: &output)
                packets = output
            } else if packets == nil {
                packets = payload
            } else {
                packets?.writeBuffer(&payload)
            }
            if !isInOrder, packets.map(Self.beginsWithERR) != true { throw outOfOrder(header) }
            sequence = header.sequence &+ 1
        }
        return packets
    }

    /// All that a header says is judged before its payload is waited for.
    private func check(_ header: CompressedFrameHeader, mayBeOutOfOrder: Bool) throws(WireError) {
        if header.sequence != sequence {
            let isShort = max(header.payloadLength, header.uncompressedLength) <= Self.longestError
            guard mayBeOutOfOrder, isShort else { throw outOfOrder(header) }
        }
        guard header.payloadLength > 0 else {
            // Without any promise of content too: an endless run of them would be work for nothing.
            throw error("compressed length", 0, "a frame of no bytes, where \(header.uncompressedLength) are promised")
        }
        guard header.uncompressedLength > 0 else { return }
        guard header.uncompressedLength <= method.mostOutput(of: header.payloadLength) else {
            throw error(
                "uncompressed length",
                4,
                "\(header.payloadLength) bytes cannot hold the \(header.uncompressedLength) that are promised"
            )
        }
        // What does not become shorter is stored. A little longer is a waste, but no more than that.
        guard header.payloadLength <= header.uncompressedLength + header.uncompressedLength >> 3 + 256 else {
            throw error(
                "compressed length",
                0,
                "\(header.payloadLength) bytes for the \(header.uncompressedLength) that are promised"
            )
        }
    }

    private static func beginsWithERR(_ packets: ByteBuffer) -> Bool {
        packets.getInteger(at: packets.readerIndex + PacketFramer.headerLength, as: UInt8.self) == 0xFF
    }

    private func outOfOrder(_ header: CompressedFrameHeader) -> WireError {
        error("sequence", 3, "number \(header.sequence) where \(sequence) was expected")
    }

    private func error(_ field: String, _ offset: Int, _ reason: String) -> WireError {
        WireError(packet: "compressed packet", field: field, offset: offset, reason: reason)
    }
}
