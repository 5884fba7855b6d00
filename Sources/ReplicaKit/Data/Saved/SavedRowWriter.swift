internal import MySQLWire

/// Makes INSERT statements of one table's rows.
struct SavedRowWriter {
    let select: TableSelect
    let decoder: RowDecoder
    private let literal: ReadableLiteral
    private let beginning: String
    private let cells: [(cell: Int, column: Int)]

    init(_ table: TableInfo) {
        let select = TableSelect(table)
        self.select = select
        decoder = RowDecoder(select)
        literal = ReadableLiteral(decoder: decoder)
        cells = table.writable.compactMap { column in select.cell(of: column).map { (cell: $0, column: column) } }
        let names = cells.map { quoted(table.columns[$0.column].name) }.joined(separator: ", ")
        beginning = "INSERT INTO \(quoted(table.tableName)) (\(names)) VALUES ("
    }

    func statement(_ row: MySQLRow) throws(DataError) -> String {
        var values: [String] = []
        for (cell, column) in cells { values.append(try literal.text(row.bytes(at: cell), column: column)) }
        return beginning + values.joined(separator: ", ") + ");"
    }
}
