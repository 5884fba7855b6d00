/// One row that a transaction inserted, updated or deleted.
public struct BinlogRowChange: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, Codable {
        case insert, update, delete
    }

    /// The columns of one row that the log holds: all of them, or fewer with `binlog_row_image=MINIMAL` or `NOBLOB`.
    public struct Image: Sendable, Hashable {
        /// By the table's columns; nil for a column that is not in the log. A NULL is ``BinlogValue/null``.
        public var values: [BinlogValue?]

        public init(values: [BinlogValue?]) {
            self.values = values
        }

        /// Whether every column is there.
        public var isFull: Bool { !values.contains { $0 == nil } }
    }

    public var table: BinlogTable
    public var kind: Kind
    /// The row as it was; nil for an insert.
    public var before: Image?
    /// The row as it became; nil for a delete.
    public var after: Image?

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
