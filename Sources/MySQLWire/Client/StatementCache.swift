/// The prepared statements that a connection keeps: those that were used last, up to a number.
struct StatementCache: Sendable {
    /// A longer text is prepared for one use: most often it is a list of values that does not come again.
    private static let maximumText = 64 << 10

    private let capacity: Int
    private var statements: [TextKey: (statement: MySQLStatement, use: UInt64)] = [:]
    private var uses: UInt64 = 0

    /// - Parameter capacity: 0 keeps none.
    init(capacity: Int) {
        self.capacity = max(0, capacity)
    }

    var isEmpty: Bool { statements.isEmpty }
    var count: Int { statements.count }

    mutating func statement(for sql: String) -> MySQLStatement? {
        let key = TextKey(sql)
        guard let found = statements[key]?.statement else { return nil }
        uses &+= 1
        statements[key]?.use = uses
        return found
    }

    /// - Parameter key: the text, unless there is a second statement of it.
    mutating func insert(_ statement: MySQLStatement, as key: String) {
        guard capacity > 0, statement.sql.utf8.count <= Self.maximumText else { return }
        uses &+= 1
        statements[TextKey(key)] = (statement, uses)
        while statements.count > capacity, let oldest = statements.min(by: { $0.value.use < $1.value.use }) {
            statements[oldest.key] = nil
        }
    }

    mutating func remove(_ sql: String) { statements[TextKey(sql)] = nil }
    mutating func removeAll() { statements.removeAll() }
}
