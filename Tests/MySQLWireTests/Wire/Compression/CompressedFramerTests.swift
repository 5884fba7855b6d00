import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

/// Frames as they come over the network, right ones and such as only break the rules of their headers.
@Suite struct CompressedFramerTests {
    static let methods: [CompressionMethod] = [.zlib, .zstd(level: 3)]

    /// A frame with this payload, whatever is in it.
    static func frame(_ sequence: UInt8, _ payload: [UInt8], inflatesTo length: Int) -> [UInt8] {
        var buffer = ByteBuffer()
        CompressedFrameHeader(payloadLength: payload.count, sequence: sequence, uncompressedLength: length)
            .write(to: &buffer)
        return Array(buffer: buffer) + payload
    }

    static func stored(_ sequence: UInt8, _ payload: [UInt8]) -> [UInt8] { frame(sequence, payload, inflatesTo: 0) }

    static func deflated(_ sequence: UInt8, _ bytes: [UInt8], by method: CompressionMethod) throws -> [UInt8] {
        let payload = try #require(Deflation.deflate(ByteBuffer(bytes: bytes), by: method))
        return frame(sequence, Array(buffer: payload), inflatesTo: bytes.count)
    }

    /// All that comes out of it.
    static func inflate(_ bytes: [UInt8], by method: CompressionMethod) throws -> [UInt8] {
        var framer = CompressedFramer(method: method)
        framer.append(ByteBuffer(bytes: bytes))
        var found: [UInt8] = []
        while let packets = try framer.next(atLeast: 1, isBetweenPackets: true) { found += Array(buffer: packets) }
        guard framer.isEmpty else { throw Unread() }
        return found
    }

    struct Unread: Error {}

    @Test(arguments: methods) func `a stream cut at any byte gives the same packets`(method: CompressionMethod) throws {
        let text = Array(String(repeating: "to and fro ", count: 40).utf8)
        let bytes =
            try Self.deflated(0, text, by: method) + Self.stored(1, [7, 8, 9])
            + Self.deflated(2, text.reversed(), by: method)
        for cut in 0...bytes.count {
            var framer = CompressedFramer(method: method)
            var found: [UInt8] = []
            for part in [bytes[..<cut], bytes[cut...]] {
                framer.append(ByteBuffer(bytes: part))
                while let packets = try framer.next(atLeast: 1, isBetweenPackets: false) {
                    found += Array(buffer: packets)
                }
            }
            #expect(found == text + [7, 8, 9] + text.reversed())
            #expect(framer.isEmpty && framer.sequence == 3)
        }
    }

    @Test(arguments: methods) func `a frame that has not wholly arrived gives nothing`(
        method: CompressionMethod
    ) throws {
        let bytes = try Self.deflated(0, Array(repeating: 5, count: 1000), by: method)
        for end in 0..<bytes.count {
            var framer = CompressedFramer(method: method)
            framer.append(ByteBuffer(bytes: bytes[..<end]))
            let found = try framer.next(atLeast: 1, isBetweenPackets: true)
            #expect(found == nil)
            #expect(framer.buffer.readableBytes == end)
        }
    }

    @Test func `frames are gathered until there is enough, and no further`() throws {
        var framer = CompressedFramer(method: .zlib)
        var found: ByteBuffer?
        let bytes = try (0..<10).flatMap {
            try Self.deflated($0, Array(repeating: $0, count: 1000), by: .zlib)
        }
        framer.append(ByteBuffer(bytes: bytes))
        found = try framer.next(atLeast: 2500, isBetweenPackets: true)
        #expect(found?.readableBytes == 3000)
        #expect(framer.sequence == 3)
        found = try framer.next(atLeast: 1 << 20, isBetweenPackets: true)
        #expect(found?.readableBytes == 7000)
        #expect(framer.isEmpty && framer.buffer.capacity == 0)
    }

    @Test func `the numbers of frames are checked, and wrap at 256`() throws {
        var framer = CompressedFramer(method: .zlib)
        var found: ByteBuffer?
        for number in 0..<300 {
            framer.append(ByteBuffer(bytes: Self.stored(UInt8(number & 255), [1])))
            found = try framer.next(atLeast: 1, isBetweenPackets: true)
            #expect(found?.readableBytes == 1)
        }
        framer.append(ByteBuffer(bytes: Self.stored(45, [1])))
        let error = #expect(throws: WireError.self) { try framer.next(atLeast: 1, isBetweenPackets: true) }
        #expect(error?.field == "sequence" && error?.reason == "number 45 where 44 was expected")
        framer.commandBegins()
        #expect(framer.sequence == 0)
    }

