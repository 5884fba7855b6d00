internal import CZlib

/// zlib's inflate (RFC 1950), with its window of 32 KiB at most.
struct ZlibInflateStream: InflateStream, ~Copyable {
    /// Not moved: zlib's state points back to it.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil where there is no memory.
    init?() {
        let made = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        made.initialize(to: z_stream())
        guard mw_inflateInit(made) == Z_OK else {
            made.deallocate()
            return nil
        }
        stream = made
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    mutating func step(
        _ input: inout UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> InflateStep {
        // zlib does not write to its input; its header does not say so.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        stream.pointee.avail_in = UInt32(clamping: input.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(clamping: output.count)
        let result = inflate(stream, Z_NO_FLUSH)
        let produced = output.count - Int(stream.pointee.avail_out)
        input = UnsafeRawBufferPointer(rebasing: input.suffix(Int(stream.pointee.avail_in)))
        switch result {
        case Z_STREAM_END: return InflateStep(state: .finished, produced: produced)
        // Z_BUF_ERROR: neither input nor output moved, which the caller sees.
        case Z_OK, Z_BUF_ERROR: return InflateStep(state: .unfinished, produced: produced)
        case Z_NEED_DICT: return InflateStep(state: .damaged("it needs a dictionary"), produced: produced)
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib's error \(result)"
            return InflateStep(state: .damaged(reason), produced: produced)
        }
    }
}
