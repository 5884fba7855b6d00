/// The type byte of a column definition (manual: "Column types", `enum_field_types`). Unknown values survive.
public struct ColumnType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// DECIMAL of servers before 5.0.
    public static let decimal = ColumnType(rawValue: 0x00)
    /// TINYINT.
    public static let tiny = ColumnType(rawValue: 0x01)
    /// SMALLINT.
    public static let short = ColumnType(rawValue: 0x02)
    /// INT.
    public static let long = ColumnType(rawValue: 0x03)
    /// FLOAT.
    public static let float = ColumnType(rawValue: 0x04)
    /// DOUBLE.
    public static let double = ColumnType(rawValue: 0x05)
    /// NULL without a type, as in `SELECT NULL`.
    public static let null = ColumnType(rawValue: 0x06)
    /// TIMESTAMP.
    public static let timestamp = ColumnType(rawValue: 0x07)
    /// BIGINT.
    public static let longLong = ColumnType(rawValue: 0x08)
    /// MEDIUMINT.
    public static let int24 = ColumnType(rawValue: 0x09)
    /// DATE.
    public static let date = ColumnType(rawValue: 0x0A)
    /// TIME.
    public static let time = ColumnType(rawValue: 0x0B)
    /// DATETIME.
    public static let dateTime = ColumnType(rawValue: 0x0C)
    /// YEAR.
    public static let year = ColumnType(rawValue: 0x0D)
    /// NEWDATE of old servers.
    public static let newDate = ColumnType(rawValue: 0x0E)
    /// VARCHAR in the binary log; results have ``varString``.
    public static let varchar = ColumnType(rawValue: 0x0F)
    /// BIT.
    public static let bit = ColumnType(rawValue: 0x10)
    /// TIMESTAMP in the binary log.
    public static let timestamp2 = ColumnType(rawValue: 0x11)
    /// DATETIME in the binary log.
    public static let dateTime2 = ColumnType(rawValue: 0x12)
    /// TIME in the binary log.
    public static let time2 = ColumnType(rawValue: 0x13)
    /// VECTOR, of MySQL 9.0 and later.
    public static let vector = ColumnType(rawValue: 0xF2)
    /// JSON.
    public static let json = ColumnType(rawValue: 0xF5)
    /// DECIMAL.
    public static let newDecimal = ColumnType(rawValue: 0xF6)
    /// ENUM in the binary log; results have ``string`` with a flag.
    public static let enumeration = ColumnType(rawValue: 0xF7)
    /// SET in the binary log; results have ``string`` with a flag.
    public static let set = ColumnType(rawValue: 0xF8)
    /// TINYBLOB and TINYTEXT.
    public static let tinyBlob = ColumnType(rawValue: 0xF9)
    /// MEDIUMBLOB and MEDIUMTEXT.
    public static let mediumBlob = ColumnType(rawValue: 0xFA)
    /// LONGBLOB and LONGTEXT.
    public static let longBlob = ColumnType(rawValue: 0xFB)
    /// BLOB and TEXT; most results have it for the others too.
    public static let blob = ColumnType(rawValue: 0xFC)
    /// VARCHAR and VARBINARY.
    public static let varString = ColumnType(rawValue: 0xFD)
    /// CHAR and BINARY, ENUM and SET.
    public static let string = ColumnType(rawValue: 0xFE)
    /// GEOMETRY and its like.
    public static let geometry = ColumnType(rawValue: 0xFF)
}

extension ColumnType {
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
