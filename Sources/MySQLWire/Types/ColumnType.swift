/// The type byte of a column definition (manual: "Column types", `enum_field_types`). Unknown values survive.
public struct ColumnType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let decimal = ColumnType(rawValue: 0x00)
    public static let tiny = ColumnType(rawValue: 0x01)
    public static let short = ColumnType(rawValue: 0x02)
    public static let long = ColumnType(rawValue: 0x03)
    public static let float = ColumnType(rawValue: 0x04)
    public static let double = ColumnType(rawValue: 0x05)
    public static let null = ColumnType(rawValue: 0x06)
    public static let timestamp = ColumnType(rawValue: 0x07)
    public static let longLong = ColumnType(rawValue: 0x08)
    public static let int24 = ColumnType(rawValue: 0x09)
    public static let date = ColumnType(rawValue: 0x0A)
    public static let time = ColumnType(rawValue: 0x0B)
    public static let dateTime = ColumnType(rawValue: 0x0C)
    public static let year = ColumnType(rawValue: 0x0D)
    /// NEWDATE of old servers.
    public static let newDate = ColumnType(rawValue: 0x0E)
    public static let varchar = ColumnType(rawValue: 0x0F)
    public static let bit = ColumnType(rawValue: 0x10)
    public static let timestamp2 = ColumnType(rawValue: 0x11)
    public static let dateTime2 = ColumnType(rawValue: 0x12)
    public static let time2 = ColumnType(rawValue: 0x13)
    public static let vector = ColumnType(rawValue: 0xF2)
    public static let json = ColumnType(rawValue: 0xF5)
    public static let newDecimal = ColumnType(rawValue: 0xF6)
    public static let enumeration = ColumnType(rawValue: 0xF7)
    public static let set = ColumnType(rawValue: 0xF8)
    public static let tinyBlob = ColumnType(rawValue: 0xF9)
    public static let mediumBlob = ColumnType(rawValue: 0xFA)
    public static let longBlob = ColumnType(rawValue: 0xFB)
    public static let blob = ColumnType(rawValue: 0xFC)
    public static let varString = ColumnType(rawValue: 0xFD)
    public static let string = ColumnType(rawValue: 0xFE)
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
