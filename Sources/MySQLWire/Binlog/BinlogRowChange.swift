/// One row that a transaction inserted, updated or deleted.
public struct BinlogRowChange: Sendable, Hashable {
    /// What was done to a row.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// It is new: it has an image after the change.
        case insert
        /// It has an image before and one after the change.
        case update
        /// It is gone: it has an image before the change.
        case delete
    }

    /// The columns of one row that the log holds: all of them, or fewer with `binlog_row_image=MINIMAL` or `NOBLOB`.
    public struct Image: Sendable, Hashable {
        /// By the table's columns; nil for a column that is not in the log. A NULL is ``BinlogValue/null``.
        public var values: [BinlogValue?]

        /// One value for each column of the table; nil for one that the log left out.
        public init(values: [BinlogValue?]) {
            self.values = values
        }

        /// Whether every column is there.
        public var isFull: Bool { !values.contains { $0 == nil } }
    }

    /// The row's table, as the log told of it just before.
    public var table: BinlogTable
    /// What was done to the row.
    public var kind: Kind
    /// The row as it was; nil for an insert.
    public var before: Image?
    /// The row as it became; nil for a delete.
    public var after: Image?

    /// A change of a caller's own, for tests and simulations.
    public init(table: BinlogTable, kind: Kind, before: Image?, after: Image?) {
        self.table = table
        self.kind = kind
        self.before = before
        self.after = after
    }

    /// Adds what the log left out: names, key, labels, and where the sign of a number was not known, the sign.
    ///
    /// - Returns: false where the descriptions are not those of this table as it was then; nothing is changed then.
    @discardableResult
    public mutating func complete(with descriptions: [BinlogColumnDescription]) -> Bool {
        guard table.complete(with: descriptions) else { return false }
        before = before.map { completed($0) }
        after = after.map { completed($0) }
        return true
    }

    private func completed(_ image: Image) -> Image {
        Image(values: zip(image.values, table.columns).map { value, column in value?.completed(by: column) })
    }
}
