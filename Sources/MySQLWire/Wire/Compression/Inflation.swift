internal import NIOCore

/// Inflates one frame into exactly the length that its header promises.
enum Inflation {
    /// How much room is made at a time, so that memory grows with what comes out and not with what is promised.
    static let stepLength = 64 << 10

    /// - Parameters:
    ///   - payload: all that is compressed; nothing may be left of it.
    ///   - length: of what it must inflate to.
    ///   - output: is appended to.
    static func inflate(
        _ payload: ByteBuffer,
        by method: CompressionMethod,
        length: Int,
        into output: inout ByteBuffer
    ) throws(WireError) {
        switch method {
        case .zlib:
            guard var stream = ZlibInflateStream() else { throw error("no memory for zlib") }
            try run(&stream, payload, length, &output)
        case .zstd:
            guard var stream = ZstdInflateStream() else { throw error("no memory for zstd") }
            try run(&stream, payload, length, &output)
        }
    }

    private static func run<Stream: InflateStream & ~Copyable>(
        _ stream: inout Stream,
        _ payload: ByteBuffer,
        _ length: Int,
        _ output: inout ByteBuffer
    ) throws(WireError) {
        // withUnsafeReadableBytes rethrows untyped, so the error is carried out by hand.
        let failure: WireError? = payload.withUnsafeReadableBytes { bytes in
            do throws(WireError) {
                try run(&stream, bytes, length, &output)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private static func run<Stream: InflateStream & ~Copyable>(
        _ stream: inout Stream,
        _ bytes: UnsafeRawBufferPointer,
        _ length: Int,
        _ output: inout ByteBuffer
    ) throws(WireError) {
        var rest = bytes
        var produced = 0
        while true {
            // Room for one byte more than promised: it shows that there is more.
            let room = min(stepLength, length - produced + 1)
            let before = rest.count
            var step = InflateStep(state: .unfinished, produced: 0)
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
                step = stream.step(&rest, into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(room)))
                return step.produced
            }
            produced += step.produced
            guard produced <= length else { throw error("it holds more than the \(length) bytes that are promised") }
            switch step.state {
            case .damaged(let reason): throw error(reason)
            case .finished:
                guard rest.isEmpty else { throw error("\(rest.count) bytes behind the end of the compressed data") }
                guard produced == length else {
                    throw error("it holds \(produced) bytes where \(length) are promised")
                }
                return
            case .unfinished:
                guard step.produced > 0 || rest.count < before else {
                    throw error("the compressed data ends too early")
                }
            }
        }
    }

    private static func error(_ reason: String) -> WireError {
        WireError(packet: "compressed packet", field: "payload", offset: CompressedFrameHeader.length, reason: reason)
    }
}
