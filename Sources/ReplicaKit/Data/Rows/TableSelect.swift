/// The statements that read one table's rows, and where each column's cell is in their results.
struct TableSelect: Sendable {
    let table: TableInfo
    /// The columns that are read, in the order of the cells.
    let columns: [Int]
    /// For each part of the key, how two rows are ordered by it.
    let order: [KeyOrder]
    private let extras: [String]

    init(_ table: TableInfo) {
        self.table = table
        columns = table.compared
        var extras: [String] = []
        var order: [KeyOrder] = []
        for index in table.key {
            let column = table.columns[index]
            if let weight = ColumnExpression.keyOrder(column) {
                order.append(KeyOrder(cell: columns.count + extras.count, rule: .bytes))
                extras.append(weight)
            } else if let cell = columns.firstIndex(of: index) {
                order.append(KeyOrder(cell: cell, rule: .init(column)))
            }
        }
        self.extras = extras
        self.order = order
    }

    /// The rows in the order of their key.
    ///
    /// - Parameter range: the part of the table, by the first column of the key; nil for all.
    func byKey(in range: KeyRange?) -> String {
        // With the table's name: a name alone may also be that of an expression in the list.
        let key = table.key.map { "\(name).\(quoted(table.columns[$0].name))" }
        let condition = range.map { " WHERE \(key.first ?? "") BETWEEN \($0.lower) AND \($0.upper)" } ?? ""
        return "SELECT \(list) FROM \(name)\(condition) ORDER BY \(key.joined(separator: ", "))"
    }

    /// The rows in the order of their hashes, the hash being the last cell.
    func byHash() -> String {
        // By place: a column may be called like any alias.
        "SELECT \(list), UNHEX(\(ColumnExpression.rowHash(table))) FROM \(name) ORDER BY \(hashCell + 1)"
    }

    /// The rows in no order.
    func unordered() -> String { "SELECT \(list) FROM \(name)" }

    /// Where `byHash` has the hash.
    var hashCell: Int { columns.count + extras.count }

    /// The cell of a column; nil where it is not read.
    func cell(of column: Int) -> Int? { columns.firstIndex(of: column) }

    private var list: String {
        (columns.map { ColumnExpression.read(table.columns[$0]) } + extras).joined(separator: ", ")
    }

    private var name: String { quoted(table.tableName) }
}

/// An interval of the first column of a key, both ends included.
struct KeyRange: Sendable, Hashable {
    var lower: Int64
    var upper: Int64
}
