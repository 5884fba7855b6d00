import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

/// Frames whose content is not what their headers promise: none of them inflates, and none takes memory by its promise.
@Suite struct DecompressionBombTests {
    typealias Frames = CompressedFramerTests

    private func failure(_ frame: [UInt8], _ method: CompressionMethod) -> String? {
        #expect(throws: WireError.self) { try Frames.inflate(frame, by: method) }?.reason
    }

    private func deflate(_ bytes: [UInt8], _ method: CompressionMethod) throws -> [UInt8] {
        Array(buffer: try #require(Deflation.deflate(ByteBuffer(bytes: bytes), by: method)))
    }

    @Test(arguments: Frames.methods) func `10 bytes are promised, 4096 are there`(method: CompressionMethod) throws {
        let payload = try deflate(Array(repeating: 1, count: 4096), method)
        #expect(
            failure(Frames.frame(0, payload, inflatesTo: 10), method)
                == "it holds more than the 10 bytes that are promised"
        )
        #expect(
            failure(Frames.frame(0, payload, inflatesTo: 4095), method)
                == "it holds more than the 4095 bytes that are promised"
        )
    }

    @Test(arguments: Frames.methods) func `a byte more is promised than there is`(method: CompressionMethod) throws {
        let payload = try deflate(Array(repeating: 1, count: 4096), method)
        #expect(
            failure(Frames.frame(0, payload, inflatesTo: 4097), method) == "it holds 4096 bytes where 4097 are promised"
        )
    }

    @Test(arguments: Frames.methods) func `16 MiB are promised by 20 bytes, which is refused before they arrive`(
        method: CompressionMethod
    ) {
        let header = Frames.frame(0, Array(repeating: 0, count: 20), inflatesTo: 0xFF_FFFF).prefix(7)
        #expect(failure(Array(header), method) == "20 bytes cannot hold the 16777215 that are promised")
    }

    @Test func `the largest promise that a format can keep is kept`() throws {
        // The bound on the ratio must not refuse what really shrinks so far.
        let zeros = [UInt8](repeating: 0, count: 8 << 20)
        for method in [CompressionMethod.zlib, .zstd(level: 19)] {
            let frame = try Frames.deflated(0, zeros, by: method)
            #expect(frame.count < 10_000)
            #expect(try Frames.inflate(frame, by: method).count == zeros.count)
        }
    }

    @Test(arguments: Frames.methods) func `memory grows with what comes out, not with what is promised`(
        method: CompressionMethod
    ) throws {
        var generator = SeededGenerator(seed: 5)
        let text = (0..<30_000).map { _ in UInt8.random(in: 0...15, using: &generator) }
        var output = ByteBuffer()
        #expect(throws: WireError.self) {
            try Inflation.inflate(
                ByteBuffer(bytes: try deflate(text, method)),
                by: method,
                length: 0xFF_FFFF,
                into: &output
            )
        }
        #expect(output.capacity <= 4 * Inflation.stepLength)
    }

    @Test(arguments: Frames.methods) func `nothing may follow the compressed data, not even more of it`(
        method: CompressionMethod
    ) throws {
        let payload = try deflate(Array(repeating: 1, count: 200), method)
        let reason = try #require(failure(Frames.frame(0, payload + [0], inflatesTo: 200), method))
        #expect(reason == "1 bytes behind the end of the compressed data")
        for length in [200, 400] {
            let twice = try #require(failure(Frames.frame(0, payload + payload, inflatesTo: length), method))
            #expect(twice == "\(payload.count) bytes behind the end of the compressed data")
        }
    }

    @Test(arguments: Frames.methods) func `compressed data cut at any byte is refused`(
        method: CompressionMethod
    ) throws {
        var generator = SeededGenerator(seed: 6)
        let bytes = (0..<400).map { _ in UInt8.random(in: 0...7, using: &generator) }
        let payload = try deflate(bytes, method)
        for end in 1..<payload.count {
            _ = failure(Frames.frame(0, Array(payload[..<end]), inflatesTo: bytes.count), method)
        }
    }

    @Test(arguments: Frames.methods) func `damaged bytes are refused, or are seen as what they are not`(
        method: CompressionMethod
    ) throws {
        var generator = SeededGenerator(seed: 7)
        let bytes = (0..<2000).map { _ in UInt8.random(in: 0...7, using: &generator) }
        let payload = try deflate(bytes, method)
        var refused = 0
        for _ in 0..<2000 {
            var damaged = payload
            damaged[Int.random(in: damaged.indices, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            do {
                let found = try Frames.inflate(Frames.frame(0, damaged, inflatesTo: bytes.count), by: method)
                #expect(found.count == bytes.count)
            } catch { refused += 1 }
        }
        #expect(refused > 100)
    }

    @Test(arguments: Frames.methods) func `a frame without a byte is refused, whatever it promises`(
        method: CompressionMethod
    ) {
        for length in [0, 1, 10, 0xFF_FFFF] {
            let reason = failure(Frames.frame(0, [], inflatesTo: length), method)
            #expect(reason == "a frame of no bytes, where \(length) are promised")
        }
    }

    @Test(arguments: Frames.methods) func `an uncompressed length of 0 says that the payload is stored`(
        method: CompressionMethod
    ) throws {
        // Also where it looks like compressed data.
        let payload = try deflate(Array(repeating: 1, count: 200), method)
        #expect(try Frames.inflate(Frames.stored(0, payload) + Frames.stored(1, [1]), by: method) == payload + [1])
    }

    @Test(arguments: Frames.methods) func `many bytes for a small promise are not waited for`(
        method: CompressionMethod
    ) {
        let header = Frames.frame(0, Array(repeating: 0, count: 10_000), inflatesTo: 100).prefix(7)
        #expect(failure(Array(header), method) == "10000 bytes for the 100 that are promised")
    }

    @Test func `a window of zstd larger than any frame is refused`() throws {
        /// Magic number, a header without a content size, the window, one raw block of 300 bytes.
        func frame(windowLog: UInt8) -> [UInt8] {
            let block: [UInt8] = [0x61, 0x09, 0] + Array(repeating: 9, count: 300)
            return Frames.frame(0, [0x28, 0xB5, 0x2F, 0xFD, 0, (windowLog - 10) << 3] + block, inflatesTo: 300)
        }
        #expect(try Frames.inflate(frame(windowLog: 24), by: .zstd(level: 3)) == Array(repeating: 9, count: 300))
        for windowLog: UInt8 in [25, 31, 41] {
            #expect(failure(frame(windowLog: windowLog), .zstd(level: 3)) != nil)
        }
    }

    @Test(arguments: Frames.methods) func `any bytes in a frame are refused or inflate to what is promised`(
        method: CompressionMethod
    ) {
        var generator = SeededGenerator(seed: 8)
        let begin: [UInt8] = method == .zlib ? [0x78, 0x9C] : [0x28, 0xB5, 0x2F, 0xFD]
        for _ in 0..<5000 {
            let noise = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let length = Int.random(in: 1...300, using: &generator)
            let frame = Frames.frame(0, Bool.random(using: &generator) ? noise : begin + noise, inflatesTo: length)
            if let found = try? Frames.inflate(frame, by: method) { #expect(found.count == length) }
        }
    }
}
