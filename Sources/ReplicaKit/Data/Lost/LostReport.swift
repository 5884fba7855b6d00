/// The transactions that one server committed and the new source never got, row by row: what people read, and what the
/// journal keeps.
public struct LostReport: Sendable, Hashable, Codable {
    /// The server that holds them.
    public var server: String
    /// Behind the last transaction that both servers have.
    public var from: BinaryLogCoordinates
    /// Where the log ended when it was read.
    public var to: BinaryLogCoordinates
    /// In the order of their commits.
    public var transactions: [Transaction]

    /// How many row changes they hold.
    public var changeCount: Int { transactions.reduce(0) { $0 + $1.changes.count } }

    /// One line for each transaction, and one for each of its changes.
    var lines: [String] {
        transactions.flatMap { transaction in
            ["\(transaction.file):\(transaction.startPosition), committed \(transaction.time)"]
                + transaction.changes.map { "  \($0)" } + transaction.statements.map { "  \($0.text)" }
                + transaction.gaps.map { "  \($0)" }
        }
    }

    /// One lost transaction.
    public struct Transaction: Sendable, Hashable, Codable {
        public var file: String
        public var startPosition: UInt64
        public var endPosition: UInt64
        /// When it was committed, as ISO 8601 in UTC.
        public var time: String
        /// Nil for an anonymous transaction.
        public var gtid: String?
        public var serverID: UInt32
        public var changes: [Change]
        /// DDL and what else the log holds as text.
        public var statements: [Statement]
        /// What cannot be told of it, and why; empty where this is all that it did.
        public var gaps: [String]

        /// Where it stands in its log: no other transaction can.
        var place: [String] { [file, String(startPosition), String(endPosition)] }
    }

    /// One row that was inserted, updated or deleted.
    public struct Change: Sendable, Hashable, Codable {
        /// What happened to the row.
        public enum Kind: String, Sendable, Hashable, Codable {
            case insert, update, delete
        }

        public var kind: Kind
        public var database: String
        public var table: String
        /// The row's key, as it was before, or came to be; nil in a table without one.
        public var key: RowImage?
        /// The row as it was; nil for an insert. Columns that the log does not hold are missing.
        public var before: RowImage?
        /// The row as it became; nil for a delete.
        public var after: RowImage?
        /// The columns whose value changed, for an update.
        public var changedColumns: [String]
    }

    /// A statement that the log holds as text.
    public struct Statement: Sendable, Hashable, Codable {
        /// The default database; empty for none.
        public var database: String
        public var text: String
    }
}

extension LostReport.Change: CustomStringConvertible {
    /// `insert testdb.products: text=lost`.
    public var description: String {
        let name = "\(kind.rawValue) \(database).\(table)"
        switch (before, after) {
        case (let before?, let after?): return "\(name): \(before) → \(after)"
        case (let row?, nil), (nil, let row?): return "\(name): \(row)"
        case (nil, nil): return name
        }
    }
}
