/// One value, exactly as the server has it: nothing is rounded, and no zero date becomes another one.
public enum MySQLValue: Sendable, Hashable {
    /// SQL NULL.
    case null
    /// TINYINT to BIGINT.
    case integer(Int64)
    /// The same, UNSIGNED.
    case unsigned(UInt64)
    /// A text result holds only the six digits that the server prints of a FLOAT; a prepared statement's is exact.
    case float(Float)
    /// DOUBLE.
    case double(Double)
    /// DECIMAL.
    case decimal(MySQLDecimal)
    /// 0, or 1901 to 2155.
    case year(UInt16)
    /// DATE.
    case date(MySQLDate)
    /// TIME.
    case time(MySQLTime)
    /// DATETIME, and TIMESTAMP in the session's time zone.
    case dateTime(MySQLDateTime)
    /// CHAR, VARCHAR, TEXT, ENUM and SET.
    case text(String)
    /// BINARY, VARBINARY and BLOB; also text that is not UTF-8.
    case bytes([UInt8])
    /// BIT: the value as a number.
    case bit(UInt64)
    /// JSON, as the server prints it.
    case json(String)
    /// The server's own form: the SRID in four bytes, then WKB; both little-endian.
    case geometry([UInt8])
    /// Floats of 32 bits, little-endian.
    case vector([UInt8])

    /// Whether it is SQL NULL.
    public var isNull: Bool { self == .null }

    /// The value as a person reads it, as the server would print it in a text result; nil for NULL.
    public var text: String? {
        switch self {
        case .null: nil
        case .integer(let value): String(value)
        case .unsigned(let value), .bit(let value): String(value)
        case .float(let value): MySQLNumberText.text(shortest: value)
        case .double(let value): MySQLNumberText.text(value)
        case .decimal(let value): value.description
        case .year(let value): PaddedNumber(value, 4).description
        case .date(let value): value.description
        case .time(let value): value.description
        case .dateTime(let value): value.description
        case .text(let value), .json(let value): value
        case .bytes(let value), .geometry(let value), .vector(let value): String(decoding: value, as: UTF8.self)
        }
    }
}
