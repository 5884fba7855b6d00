/// One column of a table, as a TABLE_MAP event tells it; what `binlog_row_metadata` left out is nil.
public struct BinlogColumn: Sendable, Hashable {
    /// The column's real type: ENUM and SET as such, not as the STRING that the event says.
    public var type: ColumnType
    /// What the type needs to read a value: a length, precision and scale, or the digits of a second.
    public var metadata: UInt16
    /// Whether it may hold NULL.
    public var isNullable: Bool
    /// Nil where it is not known, and for types without a sign.
    public var isUnsigned: Bool?
    /// With `binlog_row_metadata=FULL`, or from the caller.
    public var name: String?
    /// The id of the collation of a text column; 63 is `binary`: the bytes are no text.
    public var collation: UInt64?
    /// The labels of an ENUM or SET, in the column's character set.
    public var labels: [[UInt8]]?
    /// Whether the column is part of the primary key; nil where it is not known.
    public var isPrimaryKey: Bool?
    /// Whether the server computes it; the log never tells, a caller may.
    public var isGenerated: Bool?
    /// False for an INVISIBLE column; nil where it is not known.
    public var isVisible: Bool?
    /// For a spatial column: 0 GEOMETRY, 1 POINT and so on.
    public var geometryType: UInt64?
    /// How many floats a VECTOR holds at most; nil where it is not known.
    public var vectorDimensions: UInt64?

    /// The id of the collation `binary`.
    static let binary: UInt64 = 63

    /// A column of a caller's own, for tests and simulations.
    public init(
        type: ColumnType,
        metadata: UInt16 = 0,
        isNullable: Bool = true,
        isUnsigned: Bool? = nil,
        name: String? = nil
    ) {
        self.type = type
        self.metadata = metadata
        self.isNullable = isNullable
        self.isUnsigned = isUnsigned
        self.name = name
    }

    /// The types that may be UNSIGNED, in whose order the event's bits of signedness stand; YEAR has one too (seen on
    /// 9.7.4).
    var isNumeric: Bool {
        switch type {
        case .tiny, .short, .int24, .long, .longLong, .newDecimal, .float, .double, .year: true
        default: false
        }
    }

    /// The types that have a character set, in whose order the event's collations stand.
    var isCharacter: Bool {
        switch type {
        // VECTOR too: it derives from BLOB in the server, and has an entry (seen on 9.7.4).
        case .string, .varString, .varchar, .blob, .tinyBlob, .mediumBlob, .longBlob, .vector: true
        default: false
        }
    }
}
