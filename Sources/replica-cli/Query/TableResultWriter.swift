import MySQLWire

/// Tables. The widths come from the first rows; later cells that are wider stand out, and memory stays bounded.
struct TableResultWriter: ResultWriter {
    let sink: ByteSink
    let terminal: Terminal
    private static let sampleRows = 1_000
    private var table = TextTable(columns: [])
    private var widths: [Int] = []
    private var isOpen = false

    init(sink: ByteSink, terminal: Terminal) {
        self.sink = sink
        self.terminal = terminal
    }

    mutating func begin(_ columns: MySQLColumns) throws {
        table = TextTable(
            columns: columns.definitions.map {
                TextTable.Column(title: $0.name, alignment: $0.type.isNumber ? .right : .left)
            }
        )
        isOpen = false
    }

    mutating func write(_ batch: MySQLRowBatch) throws {
        for row in batch {
            table.rows.append((0..<row.count).map { Self.cell(row, $0) })
            if table.rows.count >= Self.sampleRows { try emit() }
        }
    }

    mutating func end(_ completion: MySQLCompletion?) throws {
        if !table.columns.isEmpty {
            try emit()
            try sink.write(TextTable.rule(widths))
        } else if let completion, completion.affectedRows > 0 {
            StandardError.line("\(Figures.count(completion.affectedRows, "row")) affected")
        }
        try sink.flush()
    }

    func flush() throws { try sink.flush() }
    func finish() throws { try sink.flush() }

    private mutating func emit() throws {
        if !isOpen {
            widths = terminal.width.map { TextTable.fitted(table.naturalWidths, into: $0) } ?? table.naturalWidths
            isOpen = true
            let titles = table.columns.map { TextTable.Cell($0.title, style: .strong) }
            try sink.write(TextTable.rule(widths) + table.line(titles, widths, terminal) + TextTable.rule(widths))
        }
        for row in table.rows { try sink.write(table.line(row, widths, terminal)) }
        table.rows.removeAll(keepingCapacity: true)
    }

    private static func cell(_ row: MySQLRow, _ index: Int) -> TextTable.Cell {
        guard let bytes = row.bytes(at: index) else { return TextTable.Cell("NULL", style: .faint) }
        if let text = String(validating: bytes, as: UTF8.self) { return TextTable.Cell(text) }
        return TextTable.Cell(BinaryText.hexadecimal(bytes))
    }
}
