internal import CZlib
internal import CZstd
internal import NIOCore

/// Compresses what is put into one frame.
enum Deflation {
    /// - Returns: nil where it would not become shorter.
    static func deflate(_ bytes: ByteBuffer, by method: CompressionMethod) -> ByteBuffer? {
        let room = bytes.readableBytes - 1
        guard room > 0 else { return nil }
        var output = ByteBuffer()
        let written = bytes.withUnsafeReadableBytes { source in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
                compress(source, into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(room)), by: method) ?? 0
            }
        }
        return written > 0 ? output : nil
    }

    /// - Returns: nil where there is no room.
    private static func compress(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer,
        by method: CompressionMethod
    ) -> Int? {
        switch method {
        case .zlib:
            var count = uLongf(target.count)
            let result = compress2(
                target.baseAddress?.assumingMemoryBound(to: UInt8.self),
                &count,
                source.baseAddress?.assumingMemoryBound(to: UInt8.self),
                uLong(source.count),
                Z_DEFAULT_COMPRESSION
            )
            return result == Z_OK ? Int(count) : nil
        case .zstd(let level):
            let result = ZSTD_compress(
                target.baseAddress,
                target.count,
                source.baseAddress,
                source.count,
                Int32(level)
            )
            return ZSTD_isError(result) == 0 ? result : nil
        }
    }
}
