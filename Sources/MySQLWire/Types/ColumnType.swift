/// The type byte of a column definition (manual: "Column types", `enum_field_types`). Unknown values survive.
public struct ColumnType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// DECIMAL of servers before 5.0.
    @inlinable public static var decimal: ColumnType { ColumnType(rawValue: 0x00) }
    /// TINYINT.
    @inlinable public static var tiny: ColumnType { ColumnType(rawValue: 0x01) }
    /// SMALLINT.
    @inlinable public static var short: ColumnType { ColumnType(rawValue: 0x02) }
    /// INT.
    @inlinable public static var long: ColumnType { ColumnType(rawValue: 0x03) }
    /// FLOAT.
    @inlinable public static var float: ColumnType { ColumnType(rawValue: 0x04) }
    /// DOUBLE.
    @inlinable public static var double: ColumnType { ColumnType(rawValue: 0x05) }
    /// NULL without a type, as in `SELECT NULL`.
    @inlinable public static var null: ColumnType { ColumnType(rawValue: 0x06) }
    /// TIMESTAMP.
    @inlinable public static var timestamp: ColumnType { ColumnType(rawValue: 0x07) }
    /// BIGINT.
    @inlinable public static var longLong: ColumnType { ColumnType(rawValue: 0x08) }
    /// MEDIUMINT.
    @inlinable public static var int24: ColumnType { ColumnType(rawValue: 0x09) }
    /// DATE.
    @inlinable public static var date: ColumnType { ColumnType(rawValue: 0x0A) }
    /// TIME.
    @inlinable public static var time: ColumnType { ColumnType(rawValue: 0x0B) }
    /// DATETIME.
    @inlinable public static var dateTime: ColumnType { ColumnType(rawValue: 0x0C) }
    /// YEAR.
    @inlinable public static var year: ColumnType { ColumnType(rawValue: 0x0D) }
    /// NEWDATE of old servers.
    @inlinable public static var newDate: ColumnType { ColumnType(rawValue: 0x0E) }
    /// VARCHAR in the binary log; results have ``varString``.
    @inlinable public static var varchar: ColumnType { ColumnType(rawValue: 0x0F) }
    /// BIT.
    @inlinable public static var bit: ColumnType { ColumnType(rawValue: 0x10) }
    /// TIMESTAMP in the binary log.
    @inlinable public static var timestamp2: ColumnType { ColumnType(rawValue: 0x11) }
    /// DATETIME in the binary log.
    @inlinable public static var dateTime2: ColumnType { ColumnType(rawValue: 0x12) }
    /// TIME in the binary log.
    @inlinable public static var time2: ColumnType { ColumnType(rawValue: 0x13) }
    /// VECTOR, of MySQL 9.0 and later.
    @inlinable public static var vector: ColumnType { ColumnType(rawValue: 0xF2) }
    /// JSON.
    @inlinable public static var json: ColumnType { ColumnType(rawValue: 0xF5) }
    /// DECIMAL.
    @inlinable public static var newDecimal: ColumnType { ColumnType(rawValue: 0xF6) }
    /// ENUM in the binary log; results have ``string`` with a flag.
    @inlinable public static var enumeration: ColumnType { ColumnType(rawValue: 0xF7) }
    /// SET in the binary log; results have ``string`` with a flag.
    @inlinable public static var set: ColumnType { ColumnType(rawValue: 0xF8) }
    /// TINYBLOB and TINYTEXT.
    @inlinable public static var tinyBlob: ColumnType { ColumnType(rawValue: 0xF9) }
    /// MEDIUMBLOB and MEDIUMTEXT.
    @inlinable public static var mediumBlob: ColumnType { ColumnType(rawValue: 0xFA) }
    /// LONGBLOB and LONGTEXT.
    @inlinable public static var longBlob: ColumnType { ColumnType(rawValue: 0xFB) }
    /// BLOB and TEXT; most results have it for the others too.
    @inlinable public static var blob: ColumnType { ColumnType(rawValue: 0xFC) }
    /// VARCHAR and VARBINARY.
    @inlinable public static var varString: ColumnType { ColumnType(rawValue: 0xFD) }
    /// CHAR and BINARY, ENUM and SET.
    @inlinable public static var string: ColumnType { ColumnType(rawValue: 0xFE) }
    /// GEOMETRY and its like.
    @inlinable public static var geometry: ColumnType { ColumnType(rawValue: 0xFF) }
}

extension ColumnType {
    @inlinable var isInteger: Bool {
        switch self {
        case .tiny, .short, .int24, .long, .longLong, .year: true
        default: false
        }
    }

    /// Text, bytes and what is sent like them.
    var isString: Bool {
        switch self {
        case .varchar, .vector, .json, .enumeration, .set, .tinyBlob, .mediumBlob, .longBlob, .blob, .varString,
            .string,
            .geometry:
            true
        default: false
        }
    }
}
