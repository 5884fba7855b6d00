/// Walks over whole packets of ProtocolText::ResultsetRow or ProtocolBinary::ResultsetRow and notes where each cell lies.
///
/// It stops at `maximumBytes`, and before anything that is not an ordinary row (the terminator, an ERR, a row in
/// several packets, a packet that has not wholly arrived), and leaves that to the slow way. All reads are within
/// `bytes`: each packet's length is compared with what is there once, each cell's with its packet.
package struct RowScanner: ~Copyable {
    /// Bytes of the packets that were taken, headers included.
    package private(set) var consumed = 0
    package private(set) var rowCount = 0
    package private(set) var table: CellTable
    package private(set) var sequence: UInt8
    private let columnCount: Int
    private let format: RowFormat
    /// Of each column, in a binary row.
    private let widths: [BinaryWidth]
    private let maximumBytes: Int
    private let maximumPayload: Int

    package init(
        columns: MySQLColumns,
        format: RowFormat = .text,
        sequence: UInt8,
        maximumBytes: Int,
        maximumPayload: Int
    ) {
        columnCount = columns.count
        self.format = format
        widths = format == .binary ? columns.binaryWidths : []
        table = CellTable()
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
                // A guess from the first row's size: at most one growth for most results. Each cell takes a byte, so that
                // no more is reserved than what has arrived can hold.
                let room = min(maximumBytes, end - consumed)
                _ = table.room(for: min(columnCount, length) * (room / (length + 4) + 1))
            }
            try scanRow(bytes, from: start, to: start + length)
            sequence &+= 1
            rowCount += 1
            consumed = start + length
        }
    }

    /// One row whose payload is `bytes[start..<end]`; offsets of cells count from the start of `bytes`.
    @inline(__always)
    private mutating func scanRow(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) throws(WireError) {
        let cells = table.room(for: columnCount)
        switch format {
        case .text: try scanTextRow(bytes, from: start, to: end, into: cells)
        case .binary: try scanBinaryRow(bytes, from: start, to: end, into: cells)
        }
        table.grew(by: columnCount)
    }

    @inline(__always)
    private func scanTextRow(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        to end: Int,
        into cells: UnsafeMutablePointer<MySQLRowBatch.Cell>
    ) throws(WireError) {
        var position = start
        for column in 0..<columnCount {
            guard position < end else { throw error("cell", position - start, "the row has too few cells") }
            let first = bytes[position]
            let next = position &+ 1 &+ Int(first)
            if first < 0xFB, next <= end {
                (cells + column).initialize(
                    to: .init(offset: UInt32(truncatingIfNeeded: position &+ 1), length: UInt32(first))
                )
                position = next
            } else {
                (cells + column).initialize(to: try scanString(bytes, &position, from: start, to: end))
            }
        }
        guard position == end else { throw error("cell", position - start, "bytes after the last cell") }
    }

    /// `0x00, null_bitmap, values`: in the bitmap the first column's bit is the third.
    private func scanBinaryRow(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        to end: Int,
        into cells: UnsafeMutablePointer<MySQLRowBatch.Cell>
    ) throws(WireError) {
        let bitmap = start + 1
        var position = bitmap + (columnCount + 9) / 8
        guard position <= end, bytes[start] == 0 else {
            throw error("header", 0, "no binary row begins so")
        }
        for column in 0..<columnCount {
            let bit = column + 2
            if bytes[bitmap + bit / 8] >> UInt8(bit % 8) & 1 == 1 {
                (cells + column).initialize(to: .init(offset: 0, length: MySQLRowBatch.Cell.null))
                continue
            }
            switch widths[column] {
            case .fixed(let width):
                guard Int(width) <= end - position else {
                    throw error("cell", position - start, "the row has too few cells")
                }
                (cells + column).initialize(
                    to: .init(offset: UInt32(truncatingIfNeeded: position), length: UInt32(width))
                )
                position += Int(width)
            case .lengthEncoded:
                (cells + column).initialize(to: try scanString(bytes, &position, from: start, to: end))
            case .unknown:
                throw error("cell", position - start, "column \(column) has a type that this client does not know")
            }
        }
        guard position == end else { throw error("cell", position - start, "bytes after the last cell") }
    }

    /// A length-encoded string, or NULL; that is only allowed in a text row.
    private func scanString(
        _ bytes: UnsafeRawBufferPointer,
        _ position: inout Int,
        from start: Int,
        to end: Int
    ) throws(WireError) -> MySQLRowBatch.Cell {
        guard position < end else { throw error("cell", position - start, "the row has too few cells") }
        let first = bytes[position]
        var length = Int(first)
        var width = 1
        switch first {
        case 0...0xFA: break
        case 0xFB where format == .text:
            position += 1
            return .init(offset: 0, length: MySQLRowBatch.Cell.null)
        case 0xFC where end - position >= 3:
            length = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 1, as: UInt16.self)))
            width = 3
        case 0xFD where end - position >= 4:
            length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)) >> 8)
            width = 4
        case 0xFE where end - position >= 9:
            let wide = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 1, as: UInt64.self))
            guard wide <= UInt64(end - position - 9) else {
                throw error("cell", position - start, "longer than its packet")
            }
            length = Int(wide)
            width = 9
        default:
            throw error("cell", position - start, "no length-encoded string begins so")
        }
        position += width
        guard length <= end - position else { throw error("cell", position - start, "longer than its packet") }
        defer { position += length }
        return .init(offset: UInt32(truncatingIfNeeded: position), length: UInt32(truncatingIfNeeded: length))
    }

    /// The places that were found, and nothing of them stays here.
    package consuming func takeTable() -> CellTable { table }

    /// The slow way: one payload, however many packets it came in.
    package static func row(
        _ payload: UnsafeRawBufferPointer,
        columns: MySQLColumns,
        format: RowFormat
    ) throws(WireError) -> CellTable {
        var scanner = RowScanner(columns: columns, format: format, sequence: 0, maximumBytes: 0, maximumPayload: 0)
        try scanner.scanRow(payload, from: 0, to: payload.count)
        return scanner.takeTable()
    }

    private func error(_ field: String, _ offset: Int, _ reason: String) -> WireError {
        let packet = format == .text ? "ProtocolText::ResultsetRow" : "ProtocolBinary::ResultsetRow"
        return WireError(packet: packet, field: field, offset: offset, reason: reason)
    }
}
