internal import MySQLWire

/// A table's rows in a few numbers, made by the server.
///
/// Per bucket of the key: how many rows, and the sum of 64 bits of each row's SHA-256. A sum, so that duplicates
/// count (an XOR would let pairs of them vanish), and order does not. What is equal is not read again; what differs
/// is read row by row.
struct TableDigest: Sendable, Equatable {
    struct Bucket: Sendable, Equatable {
        var count: UInt64
        /// A decimal of up to 65 digits.
        var sum: String
    }

    /// By bucket number; a table that has no buckets has number 0 alone.
    var buckets: [Int64: Bucket]

    var rowCount: UInt64 { buckets.values.reduce(0) { $0 &+ $1.count } }

    /// False where a row could not be hashed: then the digest says nothing.
    var isUsable: Bool { buckets.values.allSatisfy { $0.sum.utf8.count < 40 } }

    /// - Parameter bucketing: nil for one bucket.
    static func read(
        _ table: TableInfo,
        bucketing: KeyBuckets?,
        from data: DataSession
    ) async throws(DataError) -> TableDigest {
        let name = quoted(table.tableName)
        // 10^40 in place of NULL, which a sum would pass over.
        let hash = """
            IFNULL(CAST(CONV(LEFT(\(ColumnExpression.rowHash(table)), 16), 16, 10) AS UNSIGNED), \
            10000000000000000000000000000000000000000)
            """
        let bucket = bucketing.map { "\(quoted($0.column)) DIV \($0.width)" } ?? "0"
        // By place, not by name: GROUP BY takes a name for a column of the table before it takes it for an alias.
        let result = try await data.run(
            """
            SELECT \(bucket), COUNT(*), IFNULL(SUM(\(hash)), 0) FROM \(name)\(bucketing == nil ? "" : " GROUP BY 1")
            """,
            "hashing \(table.database).\(table.name)"
        )
        var buckets: [Int64: Bucket] = [:]
        for row in result.rows {
            guard let number: Int64 = row.integer(at: 0), let count: UInt64 = row.integer(at: 1),
                let sum = row.string(at: 2)
            else { throw Self.unexpected("a hash of it does not read", table, data) }
            guard buckets.updateValue(Bucket(count: count, sum: sum), forKey: number) == nil else {
                throw Self.unexpected("two of its hashes are for one part", table, data)
            }
        }
        let digest = TableDigest(buckets: buckets)
        try await digest.checkCount(table, data)
        return digest
    }

    /// Whether every row went into a bucket: rows that the digest knows nothing of would count as equal.
    private func checkCount(_ table: TableInfo, _ data: DataSession) async throws(DataError) {
        // Others than InnoDB's tables do not stand still between the two statements.
        guard table.isTransactional else { return }
        let result = try await data.run(
            "SELECT COUNT(*) FROM \(quoted(table.tableName))",
            "counting rows of \(table.database).\(table.name)"
        )
        guard let count: UInt64 = result.firstRow?.integer(at: 0), count == rowCount else {
            throw Self.unexpected("its hashes are not of all its rows", table, data)
        }
    }

    private static func unexpected(_ what: String, _ table: TableInfo, _ data: DataSession) -> DataError {
        DataError(.unexpectedAnswer, server: data.name, message: "\(table.database).\(table.name): \(what)")
    }

    /// The bucket numbers that differ, ascending.
    func differences(from other: TableDigest) -> [Int64] {
        Set(buckets.keys).union(other.buckets.keys)
            .filter { buckets[$0] != other.buckets[$0] }
            .sorted()
    }
}
