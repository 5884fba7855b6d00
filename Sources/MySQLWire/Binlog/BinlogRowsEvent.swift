internal import NIOCore

/// WRITE_ROWS, UPDATE_ROWS or DELETE_ROWS, of version 1 or 2.
public struct BinlogRowsEvent: Sendable, Hashable {
    /// What was done to all of its rows.
    public var kind: BinlogRowChange.Kind
    /// Nil for the event without rows that only ends a statement.
    public var table: BinlogTable?
    /// In the order of the event.
    public var changes: [BinlogRowChange]
    /// STMT_END_F: the table maps of the statement end here.
    public var isStatementEnd: Bool
    /// Why the rows could not be decoded; then `changes` is empty.
    public var undecodable: String?
}

extension BinlogRowsEvent {
    /// The table id of an event that only ends a statement.
    private static let noTable: UInt64 = 0xFF_FFFF

    init(
        _ reader: inout WireReader,
        type: BinlogEventType,
        postHeaderLength: Int,
        tables: [UInt64: BinlogTable]
    ) throws(WireError) {
        kind =
            switch type {
            case .writeRows, .writeRowsV1: .insert
            case .updateRows, .updateRowsV1, .partialUpdateRows: .update
            default: .delete
            }
        let size = reader.remaining
        let id = try reader.littleEndian(postHeaderLength == 6 ? 4 : 6, "table_id")
        let flags: UInt16 = try reader.integer("flags")
        isStatementEnd = flags & 1 != 0
        changes = []
        if type.rawValue >= BinlogEventType.writeRows.rawValue {
            let extra: UInt16 = try reader.integer("extra_data_length")
            guard extra >= 2 else { throw reader.error("extra_data_length", "\(extra); it counts itself") }
            try reader.skip(Int(extra) - 2, "extra_data")
        }
        let count = try reader.lengthEncoded("column_count")
        if id == Self.noTable, tables[id] == nil { return }
        guard let table = tables[id] else {
            throw reader.error("table_id", "\(id): no TABLE_MAP of it came before")
        }
        guard count == UInt64(table.columns.count) else {
            throw reader.error("column_count", "\(count), but the TABLE_MAP has \(table.columns.count)")
        }
        self.table = table
        let first = try Self.presence(&reader, table.columns.count)
        let second = kind == .update ? try Self.presence(&reader, table.columns.count) : first
        if type == .partialUpdateRows {
            undecodable =
                "PARTIAL_UPDATE_ROWS: binlog_row_value_options=PARTIAL_JSON logs changes of JSON documents only"
            return
        }
        if let column = table.columns.first(where: { BinlogValue.obstacle(to: $0) != nil }) {
            undecodable = BinlogValue.obstacle(to: column) ?? ""
            return
        }
        try readRows(&reader, table, first, second, limit: max(1 << 20, size))
    }

    /// - Parameter limit: of values in one event. NULLs take a bit each, so that an event could otherwise ask for
    ///   many times its own size.
    private mutating func readRows(
        _ reader: inout WireReader,
        _ table: BinlogTable,
        _ first: [Int],
        _ second: [Int],
        limit: Int
    ) throws(WireError) {
        if first.isEmpty, second.isEmpty {
            // INSERT INTO t () VALUES () with binlog_row_image=MINIMAL: a row of no bytes. It is one row: the server
            // fails a statement that would log a second one (1534, seen on 9.7.4).
            guard kind == .insert, reader.isAtEnd else { throw reader.error("columns_present", "no column") }
            let image = BinlogRowChange.Image(values: Array(repeating: nil, count: table.columns.count))
            changes.append(BinlogRowChange(table: table, kind: kind, before: nil, after: image))
            return
        }
        guard !first.isEmpty || kind == .insert else { throw reader.error("columns_present", "no column") }
        var values = 0
        while !reader.isAtEnd {
            values += table.columns.count * (kind == .update ? 2 : 1)
            guard values <= limit else {
                changes = []
                undecodable = "more than \(limit) values in one event"
                return
            }
            let image = try Self.image(&reader, table, first)
            switch kind {
            case .insert: changes.append(BinlogRowChange(table: table, kind: kind, before: nil, after: image))
            case .delete: changes.append(BinlogRowChange(table: table, kind: kind, before: image, after: nil))
            case .update:
                let after = try Self.image(&reader, table, second)
                changes.append(BinlogRowChange(table: table, kind: kind, before: image, after: after))
            }
        }
    }

    /// The columns that are in the images of this event.
    private static func presence(_ reader: inout WireReader, _ count: Int) throws(WireError) -> [Int] {
        let bits = try reader.array((count + 7) / 8, "columns_present")
        return (0..<count).filter { bits[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }

    private static func image(
        _ reader: inout WireReader,
        _ table: BinlogTable,
        _ present: [Int]
    ) throws(WireError) -> BinlogRowChange.Image {
        let nulls = try reader.array((present.count + 7) / 8, "null_bits")
        var values = [BinlogValue?](repeating: nil, count: table.columns.count)
        for (position, index) in present.enumerated() {
            let isNull = nulls[position / 8] >> UInt8(position % 8) & 1 == 1
            values[index] = isNull ? .null : try BinlogValue(&reader, column: table.columns[index])
        }
        return BinlogRowChange.Image(values: values)
    }
}
