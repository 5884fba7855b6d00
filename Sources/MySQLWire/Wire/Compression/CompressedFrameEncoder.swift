package import NIOCore

/// Puts packets, headers and all, into frames of the compressed protocol. Where a packet ends and where a frame does
/// have nothing to do with each other.
package enum CompressedFrameEncoder {
    /// What is shorter is stored: compressed it would hardly become shorter.
    package static let threshold = 150
    /// More could be in one frame (2^24 - 1 bytes), but both sides need memory by what is in it: zstd's highest levels
    /// hundreds of megabytes.
    package static let maximumChunk = 1 << 20

    /// - Parameters:
    ///   - packets: of any length.
    ///   - sequence: the number of the first frame; on return, the number after the last one.
    package static func frame(
        _ packets: ByteBuffer,
        by method: CompressionMethod,
        sequence: inout UInt8
    ) -> ByteBuffer {
        var rest = packets
        var framed = ByteBuffer()
        while let chunk = rest.readSlice(length: min(rest.readableBytes, maximumChunk)), chunk.readableBytes > 0 {
            let compressed = chunk.readableBytes < threshold ? nil : Deflation.deflate(chunk, by: method)
            let payload = compressed ?? chunk
            let header = CompressedFrameHeader(
                payloadLength: payload.readableBytes,
                sequence: sequence,
                uncompressedLength: compressed == nil ? 0 : chunk.readableBytes
            )
            header.write(to: &framed)
            framed.writeImmutableBuffer(payload)
            sequence &+= 1
        }
        return framed
    }
}
