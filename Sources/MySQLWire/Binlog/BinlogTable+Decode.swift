internal import NIOCore

extension BinlogTable {
    /// The server's own limit (manual: "Column Count Limits").
    private static let maximumColumns = 4096

    /// TABLE_MAP (manual: "Table_map_event").
    init(_ reader: inout WireReader, postHeaderLength: Int) throws(WireError) {
        // Servers before 5.1.4 wrote table ids of four bytes.
        id = try reader.littleEndian(postHeaderLength == 6 ? 4 : 6, "table_id")
        try reader.skip(2, "flags")
        schema = try Self.name(&reader, "schema")
        name = try Self.name(&reader, "table")
        let count = try reader.length(try reader.lengthEncoded("column_count"), "column_types")
        guard count <= Self.maximumColumns else { throw reader.error("column_count", "\(count) columns") }
        let types = try reader.array(count, "column_types")
        var metadata = WireReader(try reader.lengthEncodedBytes("column_metadata"), packet: "TABLE_MAP metadata")
        columns = []
        columns.reserveCapacity(count)
        for type in types {
            columns.append(try Self.column(ColumnType(rawValue: type), &metadata))
        }
        let nullable = try reader.array((count + 7) / 8, "null_bits")
        for index in columns.indices {
            columns[index].isNullable = nullable[index / 8] >> UInt8(index % 8) & 1 == 1
        }
        while !reader.isAtEnd {
            let type: UInt8 = try reader.integer("optional_metadata_type")
            try readOptional(type, try reader.lengthEncodedBytes("optional_metadata"))
        }
    }

    private static func name(_ reader: inout WireReader, _ field: String) throws(WireError) -> String {
        let length = try reader.length(try reader.lengthEncoded(field), field)
        let name = String(decoding: try reader.array(length, field), as: UTF8.self)
        try reader.skip(1, field)
        return name
    }

    /// A column of the type and the metadata that stand in the event; STRING hides ENUM, SET and long CHAR.
    private static func column(_ type: ColumnType, _ metadata: inout WireReader) throws(WireError) -> BinlogColumn {
        switch type {
        case .string, .enumeration, .set:
            let first: UInt8 = try metadata.integer("column_metadata")
            let second: UInt8 = try metadata.integer("column_metadata")
            guard type == .string else { return BinlogColumn(type: type, metadata: UInt16(second)) }
            // A length of more than 255 bytes has its two highest bits, inverted, inside the type byte.
            if first & 0x30 != 0x30 {
                let length = UInt16(second) | UInt16(first & 0x30 ^ 0x30) << 4
                return BinlogColumn(type: ColumnType(rawValue: first | 0x30), metadata: length)
            }
            return BinlogColumn(type: first == 0 ? .string : ColumnType(rawValue: first), metadata: UInt16(second))
        case .varchar, .varString:
            return BinlogColumn(type: type, metadata: try metadata.integer("column_metadata"))
        case .bit:
            // Bits beyond whole bytes, then whole bytes.
            let bits: UInt8 = try metadata.integer("column_metadata")
            let bytes: UInt8 = try metadata.integer("column_metadata")
            guard bits < 8, bytes <= 8, Int(bytes) * 8 + Int(bits) <= 64 else {
                throw metadata.error("column_metadata", "BIT of \(bytes) bytes and \(bits) bits")
            }
            return BinlogColumn(type: type, metadata: UInt16(bytes) * 8 + UInt16(bits))
        case .newDecimal:
            let precision: UInt8 = try metadata.integer("column_metadata")
            let scale: UInt8 = try metadata.integer("column_metadata")
            guard precision >= 1, precision <= 65, scale <= 30, scale <= precision else {
                throw metadata.error("column_metadata", "DECIMAL(\(precision),\(scale))")
            }
            return BinlogColumn(type: type, metadata: UInt16(precision) << 8 | UInt16(scale))
        case .timestamp2, .dateTime2, .time2:
            let digits: UInt8 = try metadata.integer("column_metadata")
            guard digits <= 6 else { throw metadata.error("column_metadata", "\(digits) digits of a second") }
            return BinlogColumn(type: type, metadata: UInt16(digits))
        case .float, .double, .blob, .tinyBlob, .mediumBlob, .longBlob, .json, .geometry, .vector:
            return BinlogColumn(type: type, metadata: UInt16(try metadata.integer("column_metadata", as: UInt8.self)))
        default:
            return BinlogColumn(type: type)
        }
    }
}
