/// The prepared statements that a connection keeps: those that were used last, up to a number.
struct StatementCache: Sendable {
    /// A longer text is prepared for one use: most often it is a list of values that does not come again.
    private static let maximumText = 64 << 10

    /// Which statement: one that runs with a cursor is another than that of the same text without.
    struct Key: Hashable, Sendable {
        private let text: TextKey
        private let hasCursor: Bool

        init(_ sql: String, hasCursor: Bool = false) {
            text = TextKey(sql)
            self.hasCursor = hasCursor
        }
    }

    private let capacity: Int
    private var statements: [Key: (statement: MySQLStatement, use: UInt64)] = [:]
    private var uses: UInt64 = 0

    /// - Parameter capacity: 0 keeps none.
    init(capacity: Int) {
        self.capacity = max(0, capacity)
    }

    var isEmpty: Bool { statements.isEmpty }
    var count: Int { statements.count }

    mutating func statement(for key: Key) -> MySQLStatement? {
        guard let found = statements[key]?.statement else { return nil }
        uses &+= 1
        statements[key]?.use = uses
        return found
    }

    mutating func insert(_ statement: MySQLStatement, as key: Key) {
        guard capacity > 0, statement.sql.utf8.count <= Self.maximumText else { return }
        uses &+= 1
        statements[key] = (statement, uses)
        while statements.count > capacity, let oldest = statements.min(by: { $0.value.use < $1.value.use }) {
            statements[oldest.key] = nil
        }
    }

    mutating func remove(_ key: Key) { statements[key] = nil }
    mutating func removeAll() { statements.removeAll() }
}
