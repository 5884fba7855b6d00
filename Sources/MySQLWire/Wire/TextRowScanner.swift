/// Walks over whole packets of ProtocolText::ResultsetRow and notes where each cell lies.
///
/// It stops at `maximumBytes`, and before anything that is not an ordinary row (the terminator, an ERR, a row in
/// several packets, a packet that has not wholly arrived), and leaves that to the slow way. All reads are within
/// `bytes`: each packet's length is compared with what is there once, each cell's with its packet.
package struct TextRowScanner {
    /// Bytes of the packets that were taken, headers included.
    package private(set) var consumed = 0
    package private(set) var rowCount = 0
    package private(set) var cells: [MySQLRowBatch.Cell] = []
    package private(set) var sequence: UInt8
    private let columnCount: Int
    private let maximumBytes: Int
    private let maximumPayload: Int

    package init(columnCount: Int, sequence: UInt8, maximumBytes: Int, maximumPayload: Int) {
        self.columnCount = columnCount
        self.sequence = sequence
        self.maximumBytes = maximumBytes
        self.maximumPayload = maximumPayload
    }

    package mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        let end = bytes.count
        while end - consumed >= PacketFramer.headerLength {
            let header = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: consumed, as: UInt32.self))
            let length = Int(header & 0xFF_FFFF)
            let start = consumed + PacketFramer.headerLength
            guard length > 0, length < PacketFramer.maximumPacket, length <= maximumPayload, end - start >= length
            else { return }
            // The next batch's; a row that is larger than a batch comes alone.
            guard rowCount == 0 || start + length <= maximumBytes else { return }
            // 0xFE: the terminator, since the payload is shorter than 2^24 - 1 bytes. 0xFF: an ERR.
            guard bytes[start] < 0xFE else { return }
            let number = UInt8(truncatingIfNeeded: header >> 24)
            guard number == sequence else { return }
            if rowCount == 0 {
                // A guess from the first row's size: at most one cell table growth for most results. Each cell takes a
                // byte, so that no more is reserved than what has arrived can hold.
                let room = min(maximumBytes, end - consumed)
                cells.reserveCapacity(min(columnCount, length) * (room / (length + 4) + 1))
            }
            try scanRow(bytes, from: start, to: start + length)
            sequence &+= 1
            rowCount += 1
            consumed = start + length
        }
    }

    /// One row whose payload is `bytes[start..<end]`; offsets of cells count from the start of `bytes`.
    private mutating func scanRow(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) throws(WireError) {
        var position = start
        for _ in 0..<columnCount {
            guard position < end else { throw Self.error("cell", position - start, "the row has too few cells") }
            let first = bytes[position]
            var length = Int(first)
            var width = 1
            switch first {
            case 0...0xFA: break
            case 0xFB:
                cells.append(.init(offset: 0, length: MySQLRowBatch.Cell.null))
                position += 1
                continue
            case 0xFC where end - position >= 3:
                length = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 1, as: UInt16.self)))
                width = 3
            case 0xFD where end - position >= 4:
                length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)) >> 8)
                width = 4
            case 0xFE where end - position >= 9:
                let wide = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 1, as: UInt64.self))
                guard wide <= UInt64(end - position - 9) else {
                    throw Self.error("cell", position - start, "longer than its packet")
                }
                length = Int(wide)
                width = 9
            default:
                throw Self.error("cell", position - start, "no length-encoded string begins so")
            }
            position += width
            guard length <= end - position else { throw Self.error("cell", position - start, "longer than its packet") }
            cells.append(
                .init(offset: UInt32(truncatingIfNeeded: position), length: UInt32(truncatingIfNeeded: length))
            )
            position += length
        }
        guard position == end else { throw Self.error("cell", position - start, "bytes after the last cell") }
    }

    /// The slow way: one payload, however many packets it came in.
    package static func row(_ payload: UnsafeRawBufferPointer, columnCount: Int) throws(WireError) -> [MySQLRowBatch
        .Cell]
    {
        var scanner = TextRowScanner(columnCount: columnCount, sequence: 0, maximumBytes: 0, maximumPayload: 0)
        try scanner.scanRow(payload, from: 0, to: payload.count)
        return scanner.cells
    }

    private static func error(_ field: String, _ offset: Int, _ reason: String) -> WireError {
        WireError(packet: "ProtocolText::ResultsetRow", field: field, offset: offset, reason: reason)
    }
}
