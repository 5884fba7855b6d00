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
    /// Keeps `widths`.
    private let columns: MySQLColumns
    private let widths: UnsafePointer<BinaryWidth>
    private let columnCount: Int
    private let format: RowFormat
    private let maximumBytes: Int
    private let maximumPayload: Int

    package init(
        columns: MySQLColumns,
        format: RowFormat = .text,
        sequence: UInt8,
        maximumBytes: Int,
        maximumPayload: Int
    ) {
        self.columns = columns
        widths = columns.binaryWidths
        columnCount = columns.count
        self.format = format
        table = CellTable()
        self.sequence = sequence
        self.maximumBytes = maximumBytes
        self.maximumPayload = maximumPayload
    }

    package mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        // Local, since what a function writes through `self` is read back from memory for each row.
        var (position, rows, number) = (consumed, rowCount, sequence)
        var cells = table.room(for: 0)
        var room = table.capacity - table.count
        defer {
            table.grew(by: (rows - rowCount) * columnCount)
            (consumed, rowCount, sequence) = (position, rows, number)
        }
        let end = bytes.count
        while end - position >= PacketFramer.headerLength {
            let header = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            let length = Int(header & 0xFF_FFFF)
            let start = position + PacketFramer.headerLength
            guard length > 0, length < PacketFramer.maximumPacket, length <= maximumPayload, end - start >= length
            else { return }
            // The next batch's; a row that is larger than a batch comes alone.
            guard rows == 0 || start + length <= maximumBytes else { return }
            // 0xFE: the terminator, since the payload is shorter than 2^24 - 1 bytes. 0xFF: an ERR.
            guard bytes[start] < 0xFE else { return }
            guard UInt8(truncatingIfNeeded: header >> 24) == number else { return }
            if room < columnCount {
                // A guess from this row's size: at most one growth for most results. Each cell takes a byte, so that no more
                // is reserved than what has arrived can hold.
                let most = min(maximumBytes, end - position) / (length + 4) + 1
                table.grew(by: (rows - rowCount) * columnCount)
                rowCount = rows
                cells = table.room(for: max(columnCount, min(columnCount, length) * most))
                room = table.capacity - table.count
            }
            switch format {
            case .text: try Self.scanTextRow(bytes, from: start, to: start + length, columnCount, into: cells)
            case .binary:
                try Self.scanBinaryRow(bytes, from: start, to: start + length, columnCount, widths, into: cells)
            }
            cells += columnCount
            room -= columnCount
            number &+= 1
            rows += 1
            position = start + length
        }
    }

    /// One row whose payload is `bytes[start..<end]`; offsets of cells count from the start of `bytes`.
    // Static, and a position goes by value, here and below: one that is lent to a function lives in memory, and each cell
    // would wait for it.
    @inline(__always)
    private static func scanTextRow(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        to end: Int,
        _ columnCount: Int,
        into cells: UnsafeMutablePointer<MySQLRowBatch.Cell>
    ) throws(WireError) {
        var position = start
        for column in 0..<columnCount {
            guard position < end else { throw error(.text, position - start, "the row has too few cells") }
            let length = Int(bytes[position])
            let next = position &+ 1 &+ length
            if length < 0xFB, next <= end {
                (cells + column).initialize(to: .init(at: position &+ 1, count: length))
                position = next
            } else if length == 0xFB {
                (cells + column).initialize(to: .init(offset: 0, length: MySQLRowBatch.Cell.null))
                position &+= 1
            } else {
                let (cell, next) = try scanString(bytes, at: position, from: start, to: end, format: .text)
                (cells + column).initialize(to: cell)
                position = next
            }
        }
        guard position == end else { throw error(.text, position - start, "bytes after the last cell") }
    }

    /// `0x00, null_bitmap, values`: in the bitmap the first column's bit is the third.
    @inline(__always)
    private static func scanBinaryRow(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        to end: Int,
        _ columnCount: Int,
        _ widths: UnsafePointer<BinaryWidth>,
        into cells: UnsafeMutablePointer<MySQLRowBatch.Cell>
    ) throws(WireError) {
        let bitmap = start &+ 1
        var position = bitmap &+ (columnCount &+ 9) &>> 3
        guard position <= end, bytes[start] == 0 else {
            throw error(.binary, 0, "no binary row begins so", field: "header")
        }
        for column in 0..<columnCount {
            let bit = column &+ 2
            if bytes[bitmap &+ bit &>> 3] &>> UInt8(truncatingIfNeeded: bit & 7) & 1 == 1 {
                (cells + column).initialize(to: .init(offset: 0, length: MySQLRowBatch.Cell.null))
                continue
            }
            let width = widths[column]
            guard width != .unknown else {
                let reason = "column \(column) has a type that this client does not know"
                throw error(.binary, position - start, reason)
            }
            guard position < end else { throw error(.binary, position - start, "the row has too few cells") }
            let isCounted = width == .lengthEncoded
            let first = isCounted ? position &+ 1 : position
            let length = Int(isCounted ? bytes[position] : width.rawValue)
            let next = first &+ length
            if length < 0xFB, next <= end {
                (cells + column).initialize(to: .init(at: first, count: length))
                position = next
            } else if isCounted {
                let (cell, next) = try scanString(bytes, at: position, from: start, to: end, format: .binary)
                (cells + column).initialize(to: cell)
                position = next
            } else {
                throw error(.binary, position - start, "the row has too few cells")
            }
        }
        guard position == end else { throw error(.binary, position - start, "bytes after the last cell") }
    }

    /// A length-encoded string.
    ///
    /// - Returns: where it lies, and where the next begins.
    @inline(never)
    private static func scanString(
        _ bytes: UnsafeRawBufferPointer,
        at place: Int,
        from start: Int,
        to end: Int,
        format: RowFormat
    ) throws(WireError) -> (MySQLRowBatch.Cell, next: Int) {
        var position = place
        let first = bytes[position]
        var length = Int(first)
        var width = 1
        switch first {
        case 0...0xFA: break
        case 0xFC where end - position >= 3:
            length = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 1, as: UInt16.self)))
            width = 3
        case 0xFD where end - position >= 4:
            length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)) >> 8)
            width = 4
        case 0xFE where end - position >= 9:
            let wide = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 1, as: UInt64.self))
            guard wide <= UInt64(end - position - 9) else {
                throw error(format, position - start, "longer than its packet")
            }
            length = Int(wide)
            width = 9
        default:
            throw error(format, position - start, "no length-encoded string begins so")
        }
        position += width
        guard length <= end - position else { throw error(format, position - start, "longer than its packet") }
        return (.init(at: position, count: length), position + length)
    }

    /// The places that were found, and nothing of them stays here.
    package consuming func takeTable() -> CellTable { table }

    /// The slow way: one payload, however many packets it came in.
    package static func row(
        _ payload: UnsafeRawBufferPointer,
        columns: MySQLColumns,
        format: RowFormat
    ) throws(WireError) -> CellTable {
        let count = columns.count
        var table = CellTable(capacity: count)
        let cells = table.room(for: count)
        switch format {
        case .text: try scanTextRow(payload, from: 0, to: payload.count, count, into: cells)
        case .binary:
            try scanBinaryRow(payload, from: 0, to: payload.count, count, columns.binaryWidths, into: cells)
        }
        table.grew(by: count)
        // They own the widths.
        withExtendedLifetime(columns) {}
        return table
    }

    private static func error(
        _ format: RowFormat,
        _ offset: Int,
        _ reason: String,
        field: String = "cell"
    ) -> WireError {
        let packet = format == .text ? "ProtocolText::ResultsetRow" : "ProtocolBinary::ResultsetRow"
        return WireError(packet: packet, field: field, offset: offset, reason: reason)
    }
}
