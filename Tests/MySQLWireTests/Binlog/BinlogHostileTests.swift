import NIOCore
import Testing

@testable import MySQLWire

/// Damaged and hostile logs: a typed error or a result, never a trap, and never more memory than the bytes justify.
@Suite struct BinlogHostileTests {
    /// The events of a fixture without their checksums, as a server with `binlog_checksum=NONE` writes them: so that
    /// damage reaches the decoders.
    private func unchecked(_ name: String) throws -> [ByteBuffer] {
        guard name != "no-checksum" else { return try BinlogFixture.buffers(name) }
        return try BinlogFixture.buffers(name).map { buffer in
            var buffer = buffer
            if buffer.getInteger(at: buffer.readerIndex + 4) == UInt8(15) {
                buffer.setInteger(UInt8(0), at: buffer.writerIndex - 5)
                return buffer
            }
            buffer.moveWriterIndex(to: buffer.writerIndex - 4)
            return sized(buffer)
        }
    }

    private func sized(_ buffer: ByteBuffer) -> ByteBuffer {
        var buffer = buffer
        buffer.setInteger(UInt32(buffer.readableBytes), at: buffer.readerIndex + 9, endianness: .little)
        return buffer
    }

    @Test(arguments: [
        "types-minimal", "transactions", "json", "partial", "gtid", "tagged", "previous-tagged", "compressed",
    ])
    func `a flipped bit is an error or another value`(name: String) throws {
        var decoder = BinlogEventDecoder()
        for event in try unchecked(name) {
            // Of long events not every byte: most of them are one string.
            let step = event.readableBytes > 4096 ? 101 : 1
            for offset in stride(from: 0, to: event.readableBytes, by: step) {
                var damaged = event
                let byte: UInt8 = try #require(damaged.getInteger(at: damaged.readerIndex + offset))
                damaged.setInteger(byte ^ 1 << UInt8(offset % 8), at: damaged.readerIndex + offset)
                var copy = decoder
                _ = try? copy.decode(damaged)
            }
            _ = try decoder.decode(event)
        }
    }

    @Test(arguments: ["types-minimal", "transactions", "partial", "gtid", "tagged", "previous-tagged", "statement"])
    func `a cut event is an error or has less in it`(name: String) throws {
        var decoder = BinlogEventDecoder()
        for event in try unchecked(name) {
            let step = event.readableBytes > 4096 ? 101 : 1
            for length in stride(from: 0, to: event.readableBytes, by: step) {
                var copy = decoder
                let cut = event.getSlice(at: event.readerIndex, length: length) ?? ByteBuffer()
                #expect(throws: WireError.self) { try copy.decode(cut) }
                guard length >= BinlogEventHeader.length else { continue }
                _ = try? copy.decode(sized(cut))
            }
            _ = try decoder.decode(event)
        }
    }

    @Test(arguments: ["types", "transactions", "gtid"])
    func `with checksums every flipped bit is seen`(name: String) throws {
        var decoder = BinlogEventDecoder()
        for event in try BinlogFixture.buffers(name) {
            for offset in stride(from: 0, to: event.readableBytes, by: event.readableBytes > 200 ? 37 : 1) {
                var damaged = event
                let byte: UInt8 = try #require(damaged.getInteger(at: damaged.readerIndex + offset))
                damaged.setInteger(byte ^ 0x10, at: damaged.readerIndex + offset)
                var copy = decoder
                // The byte that says whether there are checksums is the one that none protects: with another
                // algorithm in it the event is refused for that.
                #expect(throws: WireError.self, "byte \(offset)") { try copy.decode(damaged) }
            }
            _ = try decoder.decode(event)
        }
    }

    @Test func `a file gives the same events however its bytes arrive`() throws {
        let bytes = try BinlogFixture.bytes("gtid.binlog")
        let whole = try BinlogFixture.buffers("gtid")
        for split in 0...bytes.count {
            var file = BinlogFile()
            var buffers: [ByteBuffer] = []
            for piece in [bytes[..<split], bytes[split...]] {
                file.append(ByteBuffer(bytes: piece))
                while let buffer = try file.next() { buffers.append(buffer) }
            }
            try file.finish()
            #expect(buffers == whole)
        }
    }

    @Test func `a cut file gives its whole events and then an error`() throws {
        let bytes = try BinlogFixture.bytes("gtid.binlog")
        let whole = try BinlogFixture.buffers("gtid")
        var ends: Set = [4]
        for buffer in whole { ends.insert((ends.max() ?? 0) + buffer.readableBytes) }
        for length in 0...bytes.count {
            var file = BinlogFile()
            file.append(ByteBuffer(bytes: bytes[..<length]))
            var buffers: [ByteBuffer] = []
            while let buffer = try file.next() { buffers.append(buffer) }
            #expect(buffers == Array(whole.prefix(buffers.count)))
            if ends.contains(length) {
                try file.finish()
            } else {
                #expect(throws: WireError.self) { try file.finish() }
            }
        }
    }

