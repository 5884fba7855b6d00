import MySQLWire
import NIOCore
import TestSupport
import Testing

@Suite struct HexTextTests {
    static func parse(_ lines: [String], limit: Int = 0xFF_FFFF) -> ByteBuffer? {
        var buffer = ByteBuffer()
        for token in lines.flatMap({ $0.split(separator: " ") }) {
            if HexText.append(token.utf8, to: &buffer, limit: limit) != nil { return nil }
        }
        return buffer
    }

    @Test func `Bytes become lower-case digits, and none become a dash`() {
        #expect(HexText.lines(ByteBuffer(bytes: [0x00, 0xAB, 0x7F])) == ["00ab7f"])
        #expect(HexText.lines(ByteBuffer()) == ["-"])
    }

    @Test func `Sixteen equal bytes become a repeat, fifteen do not`() {
        #expect(HexText.lines(ByteBuffer(repeating: 0, count: 16)) == ["00*16"])
        #expect(HexText.lines(ByteBuffer(repeating: 7, count: 15)) == [String(repeating: "07", count: 15)])
        #expect(HexText.lines(ByteBuffer(bytes: [1] + Array(repeating: 0, count: 20) + [2])) == ["01 00*20 02"])
    }

    @Test func `Long bytes are folded at the same place every time`() {
        let bytes = (0..<80).map { UInt8($0) }
        let lines = HexText.lines(ByteBuffer(bytes: bytes))
        #expect(lines.map(\.count) == [64, 64, 32])
        #expect(Self.parse(lines) == ByteBuffer(bytes: bytes))
    }

    @Test func `The largest packet of one byte is one short line`() {
        let lines = HexText.lines(ByteBuffer(repeating: 0x61, count: 0xFF_FFFF))
        #expect(lines == ["61*16777215"])
        #expect(Self.parse(lines)?.readableBytes == 0xFF_FFFF)
    }

    @Test(arguments: 0..<64) func `Whatever is written is read again`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            bytes += Array(
                repeating: UInt8.random(in: 0...255, using: &generator),
                count: .random(in: 1..<40, using: &generator)
            )
        }
        guard !bytes.isEmpty else { return }
        #expect(Self.parse(HexText.lines(ByteBuffer(bytes: bytes))) == ByteBuffer(bytes: bytes))
    }

    @Test(arguments: [
        "0", "0g", "AB", "00*", "*3", "00*-1", "00*0", "0000*2", "00*99999999999999999999", "00*16777216",
    ])
    func `What is no token is refused, before anything is allocated`(token: String) {
        #expect(Self.parse([token]) == nil)
    }
}
