/// A table as a TABLE_MAP event describes it for the row events behind it.
public struct BinlogTable: Sendable, Hashable {
    /// A number of this server's run; another one for the same table after a DDL or a restart.
    public var id: UInt64
    /// The database that it is in.
    public var schema: String
    /// The table's name.
    public var name: String
    /// In the table's order.
    public var columns: [BinlogColumn]

    /// A table of a caller's own, for tests and simulations.
    public init(id: UInt64, schema: String, name: String, columns: [BinlogColumn]) {
        self.id = id
        self.schema = schema
        self.name = name
        self.columns = columns
    }

    /// Adds what the event left out and the caller knows, for instance from `information_schema.COLUMNS`.
    ///
    /// - Parameter descriptions: one for each column, in the table's order. Another number of them means that the
    ///   table was changed since: then nothing is taken over.
    /// - Returns: whether the descriptions were taken over.
    @discardableResult
    public mutating func complete(with descriptions: [BinlogColumnDescription]) -> Bool {
        guard descriptions.count == columns.count else { return false }
        for (index, description) in descriptions.enumerated() {
            columns[index].name = columns[index].name ?? description.name
            columns[index].isPrimaryKey = columns[index].isPrimaryKey ?? description.isPrimaryKey
            columns[index].isGenerated = description.isGenerated
            columns[index].labels = columns[index].labels ?? description.labels
            if columns[index].isNumeric {
                columns[index].isUnsigned = columns[index].isUnsigned ?? description.isUnsigned
            }
        }
        return true
    }
}
