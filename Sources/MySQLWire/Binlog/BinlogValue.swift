/// One value of a row, exactly as the log holds it.
public enum BinlogValue: Sendable, Hashable {
    /// SQL NULL.
    case null
    /// A signed integer; also one of a column whose sign is not known.
    case integer(Int64)
    /// An UNSIGNED integer.
    case unsigned(UInt64)
    /// With all digits behind the point that the column has.
    case decimal(String)
    /// FLOAT.
    case float(Float)
    /// DOUBLE.
    case double(Double)
    /// CHAR, VARCHAR, TEXT, BINARY, VARBINARY and BLOB, in the column's character set; see ``BinlogColumn/collation``.
    case bytes([UInt8])
    /// The index counts from 1; 0 is the empty string of an invalid value.
    case enumeration(index: UInt16, label: [UInt8]?)
    /// The lowest bit stands for the first label.
    case set(bits: UInt64, labels: [[UInt8]]?)
    /// BIT: the value as a number.
    case bit(UInt64)
    /// 0, or 1901 to 2155.
    case year(UInt16)
    /// DATE.
    case date(MySQLDate)
    /// TIME.
    case time(MySQLTime)
    /// DATETIME.
    case dateTime(MySQLDateTime)
    /// TIMESTAMP, in UTC.
    case timestamp(BinlogTimestamp)
    /// JSON, or what of it could be read.
    case json(BinlogJSON)
    /// The server's own form: the SRID in four bytes, then WKB; both little-endian.
    case geometry([UInt8])
    /// Floats of 32 bits, little-endian.
    case vector([UInt8])

    /// Whether it is SQL NULL.
    public var isNull: Bool { self == .null }

    /// The value after the caller has told what the log left out: the sign, the labels.
    func completed(by column: BinlogColumn) -> BinlogValue {
        switch self {
        case .integer(let value) where column.isUnsigned == true:
            let width: UInt64? =
                switch column.type {
                case .tiny: 8
                case .short: 16
                case .int24: 24
                case .long: 32
                case .longLong: 64
                default: nil
                }
            guard let width else { return self }
            let mask = width == 64 ? UInt64.max : (1 << width) - 1
            return .unsigned(UInt64(bitPattern: value) & mask)
        case .enumeration(let index, nil):
            return .enumeration(index: index, label: Self.label(index, column.labels))
        case .set(let bits, nil):
            return .set(bits: bits, labels: Self.labels(bits, column.labels))
        default:
            return self
        }
    }

    static func label(_ index: UInt16, _ labels: [[UInt8]]?) -> [UInt8]? {
        guard let labels else { return nil }
        if index == 0 { return [] }
        return Int(index) <= labels.count ? labels[Int(index) - 1] : nil
    }

    static func labels(_ bits: UInt64, _ labels: [[UInt8]]?) -> [[UInt8]]? {
        guard let labels else { return nil }
        var members: [[UInt8]] = []
        for index in 0..<64 where bits >> UInt64(index) & 1 == 1 {
            guard index < labels.count else { return nil }
            members.append(labels[index])
        }
        return members
    }
}
