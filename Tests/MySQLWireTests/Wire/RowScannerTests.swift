import NIOCore
import Testing

@testable import MySQLWire

@Suite struct RowScannerTests {
    let columns = MySQLColumns([ColumnDefinition(name: "a"), ColumnDefinition(name: "b")])

    private func row(_ cells: [[UInt8]?]) -> [UInt8] {
        var payload = ByteBuffer()
        for cell in cells {
            if let cell { payload.writeLengthEncoded(bytes: cell) } else { payload.writeInteger(UInt8(0xFB)) }
        }
        return Array(buffer: payload)
    }

    @Test func `rows are scanned in place, also across packets of a batch, up to the terminator`() throws {
        var framer = PacketFramer(maximumPayload: 1 << 20)
        let long = [UInt8](repeating: 7, count: 70_000)
        var bytes = PacketFramerTests.packet(0, row([[65], nil]))
        bytes += PacketFramerTests.packet(1, row([[], [66, 67]]))
        bytes += PacketFramerTests.packet(2, row([long, [UInt8](repeating: 8, count: 300)]))
        bytes += PacketFramerTests.packet(3, [0xFE, 0, 0, 2, 0, 0, 0])
        framer.append(ByteBuffer(bytes: bytes))
        let batch = try #require(try framer.scanRows(columns: columns, maximumBytes: 1 << 20))
        #expect(batch.count == 3)
        #expect(batch[0].strings == ["A", nil])
        #expect(batch[1].strings == ["", "BC"])
        #expect(batch[2].bytes(at: 0) == long)
        #expect(batch[2].bytes(at: 1)?.count == 300)
        #expect(try framer.scanRows(columns: columns, maximumBytes: 1 << 20) == nil)
        #expect(try framer.next()?.payload.readableBytes == 7)
    }

    @Test func `a batch ends at its limit in bytes, and a row that is larger comes alone`() throws {
        var framer = PacketFramer(maximumPayload: 1 << 20)
        var bytes: [UInt8] = []
        for index in 0..<100 {
            let size = index % 30 == 29 ? 5000 : 100
            bytes += PacketFramerTests.packet(UInt8(index), row([[UInt8](repeating: 1, count: size), nil]))
        }
        framer.append(ByteBuffer(bytes: bytes))
        var sizes: [(count: Int, bytes: Int)] = []
        while let batch = try framer.scanRows(columns: columns, maximumBytes: 1060) {
            sizes.append((batch.count, batch.storage.byteCount))
        }
        // A row of 100 takes 106 bytes, headers included.
        let expected = [10, 10, 9, 1, 10, 10, 9, 1, 10, 10, 9, 1, 10]
        #expect(sizes.map(\.count) == expected)
        #expect(sizes.allSatisfy { $0.bytes <= 1060 || $0.count == 1 })
    }

