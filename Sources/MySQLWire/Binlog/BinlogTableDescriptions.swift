/// The columns of a server's tables as they are now, for what its log does not tell: by default
/// (`binlog_row_metadata=MINIMAL`) it names no column.
///
/// They are of now, the log is of then: a table that was altered in between and has as many columns as before gets
/// wrong names. Where that matters, ``BinlogTransaction/statements`` show the ALTER.
public struct BinlogTableDescriptions: Sendable {
    /// Selects what ``init(_:)`` reads. The session needs a right to each table, or does not see it.
    public static let query = """
        SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, COLUMN_KEY, EXTRA FROM information_schema.COLUMNS \
        WHERE TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema', 'sys') \
        ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION
        """

    /// By their bytes: Swift takes names for equal that are two for a server (`é` in one character, or in two).
    private struct Name: Hashable {
        var schema: [UInt8]
        var table: [UInt8]

        init(schema: String, table: String) {
            self.schema = Array(schema.utf8)
            self.table = Array(table.utf8)
        }
    }

    private var tables: [Name: [BinlogColumnDescription]] = [:]

    /// - Parameter result: of ``query``.
    public init(_ result: MySQLResult) {
        for row in result.rows {
            let cells = row.strings.map { $0 ?? "" }
            guard cells.count == 6 else { continue }
            let type = cells[3]
            tables[Name(schema: cells[0], table: cells[1]), default: []].append(
                BinlogColumnDescription(
                    name: cells[2],
                    isUnsigned: type.split(separator: " ").dropFirst().contains("unsigned"),
                    isPrimaryKey: cells[4] == "PRI",
                    isGenerated: cells[5].contains("GENERATED") && !cells[5].contains("DEFAULT_GENERATED")
                        || cells[5].contains("VIRTUAL") || cells[5].contains("PERSISTENT"),
                    labels: type.hasPrefix("enum(") || type.hasPrefix("set(") ? Self.labels(type) : nil
                )
            )
        }
    }

    /// Nil for a table that is not described.
    public func columns(schema: String, table: String) -> [BinlogColumnDescription]? {
        tables[Name(schema: schema, table: table)]
    }

    /// The labels of `enum('a','it''s')`: in quotes, with a quote doubled.
    private static func labels(_ type: String) -> [[UInt8]] {
        let quote = UInt8(ascii: "'")
        var labels: [[UInt8]] = []
        var label: [UInt8]?
        var bytes = type.utf8.makeIterator()
        var next = bytes.next()
        while let byte = next {
            next = bytes.next()
            switch (label, byte == quote) {
            case (nil, true): label = []
            case (nil, false): break
            case (.some, false): label?.append(byte)
            case (.some, true) where next == quote:
                label?.append(quote)
                next = bytes.next()
            case (.some(let whole), true):
                labels.append(whole)
                label = nil
            }
        }
        return labels
    }
}
