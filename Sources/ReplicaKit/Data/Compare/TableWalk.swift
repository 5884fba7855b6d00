internal import MySQLWire

/// Finds every row in which two tables of the same shape differ: hashes first, then only the parts that differ.
struct TableWalk: Sendable {
    let table: TableInfo
    let source: DataSession
    let replica: DataSession
    /// Reads every row and trusts no hash.
    var isExhaustive = false

    /// What the hashes say.
    struct Scope: Sendable {
        var counts: RowCounts
        /// The parts to read; empty where the tables are equal. A nil range is the whole table.
        var ranges: [KeyRange?]
    }

    func scope() async throws(DataError) -> Scope {
        guard !isExhaustive else { return Scope(counts: RowCounts(), ranges: [nil]) }
        let buckets = try await KeyBuckets.choose(table, source, replica)
        let (table, source, replica) = (table, source, replica)
        let (ours, theirs) = try await concurrently(
            { () async throws(DataError) in try await TableDigest.read(table, bucketing: buckets, from: source) },
            { () async throws(DataError) in try await TableDigest.read(table, bucketing: buckets, from: replica) }
        )
        let counts = RowCounts(source: ours.rowCount, replica: theirs.rowCount)
        guard ours.isUsable, theirs.isUsable else { return Scope(counts: counts, ranges: [nil]) }
        let different = ours.differences(from: theirs)
        guard !different.isEmpty else { return Scope(counts: counts, ranges: []) }
        guard let buckets else { return Scope(counts: counts, ranges: [nil]) }
        return Scope(counts: counts, ranges: buckets.ranges(of: different))
    }

    /// In which order both sides are read.
    enum Order: Sendable {
        case byKey, byHash
    }

    /// The order that is tried first.
    var preferredOrder: Order { table.key.isEmpty ? .byHash : .byKey }

    /// The order that surely works: for a key of characters, both sides are read once to see it.
    func certainOrder(_ scope: Scope) async throws(DataError) -> Order {
        guard preferredOrder == .byKey, table.key.contains(where: { table.columns[$0].kind == .text }) else {
            return preferredOrder
        }
        let counts = try await walk(scope, .byKey) { (_, _) async throws(DataError) in }
        return counts == nil ? .byHash : .byKey
    }

    /// Calls `found` for each difference.
    ///
    /// - Returns: how many rows were read; nil where the key turned out not to order rows as it does here, so that the
    ///   walk broke off and what it found counts for nothing: take ``Order/byHash``.
    func walk(
        _ scope: Scope,
        _ order: Order,
        found: (RowPair, TableSelect) async throws(DataError) -> Void
    ) async throws(DataError) -> RowCounts? {
        let select = TableSelect(table)
        do {
            guard order == .byKey else {
                return try await MultisetMerge(select: select).walk(source, replica) { try await found($0, select) }
            }
            var counts = RowCounts()
            for range in scope.ranges {
                let merge = KeyedMerge(select: select, range: range)
                counts = counts + (try await merge.walk(source, replica) { try await found($0, select) })
            }
            return counts
        } catch is KeyedMerge.OrderMismatch {
            return nil
        } catch let error as DataError {
            throw error
        } catch {
            throw DataError(.unexpectedAnswer, message: "the rows of \(table.name) cannot be walked")
        }
    }
}
