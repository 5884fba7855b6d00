internal import MySQLWire

/// Walks two streams that are ordered by the hash of the whole row: for tables without a key, where a row may occur
/// several times. Memory is constant, however many copies there are.
struct MultisetMerge: Sendable {
    let select: TableSelect

    func walk(
        _ source: DataSession,
        _ replica: DataSession,
        _ found: (RowPair) async throws -> Void
    ) async throws -> RowCounts {
        let sql = select.byHash()
        let purpose = "reading rows of \(select.table.database).\(select.table.name)"
        var left = GroupCursor(try await RowCursor(sql, on: source, purpose: purpose), select)
        var right = GroupCursor(try await RowCursor(sql, on: replica, purpose: purpose), select)
        var one = try await left.next()
        var other = try await right.next()
        while true {
            switch (one, other) {
            case (let ours?, let theirs?):
                let order = ours.compareHash(theirs, cell: select.hashCell)
                if order == 0 {
                    guard ours.row.hasSameCells(as: theirs.row, count: select.columns.count) else { throw collision() }
                    if ours.count > theirs.count {
                        try await found(.onlyOnSource(ours.row, count: ours.count - theirs.count))
                    } else if theirs.count > ours.count {
                        try await found(.onlyOnReplica(theirs.row, count: theirs.count - ours.count))
                    }
                    one = try await left.next()
                    other = try await right.next()
                } else if order < 0 {
                    try await found(.onlyOnSource(ours.row, count: ours.count))
                    one = try await left.next()
                } else {
                    try await found(.onlyOnReplica(theirs.row, count: theirs.count))
                    other = try await right.next()
                }
            case (let ours?, nil):
                try await found(.onlyOnSource(ours.row, count: ours.count))
                one = try await left.next()
            case (nil, let theirs?):
                try await found(.onlyOnReplica(theirs.row, count: theirs.count))
                other = try await right.next()
            case (nil, nil):
                return RowCounts(source: left.rowCount, replica: right.rowCount)
            }
        }
    }

    private func collision() -> DataError {
        DataError(.unexpectedAnswer, message: "two different rows of \(select.table.name) have one SHA-256")
    }
}

/// Equal rows that follow each other, as one.
private struct GroupCursor {
    struct Group {
        var row: MySQLRow
        var count: UInt64

        func compareHash(_ other: Group, cell: Int) -> Int {
            KeyOrder(cell: cell, rule: .bytes).compare(row, other.row)
        }
    }

    private var cursor: RowCursor
    private let select: TableSelect
    private var ahead: MySQLRow?
    private var hasStarted = false

    init(_ cursor: RowCursor, _ select: TableSelect) {
        self.cursor = cursor
        self.select = select
    }

    var rowCount: UInt64 { cursor.count }

    mutating func next() async throws(DataError) -> Group? {
        if !hasStarted {
            hasStarted = true
            ahead = try await cursor.next()
        }
        guard let first = ahead else { return nil }
        guard !first.isNull(at: select.hashCell) else {
            throw DataError(
                .unexpectedAnswer,
                message: "a row of \(select.table.name) is too long to be hashed: raise max_allowed_packet"
            )
        }
        var count: UInt64 = 0
        var following: MySQLRow? = first
        // The hash is the last cell: the same hash and other content cannot be told from a new group otherwise.
        while let row = following, row.hasSameCells(as: first, count: select.hashCell + 1) {
            count += 1
            following = try await cursor.next()
        }
        ahead = following
        return Group(row: first, count: count)
    }
}