    @Test(
        arguments: [
            [1, 65], [1, 65, 1, 66, 0], [2, 65], [0xFC, 1], [0xFD, 1, 0], [0xFE, 1, 0, 0], [1, 65, 0xFF],
            [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0xFC, 0xFF, 0xFF, 1, 1],
            // Of 2^32 + 1 and 2^63 + 1 the lower half alone would fit.
            [0xFE, 1, 0, 0, 0, 1, 0, 0, 0, 65, 1, 66], [0xFE, 1, 0, 0, 0, 0, 0, 0, 0x80, 65, 1, 66],
        ] as [[UInt8]]
    )
    func `a malformed row is an error, never a trap`(payload: [UInt8]) {
        #expect(throws: WireError.self) {
            try MySQLRowBatch(scanning: ByteBuffer(bytes: payload), columns: columns, format: .text)
        }
    }

    @Test(
        arguments: [
            // Another header, too few bytes, a cell longer than the row, one byte too many.
            [1, 0, 1, 65, 1, 66], [0xFE, 0, 1, 65, 1, 66], [0], [0, 0], [0, 0, 1, 65], [0, 0, 1, 65, 2, 66],
            [0, 0, 1, 65, 1, 66, 0], [0, 0b1100, 0],
            // NULL stands in the bitmap, and nowhere else.
            [0, 0, 1, 65, 0xFB], [0, 0, 0xFB, 1, 65], [0, 0, 1, 65, 0xFF],
        ] as [[UInt8]]
    )
    func `a malformed binary row is an error, never a trap`(payload: [UInt8]) {
        #expect(throws: WireError.self) {
            try MySQLRowBatch(scanning: ByteBuffer(bytes: payload), columns: columns, format: .binary)
        }
    }

    @Test func `the first column's bit is the third of a binary row's bitmap`() throws {
        let cases: [(bitmap: UInt8, nulls: [Int])] = [
            (0, []), (0b0100, [0]), (0b1000, [1]), (0b1100, [0, 1]), (0b0011, []),
        ]
        for (bitmap, nulls) in cases {
            var payload = ByteBuffer(bytes: [0, bitmap])
            for column in 0..<2 where !nulls.contains(column) { payload.writeBytes([1, 65]) }
            let row = try #require(try MySQLRowBatch(scanning: payload, columns: columns, format: .binary).first)
            #expect((0..<2).filter { row.isNull(at: $0) } == nulls, "\(bitmap)")
        }
    }

    @Test func `in a binary row a number has the width of its type, and all else tells its length`() throws {
        let widths: [(ColumnType, Int)] = [
            (.tiny, 1), (.short, 2), (.year, 2), (.int24, 4), (.long, 4), (.float, 4), (.longLong, 8), (.double, 8),
        ]
        let others: [ColumnType] = [
            .decimal, .varchar, .bit, .vector, .json, .newDecimal, .enumeration, .set, .tinyBlob, .mediumBlob,
            .longBlob, .blob, .varString, .string, .geometry, .date, .newDate, .time, .dateTime, .timestamp,
        ]
        let numbers = widths.map { ($0, [UInt8](repeating: 7, count: $1)) }
        for (type, cell) in numbers + others.map({ ($0, [3, 7, 7, 7]) }) {
            let columns = MySQLColumns([ColumnDefinition(name: "a", type: type), ColumnDefinition(name: "b")])
            let payload = ByteBuffer(bytes: [0, 0] + cell + [1, 65])
            let row = try #require(try MySQLRowBatch(scanning: payload, columns: columns, format: .binary).first)
            #expect(row.string(at: 1) == "A", "\(type)")
        }
    }

    @Test func `a result of many columns does not reserve memory for rows that cannot be there`() {
        // The first row of one byte promises nothing of 65,535 cells.
        let bytes = PacketFramerTests.packet(0, [0]) + [UInt8](repeating: 0, count: 1 << 17)
        var scanner = RowScanner(
            columns: MySQLColumns((0..<65_535).map { ColumnDefinition(name: "\($0)") }),
            sequence: 0,
            maximumBytes: 1 << 18,
            maximumPayload: 1 << 20
        )
        #expect(throws: WireError.self) {
            try bytes.withUnsafeBytes { bytes in try scanner.scan(bytes) }
        }
        #expect(scanner.table.capacity < 1 << 18)
    }

    @Test(arguments: 0..<4) func `cells of every width, at the end of a row of exactly 16 MiB and around`(
        short: Int
    ) throws {
        // One huge cell, so that the payload has 2^24 - 1 - short bytes; then a small row and the end.
        for columnCount in [1, 2] {
            let tail: [UInt8] = columnCount == 2 ? [1, 90] : []
            let size = PacketFramer.maximumPacket - short + 1
            // A cell of 2^24 - 1 bytes and less takes four bytes of length.
            let cell = ByteBuffer(repeating: 0x41, count: size - 4 - tail.count)
            var payload = ByteBuffer()
            payload.writeLengthEncoded(bytes: cell.readableBytesView)
            payload.writeBytes(tail)
            #expect(payload.readableBytes == size)
            var sequence: UInt8 = 254
            var bytes = PacketEncoder.frame(payload, sequence: &sequence)
            bytes.writeImmutableBuffer(PacketEncoder.frame(Script.row("b", nil), sequence: &sequence))
            var framer = PacketFramer(maximumPayload: 64 << 20)
            framer.expectSequence(254)
            framer.append(bytes)
            if short < 2 {
                // In two packets: the slow way.
                #expect(try framer.scanRows(columns: columns, maximumBytes: 1) == nil)
                #expect(try framer.next()?.payload.readableBytes == size)
            } else if columnCount == 2 {
                #expect(try framer.scanRows(columns: columns, maximumBytes: 1)?[0].bytes(at: 0)?.count == size - 6)
            } else {
                continue
            }
            let next = try #require(try framer.scanRows(columns: columns, maximumBytes: 1 << 20))
            #expect(next.map(\.strings) == [["b", nil]])
        }
    }
}
