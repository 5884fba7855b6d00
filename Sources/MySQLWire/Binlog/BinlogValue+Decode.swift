internal import NIOCore

extension BinlogValue {
    /// Why values of a type cannot be read at all; nil where they can. Without its length nothing behind such a value
    /// can be found, so this is asked before any row is read.
    static func obstacle(to column: BinlogColumn) -> String? {
        switch column.type {
        case .tiny, .short, .int24, .long, .longLong, .float, .double, .newDecimal, .year, .date, .time2, .dateTime2,
            .timestamp2, .timestamp, .varchar, .varString, .string, .enumeration, .set, .bit, .null:
            nil
        case .blob, .tinyBlob, .mediumBlob, .longBlob, .json, .geometry, .vector:
            (1...4).contains(column.metadata) ? nil : "a blob whose length takes \(column.metadata) bytes"
        default:
            "column type \(column.type.rawValue)"
        }
    }

    init(_ reader: inout WireReader, column: BinlogColumn) throws(WireError) {
        let metadata = Int(column.metadata)
        switch column.type {
        case .tiny: self = Self.integer(UInt64(try reader.integer("tinyint", as: UInt8.self)), 8, column)
        case .short: self = Self.integer(UInt64(try reader.integer("smallint", as: UInt16.self)), 16, column)
        case .int24: self = Self.integer(UInt64(try reader.uint24("mediumint")), 24, column)
        case .long: self = Self.integer(UInt64(try reader.integer("int", as: UInt32.self)), 32, column)
        case .longLong: self = Self.integer(try reader.integer("bigint", as: UInt64.self), 64, column)
        case .float: self = .float(Float(bitPattern: try reader.integer("float")))
        case .double: self = .double(Double(bitPattern: try reader.integer("double")))
        case .newDecimal:
            self = .decimal(try BinlogDecimal.text(&reader, precision: metadata >> 8, scale: metadata & 0xFF))
        case .year:
            let value: UInt8 = try reader.integer("year")
            self = .year(value == 0 ? 0 : 1900 + UInt16(value))
        case .date: self = .date(try MySQLDate(&reader))
        case .time2: self = .time(try MySQLTime(&reader, digits: metadata))
        case .dateTime2: self = .dateTime(try MySQLDateTime(&reader, digits: metadata))
        case .timestamp2: self = .timestamp(try BinlogTimestamp(&reader, digits: metadata))
        case .timestamp:
            self = .timestamp(BinlogTimestamp(seconds: try reader.integer("timestamp"), microseconds: 0, digits: 0))
        case .varchar, .varString, .string:
            let length = try reader.littleEndian(metadata > 255 ? 2 : 1, "string_length")
            var bytes = try reader.array(Int(length), "string")
            // BINARY(n) is logged without the zero bytes at its end; its metadata is n, at most 255.
            if column.type == .string, column.collation == BinlogColumn.binary, bytes.count < metadata, metadata <= 255
            {
                bytes += Array(repeating: 0, count: metadata - bytes.count)
            }
            self = .bytes(bytes)
        case .enumeration:
            let index = UInt16(truncatingIfNeeded: try reader.littleEndian(metadata == 2 ? 2 : 1, "enum"))
            self = .enumeration(index: index, label: Self.label(index, column.labels))
        case .set:
            let bits = try reader.littleEndian(metadata, "set")
            self = .set(bits: bits, labels: Self.labels(bits, column.labels))
        case .bit: self = .bit(try reader.bigEndian((metadata + 7) / 8, "bit"))
        case .null: self = .null
        case .blob, .tinyBlob, .mediumBlob, .longBlob: self = .bytes(try Self.blob(&reader, metadata))
        case .geometry: self = .geometry(try Self.blob(&reader, metadata))
        case .vector: self = .vector(try Self.blob(&reader, metadata))
        case .json: self = .json(try BinlogJSON(binary: try Self.blob(&reader, metadata)))
        default: throw reader.error("column", "type \(column.type.rawValue) is not known")
        }
    }

    private static func integer(_ value: UInt64, _ width: UInt64, _ column: BinlogColumn) -> BinlogValue {
        if column.isUnsigned == true { return .unsigned(value) }
        let shift = 64 - width
        return .integer(Int64(bitPattern: value << shift) >> Int64(shift))
    }

    private static func blob(_ reader: inout WireReader, _ lengthBytes: Int) throws(WireError) -> [UInt8] {
        let length = try reader.length(try reader.littleEndian(lengthBytes, "blob_length"), "blob")
        return try reader.array(length, "blob")
    }
}
