import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct PacketFramerTests {
    static func packet(_ sequence: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let count = payload.count
        return [UInt8(count & 255), UInt8(count >> 8 & 255), UInt8(count >> 16 & 255), sequence] + payload
    }

    @Test func `a stream cut at any byte gives the same payloads`() throws {
        let bytes = Self.packet(0, [1, 2, 3]) + Self.packet(1, []) + Self.packet(2, [9])
        for cut in 0...bytes.count {
            var framer = PacketFramer(maximumPayload: 100)
            var payloads: [[UInt8]] = []
            for part in [bytes[..<cut], bytes[cut...]] {
                framer.append(ByteBuffer(bytes: part))
                while let packet = try framer.next() { payloads.append(Array(buffer: packet.payload)) }
            }
            #expect(payloads == [[1, 2, 3], [], [9]])
            #expect(framer.isEmpty)
            #expect(framer.expectedSequence == 3)
        }
    }

    @Test(arguments: [0xFF_FFFF, 0xFF_FFFF + 5, 2 * 0xFF_FFFF]) func `what the encoder splits, the framer joins`(
        size: Int
    ) throws {
        var payload = ByteBuffer(repeating: 0x5A, count: size)
        payload.setInteger(UInt8(1), at: size - 1)
        var sequence: UInt8 = 7
        let framed = PacketEncoder.frame(payload, sequence: &sequence)
        // An exact multiple is ended by an empty packet.
        #expect(Int(sequence) - 7 == size / 0xFF_FFFF + 1)
        #expect(framed.readableBytes == size + 4 * (size / 0xFF_FFFF + 1))
        var framer = PacketFramer(maximumPayload: 64 << 20)
        framer.expectSequence(7)
        framer.append(framed)
        let packet = try #require(try framer.next())
        #expect(packet.payload == payload)
        #expect(packet.sequence == sequence &- 1)
        #expect(framer.isEmpty)
    }

    @Test func `the sequence wraps at 256`() throws {
        var framer = PacketFramer(maximumPayload: 100)
        framer.expectSequence(255)
        framer.append(ByteBuffer(bytes: Self.packet(255, [1]) + Self.packet(0, [2])))
        #expect(try framer.next()?.sequence == 255)
        #expect(try framer.next()?.sequence == 0)
    }

    @Test func `a wrong number is an error that names both, but an ERR may have any`() throws {
        var framer = PacketFramer(maximumPayload: 100)
        framer.append(ByteBuffer(bytes: Self.packet(5, [0xFF, 1, 2])))
        #expect(try framer.next()?.payload.readableBytes == 3)
        framer.append(ByteBuffer(bytes: Self.packet(9, [1])))
        #expect(
            throws: WireError(packet: "packet", field: "sequence", offset: 3, reason: "number 9 where 6 was expected")
        ) {
            try framer.next()
        }
    }

    @Test func `a length over the limit is refused before its bytes arrive`() {
        var framer = PacketFramer(maximumPayload: 10)
        framer.append(ByteBuffer(bytes: [11, 0, 0, 0]))
        #expect(throws: WireError.self) { try framer.next() }
    }

    @Test func `the limit holds for the sum of a split payload`() {
        var framer = PacketFramer(maximumPayload: 0xFF_FFFF + 3)
        var sequence: UInt8 = 0
        framer.append(PacketEncoder.frame(ByteBuffer(repeating: 1, count: 0xFF_FFFF + 4), sequence: &sequence))
        #expect(throws: WireError.self) { try framer.next() }
    }

    /// A reader that falls behind finds all of it, whatever the pieces, and with what comes meanwhile.
    @Test(arguments: [1, 2, 3, 5, 7, 64, 1000, 70_000]) func `reads that pile up are consumed in their order`(
        piece: Int
    ) throws {
        var generator = SeededGenerator(seed: UInt64(piece))
        var bytes = ByteBuffer()
        var expected: [Int] = []
        for number in 0..<300 {
            let size = number % 50 == 49 ? 90_000 : Int.random(in: 0...200, using: &generator)
            expected.append(size)
            bytes.writeBytes(
                Self.packet(UInt8(truncatingIfNeeded: number), [UInt8](repeating: UInt8(number % 251), count: size))
            )
        }
        var framer = PacketFramer(maximumPayload: 1 << 20)
        var found: [Int] = []
        while bytes.readableBytes > 0 {
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                framer.append(bytes.readSlice(length: min(piece, bytes.readableBytes)) ?? ByteBuffer())
            }
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                guard let packet = try framer.next() else { break }
                #expect(packet.payload.readableBytesView.allSatisfy { $0 == UInt8(found.count % 251) })
                found.append(packet.payload.readableBytes)
            }
        }
        while let packet = try framer.next() { found.append(packet.payload.readableBytes) }
        #expect(found == expected && framer.isEmpty)
    }

    @Test func `what a large payload took is given back`() throws {
        var framer = PacketFramer(maximumPayload: 64 << 20)
        var sequence: UInt8 = 0
        let framed = PacketEncoder.frame(ByteBuffer(repeating: 1, count: 9 << 20), sequence: &sequence)
        for start in stride(from: 0, to: framed.readableBytes, by: 1 << 20) {
            let length = min(1 << 20, framed.readableBytes - start)
            framer.append(framed.getSlice(at: start, length: length) ?? ByteBuffer())
        }
        #expect(try framer.next()?.payload.readableBytes == 9 << 20)
        #expect(framer.buffer.capacity <= 1 << 16)
    }
}
