internal import CZstd

/// Zstandard (RFC 8878), one frame of it.
struct ZstdInflateStream: InflateStream, ~Copyable {
    /// Nothing longer than 2^24 bytes is compressed, so that nobody needs a larger window; a frame may ask for terabytes.
    private static let maximumWindowLog: Int32 = 24

    private let context: OpaquePointer

    /// Nil where there is no memory.
    init?() {
        guard let made = ZSTD_createDCtx() else { return nil }
        guard ZSTD_isError(ZSTD_DCtx_setParameter(made, ZSTD_d_windowLogMax, Self.maximumWindowLog)) == 0 else {
            ZSTD_freeDCtx(made)
            return nil
        }
        context = made
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    mutating func step(
        _ input: inout UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> InflateStep {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = ZSTD_decompressStream(context, &target, &source)
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(source.pos))
        if ZSTD_isError(result) != 0 {
            let reason = ZSTD_getErrorName(result).map { String(cString: $0) } ?? "zstd's error \(result)"
            return InflateStep(state: .damaged(reason), produced: target.pos)
        }
        return InflateStep(state: result == 0 ? .finished : .unfinished, produced: target.pos)
    }
}
