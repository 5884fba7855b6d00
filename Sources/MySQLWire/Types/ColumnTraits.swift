/// What the decoding of a cell needs of its column: small, and copied without cost.
public struct ColumnTraits: Sendable, Hashable {
    /// The type on the wire.
    public var type: ColumnType
    /// See ``ColumnDefinition/flags``.
    public var flags: UInt16
    /// The collation's id; 63 is `binary`.
    public var collation: UInt16
    /// Digits behind the point; 31 where the column does not say.
    public var decimals: UInt8

    /// Traits of a caller's own, for tests and simulations.
    public init(type: ColumnType, flags: UInt16 = 0, collation: UInt16 = 255, decimals: UInt8 = 0) {
        self.type = type
        self.flags = flags
        self.collation = collation
        self.decimals = decimals
    }

    /// Those of a column.
    public init(_ column: ColumnDefinition) {
        self.init(type: column.type, flags: column.flags, collation: column.collation, decimals: column.decimals)
    }

    /// UNSIGNED_FLAG
    @inlinable public var isUnsigned: Bool { flags & 32 != 0 }
    /// The collation `binary`: bytes rather than text. Whether a BLOB or a TEXT tells only this.
    public var isBinary: Bool { collation == 63 }

    /// The digits of a second that a value of this column has; nil where the column does not say.
    var fractionDigits: UInt8? { decimals <= 6 ? decimals : nil }

    /// How many bytes a value takes in a binary row; nil for a length-encoded string.
    var binaryWidth: BinaryWidth {
        switch type {
        case .tiny: .fixed(1)
        case .short, .year: .fixed(2)
        case .int24, .long, .float: .fixed(4)
        case .longLong, .double: .fixed(8)
        case .decimal, .varchar, .bit, .vector, .json, .newDecimal, .enumeration, .set, .tinyBlob, .mediumBlob,
            .longBlob,
            .blob, .varString, .string, .geometry, .null:
            .lengthEncoded
        // One byte of length, never more than 12: a length-encoded string by another name.
        case .date, .newDate, .time, .dateTime, .timestamp: .lengthEncoded
        default: .unknown
        }
    }
}
