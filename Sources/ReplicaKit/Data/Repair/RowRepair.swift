internal import MySQLWire

/// Makes the rows of one table after the other equal.
///
/// What must go goes first, everywhere in the table; only then are rows inserted. So no row that is still to go can
/// hold a unique value that a new one needs.
struct RowRepair {
    let access: RepairAccess
    /// The snapshot.
    let source: DataSession
    /// Reads the target; it is not the session that writes.
    let reader: DataSession
    /// What there is on the target by now: triggers that are not wanted are gone, and stay so.
    let triggers: [SchemaObject]

    /// Repairs a table whose definition is equal on both sides.
    ///
    /// - Parameter difference: what the comparison found; a pass for which it found nothing is left out. Should it be
    ///   wrong, the next pass or the comparison afterwards finds out.
    func repair(_ table: TableInfo, _ difference: TableDifference) async throws(DataError) -> RepairReport.Table {
        let walk = TableWalk(table: table, source: source, replica: reader)
        let scope = try await walk.scope()
        var result = empty(table)
        guard !scope.ranges.isEmpty else { return result }
        let order = try await walk.certainOrder(scope)
        try await access.remove(triggers(of: table))
        if difference.onlyOnReplica == 0, difference.changed == 0 {
            // Nothing has to go.
        } else if table.key.isEmpty {
            guard try await deleteByContent(walk, scope, &result) else {
                let filled = try await refill(table)
                try await access.putTriggersBack()
                return filled
            }
        } else {
            try await deleteByKey(walk, scope, order, &result)
        }
        guard difference.onlyOnSource != 0 || difference.changed != 0 else {
            try await access.putTriggersBack()
            return result
        }
        let writer = RowWriter(access.session, TableSelect(table))
        _ = try await walk.walk(scope, order) { (pair, _) async throws(DataError) in
            switch pair {
            case .onlyOnSource(let row, let count): try await writer.insert(row, copies: count)
            case .onlyOnReplica, .changed: throw moved(table)
            }
        }
        try await writer.finish()
        result.inserted = writer.inserted - result.updated
        try await access.putTriggersBack()
        return result
    }

    /// Fills an empty table.
    func fill(_ table: TableInfo, isRecreated: Bool) async throws(DataError) -> RepairReport.Table {
        let select = TableSelect(table)
        let writer = RowWriter(access.session, select)
        let purpose = "reading rows of \(table.database).\(table.name)"
        // In the key's order, as the table is laid out.
        let sql = table.key.isEmpty ? select.unordered() : select.byKey(in: nil)
        var cursor = try await RowCursor(sql, on: source, purpose: purpose)
        while let row = try await cursor.next() { try await writer.insert(row, copies: 1) }
        try await writer.finish()
        var result = empty(table)
        result.isRecreated = isRecreated
        result.inserted = writer.inserted
        return result
    }

    private func deleteByKey(
        _ walk: TableWalk,
        _ scope: TableWalk.Scope,
        _ order: TableWalk.Order,
        _ result: inout RepairReport.Table
    ) async throws(DataError) {
        let writer = RowWriter(access.session, TableSelect(walk.table))
        var changed: UInt64 = 0
        _ = try await walk.walk(scope, order) { (pair, _) async throws(DataError) in
            switch pair {
            case .onlyOnSource: break
            case .onlyOnReplica(let row, _): try await writer.deleteByKey(row)
            case .changed(_, let row):
                changed += 1
                try await writer.deleteByKey(row)
            }
        }
        try await writer.finish()
        result.updated = changed
        result.deleted = writer.deleted - changed
    }

    /// - Returns: false where too many different rows have to go, and nothing was done.
    private func deleteByContent(
        _ walk: TableWalk,
        _ scope: TableWalk.Scope,
        _ result: inout RepairReport.Table
    ) async throws(DataError) -> Bool {
        let options = access.session.options
        let writer = RowWriter(access.session, TableSelect(walk.table))
        var deletions: [(sql: String, rows: UInt64)] = []
        var bytes = 0
        var isTooMuch = false
        _ = try await walk.walk(scope, .byHash) { (pair, _) async throws(DataError) in
            guard case .onlyOnReplica(let row, let count) = pair, !isTooMuch else { return }
            let deletion = try writer.deletionByContent(row, copies: count)
            bytes += deletion.sql.utf8.count
            isTooMuch = deletions.count >= options.keylessDeletes || bytes > 16 * options.batchBytes
            if isTooMuch { deletions = [] } else { deletions.append(deletion) }
        }
        guard !isTooMuch else { return false }
        try await writer.delete(deletions)
        result.deleted = writer.deleted
        return true
    }

    private func refill(_ table: TableInfo) async throws(DataError) -> RepairReport.Table {
        let writer = RowWriter(access.session, TableSelect(table))
        try await writer.deleteAll()
        var result = try await fill(table, isRecreated: false)
        result.isRefilled = true
        result.deleted = writer.deleted
        return result
    }

    private func triggers(of table: TableInfo) -> [SchemaObject] {
        triggers.filter { $0.table == table.tableName }
            .sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
    }

    private func moved(_ table: TableInfo) -> DataError {
        DataError(
            .unexpectedRowCount,
            server: reader.name,
            message:
                "rows of \(table.database).\(table.name) changed during the repair: the target does not stand still"
        )
    }

    private func empty(_ table: TableInfo) -> RepairReport.Table {
        RepairReport.Table(
            database: table.database,
            table: table.name,
            isRecreated: false,
            isRefilled: false,
            inserted: 0,
            deleted: 0,
            updated: 0
        )
    }
}
