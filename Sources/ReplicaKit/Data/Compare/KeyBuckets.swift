internal import MySQLWire

/// How a table is cut into parts by the integer that its key begins with.
struct KeyBuckets: Sendable, Hashable {
    var column: String
    var width: Int64

    /// About how many parts a table is cut into.
    private static let parts: Int64 = 1000
    /// The least number of key values in a part: reading fewer costs as much.
    private static let leastWidth: Int64 = 1024

    /// The same for both servers, from the least and the greatest key of either; nil where the key does not begin
    /// with an integer, where it goes beyond 63 bits, or where both tables are empty.
    static func choose(
        _ table: TableInfo,
        _ source: DataSession,
        _ replica: DataSession
    ) async throws(DataError) -> KeyBuckets? {
        guard let first = table.key.first, table.columns[first].kind == .integer,
            table.columns[first].dataType != "year"
        else { return nil }
        let column = table.columns[first].name
        let sql = """
            SELECT MIN(\(quoted(column))), MAX(\(quoted(column))) \
            FROM \(quoted(table.tableName))
            """
        let purpose = "reading the bounds of \(table.database).\(table.name)"
        let (left, right) = try await concurrently(
            { () async throws(DataError) in try await source.run(sql, purpose).firstRow },
            { () async throws(DataError) in try await replica.run(sql, purpose).firstRow }
        )
        var bounds: [Int64] = []
        for row in [left, right] {
            guard let row else { return nil }
            if row.isNull(at: 0) { continue }
            guard let low: Int64 = row.integer(at: 0), let high: Int64 = row.integer(at: 1) else { return nil }
            bounds += [low, high]
        }
        guard let low = bounds.min(), let high = bounds.max() else { return nil }
        let (span, overflow) = high.subtractingReportingOverflow(low)
        guard !overflow else { return nil }
        return KeyBuckets(column: column, width: max(leastWidth, span / parts))
    }

    /// The key values of buckets, neighbours joined.
    func ranges(of buckets: [Int64]) -> [KeyRange] {
        var ranges: [KeyRange] = []
        for bucket in buckets.sorted() {
            let range = self.range(of: bucket)
            if let last = ranges.last, last.upper == .max || last.upper + 1 >= range.lower {
                ranges[ranges.count - 1].upper = range.upper
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }

    /// DIV rounds towards zero, so bucket 0 reaches to both sides. A bound beyond 64 bits is where they end.
    private func range(of bucket: Int64) -> KeyRange {
        let (start, overflow) = bucket.multipliedReportingOverflow(by: width)
        let edge = overflow ? (bucket < 0 ? Int64.min : Int64.max) : start
        let below = edge.subtractingReportingOverflow(width - 1)
        let above = edge.addingReportingOverflow(width - 1)
        return KeyRange(
            lower: bucket > 0 ? edge : (below.overflow ? .min : below.partialValue),
            upper: bucket < 0 ? edge : (above.overflow ? .max : above.partialValue)
        )
    }
}
