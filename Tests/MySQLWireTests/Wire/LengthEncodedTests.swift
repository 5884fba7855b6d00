import NIOCore
import Testing

@testable import MySQLWire

/// Length-encoded integers and strings (reference, section 5.1).
@Suite struct LengthEncodedTests {
    private func read(_ bytes: [UInt8]) throws -> UInt64 {
        var reader = WireReader(ByteBuffer(bytes: bytes), packet: "test")
        let value = try reader.lengthEncoded("value")
        #expect(reader.isAtEnd)
        return value
    }

    @Test(
        arguments: [
            (0, 1), (1, 1), (250, 1), (251, 3), (0xFFFF, 3), (0x1_0000, 4), (0xFF_FFFF, 4), (0x100_0000, 9),
            (UInt64(UInt32.max), 9), (1 << 32, 9), (1 << 63, 9), (UInt64.max, 9),
        ] as [(UInt64, Int)]
    )
    func `what is written is read again, in the shortest form, with all 64 bits`(value: UInt64, length: Int) throws {
        var buffer = ByteBuffer()
        buffer.writeLengthEncoded(value)
        #expect(buffer.readableBytes == length)
        #expect(try read(Array(buffer: buffer)) == value)
        // Cut off anywhere it is an error.
        for end in 0..<length {
            #expect(throws: WireError.self) { try read(Array(Array(buffer: buffer)[..<end])) }
        }
    }

    @Test func `a longer form than needed is legal on input`() throws {
        #expect(try read([0xFC, 1, 0]) == 1)
        #expect(try read([0xFD, 1, 0, 0]) == 1)
        #expect(try read([0xFE, 1, 0, 0, 0, 0, 0, 0, 0]) == 1)
    }

    @Test(arguments: [0xFB, 0xFF] as [UInt8]) func `0xFB and 0xFF begin no number`(first: UInt8) {
        for rest in [[], [1], [UInt8](repeating: 0, count: 8)] {
            #expect(throws: WireError.self) { try read([first] + rest) }
        }
    }

    @Test func `0xFB is a NULL in a text row and in a variable's value, and nowhere else`() throws {
        let columns = MySQLColumns([ColumnDefinition(name: "a")])
        let batch = try MySQLRowBatch(scanning: ByteBuffer(bytes: [0xFB]), columns: columns, format: .text)
        #expect(batch.first?.isNull(at: 0) == true)
        #expect(
            try SessionStateInformation.decode(ByteBuffer(bytes: [0, 3, 1, 0x61, 0xFB]))
                == [.systemVariable(name: "a", value: nil)]
        )
        #expect(throws: WireError.self) {
            try OKPacket.decode(ByteBuffer(bytes: [0, 0xFB, 0, 2, 0, 0, 0]), capabilities: .client)
        }
        #expect(throws: WireError.self) {
            try OKPacket.decode(ByteBuffer(bytes: [0, 0, 0xFF, 2, 0, 0, 0]), capabilities: .client)
        }
        #expect(throws: WireError.self) { try ColumnDefinition.decode(ByteBuffer(bytes: [3, 0x64, 0x65, 0x66, 0xFB])) }
    }

    @Test(
        arguments: [
            [0xFE, 0, 0, 0, 0, 0, 0, 0, 0x80], [0xFE] + [UInt8](repeating: 0xFF, count: 8),
            [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], [0xFD, 0xFF, 0xFF, 0xFF], [0xFC, 2, 0], [2],
        ] as [[UInt8]]
    )
    func `a string longer than its packet is an error, whatever its length does to an Int`(prefix: [UInt8]) {
        var reader = WireReader(ByteBuffer(bytes: prefix + [0x61]), packet: "test")
        #expect(throws: WireError.self) { try reader.lengthEncodedBytes("value") }
    }
}