    /// A server that closes an idle session counts anew; one that gives up in the middle too.
    @Test(arguments: methods) func `an ERR may come with any number, but only where a packet can begin`(
        method: CompressionMethod
    ) throws {
        let packet = PacketFramerTests.packet(3, [0xFF, 0xBF, 0x0F] + Array(repeating: UInt8(ascii: "x"), count: 300))
        for frame in [Self.stored(9, packet), try Self.deflated(9, packet, by: method)] {
            var framer = CompressedFramer(method: method)
            framer.append(ByteBuffer(bytes: frame))
            let found = try framer.next(atLeast: 1, isBetweenPackets: true)
            #expect(found == ByteBuffer(bytes: packet))
            framer = CompressedFramer(method: method)
            framer.append(ByteBuffer(bytes: frame))
            #expect(throws: WireError.self) { try framer.next(atLeast: 1, isBetweenPackets: false) }
        }
        var framer = CompressedFramer(method: method)
        framer.append(ByteBuffer(bytes: Self.stored(9, PacketFramerTests.packet(9, [0, 0, 0]))))
        #expect(throws: WireError.self) { try framer.next(atLeast: 1, isBetweenPackets: true) }
    }

    @Test func `a long frame with a wrong number is not waited for`() {
        var framer = CompressedFramer(method: .zlib)
        framer.append(ByteBuffer(bytes: [0xFF, 0xFF, 0xFF, 9, 0, 0, 0]))
        #expect(throws: WireError.self) { try framer.next(atLeast: 1, isBetweenPackets: true) }
    }

    @Test(arguments: methods) func `what the encoder frames, the framer gives back`(method: CompressionMethod) throws {
        var generator = SeededGenerator(seed: 3)
        let lengths = [1, 149, 150, 151, 4096, 1 << 20, 1 << 20 + 1, 3 << 20 + 17]
        for length in lengths + (0..<40).map({ _ in Int.random(in: 1...5000, using: &generator) }) {
            // From what hardly shrinks to what shrinks to nearly nothing.
            let variety = UInt8.random(in: 0...255, using: &generator)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...variety, using: &generator) }
            var sequence = UInt8.random(in: 0...255, using: &generator)
            let first = sequence
            let framed = CompressedFrameEncoder.frame(ByteBuffer(bytes: bytes), by: method, sequence: &sequence)
            #expect(sequence == first &+ UInt8(truncatingIfNeeded: (length + 1 << 20 - 1) >> 20))
            #expect(framed.readableBytes <= length + 7 * (length >> 20 + 1), "stored at worst")
            var framer = CompressedFramer(method: method)
            while framer.sequence != first { _ = framer.frame(ByteBuffer(bytes: [0])) }
            framer.append(framed)
            let found = try framer.next(atLeast: .max, isBetweenPackets: true)
            #expect(found == ByteBuffer(bytes: bytes), "\(length) bytes of up to \(variety)")
            #expect(framer.isEmpty && framer.sequence == sequence)
        }
    }

    @Test(arguments: methods) func `what is short, or would not become shorter, is stored`(
        method: CompressionMethod
    ) throws {
        var generator = SeededGenerator(seed: 4)
        let noise = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for bytes in [Array(repeating: 1, count: CompressedFrameEncoder.threshold - 1), noise] {
            var sequence: UInt8 = 6
            let framed = CompressedFrameEncoder.frame(ByteBuffer(bytes: bytes), by: method, sequence: &sequence)
            #expect(Array(buffer: framed) == Self.stored(6, bytes))
        }
        var sequence: UInt8 = 0
        let long = ByteBuffer(repeating: 1, count: CompressedFrameEncoder.threshold)
        let framed = CompressedFrameEncoder.frame(long, by: method, sequence: &sequence)
        #expect(CompressedFrameHeader(peeking: framed)?.uncompressedLength == CompressedFrameEncoder.threshold)
        #expect(framed.readableBytes < 60)
        #expect(CompressedFrameEncoder.frame(ByteBuffer(), by: method, sequence: &sequence).readableBytes == 0)
    }
}
