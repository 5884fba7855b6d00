internal import MySQLWire

/// Goes through the rows of a stream one by one, holding one batch.
struct RowCursor {
    private let data: DataSession
    private let purpose: String
    private var iterator: MySQLRows.AsyncIterator
    private var batch: MySQLRowBatch?
    private var index = 0
    /// How many rows were handed out.
    private(set) var count: UInt64 = 0

    init(_ sql: String, on data: DataSession, purpose: String) async throws(DataError) {
        self.data = data
        self.purpose = purpose
        iterator = try await data.stream(sql, purpose).makeAsyncIterator()
    }

    /// The next row, where it is already here; most are, and need no await.
    mutating func nextInBatch() -> MySQLRow? {
        guard let batch, index < batch.count else { return nil }
        defer {
            index += 1
            count &+= 1
        }
        return batch[index]
    }

    /// The next row; nil at the end.
    mutating func next() async throws(DataError) -> MySQLRow? {
        while true {
            if let row = nextInBatch() { return row }
            do {
                batch = try await iterator.next()
            } catch {
                throw data.dataError(error, purpose)
            }
            index = 0
            if batch == nil { return nil }
        }
    }

    /// Reads what is left, so that the session can be used for something else.
    mutating func drain() async throws(DataError) {
        while try await next() != nil {}
    }
}
