/// What a caller knows of a column that the log may not tell.
public struct BinlogColumnDescription: Sendable, Hashable {
    /// The column's name.
    public var name: String
    /// Whether a number of it is UNSIGNED.
    public var isUnsigned: Bool
    /// Whether it is part of the primary key.
    public var isPrimaryKey: Bool
    /// The server computes it: it stands in the log, but no statement may give it a value.
    public var isGenerated: Bool
    /// The labels of an ENUM or SET.
    public var labels: [[UInt8]]?

    /// For instance from a row of `information_schema.COLUMNS`.
    public init(
        name: String,
        isUnsigned: Bool = false,
        isPrimaryKey: Bool = false,
        isGenerated: Bool = false,
        labels: [[UInt8]]? = nil
    ) {
        self.name = name
        self.isUnsigned = isUnsigned
        self.isPrimaryKey = isPrimaryKey
        self.isGenerated = isGenerated
        self.labels = labels
    }
}
