/// How a comparison is done, and how much of it is kept.
public struct ComparisonOptions: Sendable {
    /// How many differing rows are kept for each table. Counts are exact in any case.
    public var rowsKept: Int
    /// How many bytes of a value are kept in them.
    public var valueLimit: Int
    /// Reads and compares every row instead of hashes first.
    public var isExhaustive: Bool
    /// Called before each table.
    public var progress: (@Sendable (ComparisonProgress) -> Void)?

    public init(
        rowsKept: Int = 100,
        valueLimit: Int = 1024,
        isExhaustive: Bool = false,
        progress: (@Sendable (ComparisonProgress) -> Void)? = nil
    ) {
        self.rowsKept = rowsKept
        self.valueLimit = valueLimit
        self.isExhaustive = isExhaustive
        self.progress = progress
    }
}

/// How far a comparison is.
public struct ComparisonProgress: Sendable {
    public var database: String
    public var table: String
    public var tablesDone: Int
    public var tablesTotal: Int
}
