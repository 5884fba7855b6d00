internal import MySQLWire

/// Walks two streams that are ordered by key, side by side, in constant memory.
struct KeyedMerge: Sendable {
    /// A stream did not ascend in the order by which rows are compared here, so this way cannot be taken.
    struct OrderMismatch: Error {}

    let select: TableSelect
    let range: KeyRange?

    /// - Throws: ``OrderMismatch``; ``DataError``.
    func walk(
        _ source: DataSession,
        _ replica: DataSession,
        _ found: (RowPair) async throws -> Void
    ) async throws -> RowCounts {
        let sql = select.byKey(in: range)
        let purpose = "reading rows of \(select.table.database).\(select.table.name)"
        var left = try await RowCursor(sql, on: source, purpose: purpose)
        var right = try await RowCursor(sql, on: replica, purpose: purpose)
        do {
            try await walk(&left, &right, found)
        } catch let mismatch as OrderMismatch {
            // Both sessions are used again for the other way.
            try await left.drain()
            try await right.drain()
            throw mismatch
        }
        return RowCounts(source: left.count, replica: right.count)
    }

    private func walk(
        _ left: inout RowCursor,
        _ right: inout RowCursor,
        _ found: (RowPair) async throws -> Void
    ) async throws {
        let width = select.columns.count
        var sourceRow = try await left.next()
        var replicaRow = try await right.next()
        while true {
            switch (sourceRow, replicaRow) {
            case (let one?, let other?):
                let order = compare(one, other)
                if order == 0 {
                    if !one.hasSameCells(as: other, count: width) {
                        try await found(.changed(source: one, replica: other))
                    }
                    sourceRow = try await advance(&left, after: one)
                    replicaRow = try await advance(&right, after: other)
                } else if order < 0 {
                    try await found(.onlyOnSource(one, count: 1))
                    sourceRow = try await advance(&left, after: one)
                } else {
                    try await found(.onlyOnReplica(other, count: 1))
                    replicaRow = try await advance(&right, after: other)
                }
            case (let one?, nil):
                try await found(.onlyOnSource(one, count: 1))
                sourceRow = try await advance(&left, after: one)
            case (nil, let other?):
                try await found(.onlyOnReplica(other, count: 1))
                replicaRow = try await advance(&right, after: other)
            case (nil, nil):
                return
            }
        }
    }

    private func advance(_ cursor: inout RowCursor, after row: MySQLRow) async throws -> MySQLRow? {
        var following = cursor.nextInBatch()
        if following == nil { following = try await cursor.next() }
        guard let following else { return nil }
        guard compare(row, following) < 0 else { throw OrderMismatch() }
        return following
    }

    private func compare(_ left: MySQLRow, _ right: MySQLRow) -> Int {
        for part in select.order {
            let order = part.compare(left, right)
            if order != 0 { return order }
        }
        return 0
    }
}
