/// In what a table differs between source and replica.
public struct TableDifference: Sendable, Hashable, Codable {
    public var database: String
    public var table: String
    public var presence: Presence
    /// The two definitions, where they differ; nil where they are equal or the table is on one side only.
    public var definitions: Definitions?
    /// False where the columns or the key differ so that rows cannot be compared one by one.
    public var rowsCompared: Bool
    /// How many rows each side holds; nil where the side lacks the table.
    public var rowCountOnSource: UInt64?
    public var rowCountOnReplica: UInt64?
    /// Exact numbers. A row of a table without a key is counted as often as it occurs too often.
    public var onlyOnSource: UInt64
    public var onlyOnReplica: UInt64
    /// Rows with the same key and other content.
    public var changed: UInt64
    /// The first of the differing rows: see ``ComparisonOptions/rowsKept``.
    public var rows: [RowDifference]
    /// The columns of the key by which rows were told apart; empty for a table without one.
    public var key: [String]
    /// A doubt that the comparison of this table is under; nil where there is none.
    public var note: String?

    /// Two definitions that differ.
    public struct Definitions: Sendable, Hashable, Codable {
        public var onSource: String
        public var onReplica: String
    }

    /// True where `rows` does not hold all of them.
    public var isTruncated: Bool {
        rows.reduce(0) { $0 &+ $1.count } < onlyOnSource &+ onlyOnReplica &+ changed
    }

    /// True where any row differs.
    public var hasRowDifferences: Bool { onlyOnSource != 0 || onlyOnReplica != 0 || changed != 0 }
}

/// One row that differs.
public struct RowDifference: Sendable, Hashable, Codable {
    /// How it differs.
    public enum Kind: String, Sendable, Hashable, Codable {
        case onlyOnSource, onlyOnReplica, changed
    }

    public var kind: Kind
    /// How many copies more than the other side has; 1 in a table with a key.
    public var count: UInt64
    /// The key; nil in a table without one.
    public var key: RowImage?
    /// The row on each side; nil where the side lacks it. Long values are cut, see ``ComparisonOptions/valueLimit``.
    public var onSource: RowImage?
    public var onReplica: RowImage?
    /// The columns that differ, for a changed row.
    public var changedColumns: [String]
}
