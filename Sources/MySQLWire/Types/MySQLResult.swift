internal import NIOCore

/// A whole result in memory: made by the calls named `collect`, and by tests.
public struct MySQLResult: Sendable {
    /// Empty for a statement that returns no rows.
    public var columns: MySQLColumns
    /// The rows as they arrived.
    public var batches: [MySQLRowBatch]
    /// What the server said at the end.
    public var completion: MySQLCompletion

    /// From what a stream brought.
    public init(columns: MySQLColumns, batches: [MySQLRowBatch], completion: MySQLCompletion) {
        self.columns = columns
        self.batches = batches
        self.completion = completion
    }

    /// A result made of texts, for simulations and tests.
    public init(columns names: [String], rows: [[String?]], completion: MySQLCompletion = .init()) {
        let columns = MySQLColumns(names.map { ColumnDefinition(name: $0) })
        var storage = ByteBuffer()
        var cells: [MySQLRowBatch.Cell] = []
        for row in rows {
            for index in columns.indices {
                guard index < row.count, let text = row[index] else {
                    cells.append(.init(offset: 0, length: MySQLRowBatch.Cell.null))
                    continue
                }
                let offset = storage.readableBytes
                storage.writeString(text)
                cells.append(.init(offset: UInt32(offset), length: UInt32(storage.readableBytes - offset)))
            }
        }
        let batch = MySQLRowBatch(columns: columns, count: rows.count, storage: storage, cells: cells)
        self.init(columns: columns, batches: rows.isEmpty ? [] : [batch], completion: completion)
    }

    /// All of them, as an array: made at each call.
    public var rows: [MySQLRow] { batches.flatMap { $0 } }
    /// How many rows there are.
    public var rowCount: Int { batches.reduce(0) { $0 + $1.count } }
    /// Nil where there is none.
    public var firstRow: MySQLRow? { batches.first { $0.count > 0 }?.first }
    /// The first cell of the first row, as text.
    public var scalar: String? { firstRow?.string(at: 0) }
}
