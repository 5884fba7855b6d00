/// A table's shape: what is needed to read, compare and write its rows.
struct TableInfo: Sendable, Hashable {
    @ExactText var database: String
    @ExactText var name: String
    var engine: String
    /// In the table's order, hidden columns of functional indexes not among them.
    var columns: [ColumnInfo]
    /// Indexes into `columns`: the primary key, or a unique key without NULLs; empty where there is none that
    /// identifies a row by whole columns.
    var key: [Int]
    /// The key's name in the server.
    var keyName: String?
    /// How many unique keys there are, `key` included.
    var uniqueKeyCount: Int

    var tableName: TableName { TableName(database: database, name: name) }

    /// True where rows of both sides can be compared column by column.
    func hasSameShape(as other: TableInfo) -> Bool {
        columns == other.columns && key == other.key
    }

    /// Columns that are written; generated ones never are.
    var writable: [Int] { columns.indices.filter { columns[$0].generation == .none } }

    /// Columns that are compared. What is virtual follows from the others, unless it is part of the key.
    var compared: [Int] { columns.indices.filter { columns[$0].generation != .virtual || key.contains($0) } }

    /// Only InnoDB's rows are covered by a snapshot.
    var isTransactional: Bool { engine.uppercased() == "INNODB" }
}

/// A table's name in its database.
struct TableName: Sendable, Hashable, Comparable {
    @ExactText var database: String
    @ExactText var name: String

    static func < (left: TableName, right: TableName) -> Bool {
        (left._database, left._name) < (right._database, right._name)
    }
}