    @Test func `what is no binary log is refused`() throws {
        for (bytes, field) in [(Array("PNG\0".utf8), "magic"), ([0xFD, 0x62, 0x69, 0x6E], "magic")] {
            var file = BinlogFile()
            file.append(ByteBuffer(bytes: bytes))
            let error = #expect(throws: WireError.self) { try file.next() }
            #expect(error?.field == field)
        }
        // An event of four GiB: refused before any byte of it is waited for.
        var file = BinlogFile()
        file.append(ByteBuffer(bytes: [0xFE, 0x62, 0x69, 0x6E] + Array(repeating: 0xFF, count: 19)))
        let error = #expect(throws: WireError.self) { try file.next() }
        #expect(error?.field == "event_size")
    }

    @Test func `a document whose values share their bytes is refused`() throws {
        // Each of thirty arrays holds the next one twice: 2^30 values in a few hundred bytes.
        var document: [UInt8] = [0x02]
        let size = 30 * 10 + 4
        for level in 0..<30 {
            let isLast = level == 29
            document += [2, 0, UInt8((size - level * 10) & 0xFF), UInt8((size - level * 10) >> 8)]
            for _ in 0..<2 { document += isLast ? [0x04, 1, 0] : [0x02, 10, 0] }
        }
        document += [0, 0, 0, 0]
        let error = #expect(throws: WireError.self) { try BinlogJSON(binary: document) }
        #expect(error?.reason == "values share their bytes")
    }

    @Test func `a document deeper than the server allows is refused`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            let size = depth * 7
            var document: [UInt8] = [0x02]
            for level in 0..<depth {
                let left = size - level * 7
                document +=
                    [1, 0, UInt8(left & 0xFF), UInt8(left >> 8)] + (level == depth - 1 ? [0x04, 1, 0] : [0x02, 7, 0])
            }
            return document
        }
        #expect(
            try BinlogJSON(binary: nested(99)).text == String(repeating: "[", count: 99) + "true"
                + String(repeating: "]", count: 99)
        )
        #expect(throws: WireError.self) { try BinlogJSON(binary: nested(101)) }
        #expect(throws: WireError.self) { try BinlogJSON(binary: nested(5000)) }
    }

    @Test func `a hostile count of columns, tables or values is bounded`() throws {
        let format = try BinlogFixture.buffers("no-checksum")[0]
        func event(_ type: UInt8, _ body: [UInt8]) -> ByteBuffer {
            var buffer = ByteBuffer(bytes: [0, 0, 0, 0, type, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + body)
            buffer.setInteger(UInt32(buffer.readableBytes), at: 9, endianness: .little)
            return buffer
        }
        func map(_ id: UInt16, columns: Int) -> ByteBuffer {
            let name: [UInt8] = [1, UInt8(ascii: "t"), 0]
            let count = [0xFC, UInt8(columns & 0xFF), UInt8(columns >> 8)]
            let types = [UInt8](repeating: 3, count: columns)
            return event(
                19,
                [UInt8(id & 0xFF), UInt8(id >> 8), 0, 0, 0, 0, 1, 0] + name + name + count + types + [0]
                    + [UInt8](repeating: 0xFF, count: (columns + 7) / 8)
            )
        }
        var decoder = BinlogEventDecoder()
        _ = try decoder.decode(format)
        #expect(throws: WireError.self) { try decoder.decode(map(1, columns: 4097)) }
        for id in 0..<1024 { _ = try decoder.decode(map(UInt16(id), columns: 1)) }
        #expect(throws: WireError.self) { try decoder.decode(map(5000, columns: 1)) }

        // A row of 4000 NULLs takes 500 bytes; 3000 rows would be twelve million values.
        var other = BinlogEventDecoder()
        _ = try other.decode(format)
        _ = try other.decode(map(7, columns: 4000))
        let present = [UInt8](repeating: 0xFF, count: 500)
        let body =
            [7, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0xFC, 0xA0, 0x0F] + present
            + [UInt8](repeating: 0xFF, count: 500 * 3000)
        guard case .rows(let rows) = try other.decode(event(30, body)).body else {
            Issue.record("no rows")
            return
        }
        // The count, not the changes themselves: a failure would print twelve million values.
        let count = rows.changes.count
        #expect(count == 0)
        #expect(rows.undecodable != nil)
    }
}
