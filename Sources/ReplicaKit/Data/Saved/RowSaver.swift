internal import MySQLWire

/// Writes down, to the last row, what a repair is about to delete or replace on its target. Memory is constant.
struct RowSaver {
    /// The snapshot that the target is made equal to.
    let source: DataSession
    /// Reads the target, which stands still.
    let target: DataSession
    let wanted: SchemaInventory
    let present: SchemaInventory
    let report: ComparisonReport

    /// - Parameter path: nil counts only, and tells the first rows.
    /// - Throws: ``DataError/Code/cannotBeSaved``; ``DataError/Code/unexpectedRowCount`` where the target does not
    ///   hold what the comparison found.
    func save(to path: String?) async throws(DataError) -> SavedRows {
        let script = SavedScript(path: path, target: target.name, source: source.name)
        for object in present.objects(of: .database) { try define(object, script) }
        for name in present.tables.keys.sorted() { try await save(name, script) }
        for kind in SchemaObjectKind.allCases where kind != .database && kind != .table {
            for object in present.objects(of: kind) { try define(object, script) }
        }
        return try script.finish()
    }

    private func define(_ object: SchemaObject, _ script: SavedScript) throws(DataError) {
        let other = wanted.objects[object.id]
        if other?.definition != object.definition { try script.add(object, isReplaced: other != nil) }
    }

    private func save(_ name: TableName, _ script: SavedScript) async throws(DataError) {
        guard let table = present.tables[name] else { return }
        if let object = present.objects[.init(kind: .table, database: name.database, name: name.name)] {
            try define(object, script)
        }
        let difference = report.tables.first { TableName(database: $0.database, name: $0.table) == name }
        // Rows of a table that is made anew, but could be compared, come back where they are equal.
        if let other = wanted.tables[name], table.hasSameShape(as: other) {
            guard let difference, difference.onlyOnReplica != 0 || difference.changed != 0 else { return }
            try await saveDifferent(table, difference, script)
            try await source.releaseTables()
        } else {
            try await saveAll(table, difference, script)
        }
    }

    private func saveAll(
        _ table: TableInfo,
        _ difference: TableDifference?,
        _ script: SavedScript
    ) async throws(DataError) {
        let writer = SavedRowWriter(table)
        let purpose = "saving rows of \(table.database).\(table.name)"
        let sql = table.key.isEmpty ? writer.select.unordered() : writer.select.byKey(in: nil)
        var cursor = try await RowCursor(sql, on: target, purpose: purpose)
        var row = try await cursor.next()
        if row != nil { try script.begin(table, "all its rows, for the table goes or is made anew") }
        while let next = row {
            try script.add(next, copies: 1, writer, isReplaced: false)
            row = try await cursor.next()
        }
        if table.isTransactional, let expected = difference?.rowCountOnReplica, expected != cursor.count {
            throw moved(table)
        }
    }

    private func saveDifferent(
        _ table: TableInfo,
        _ difference: TableDifference,
        _ script: SavedScript
    ) async throws(DataError) {
        try script.begin(table, "rows that only \(target.name) has, or has otherwise under the same key")
        let writer = SavedRowWriter(table)
        let walk = TableWalk(table: table, source: source, replica: target)
        let scope = try await walk.scope()
        var count: UInt64 = 0
        _ = try await walk.walk(scope, try await walk.certainOrder(scope)) { (pair, _) async throws(DataError) in
            switch pair {
            case .onlyOnSource: break
            case .onlyOnReplica(let row, let copies):
                count &+= copies
                try script.add(row, copies: copies, writer, isReplaced: false)
            case .changed(_, let row):
                count &+= 1
                try script.add(row, copies: 1, writer, isReplaced: true)
            }
        }
        // Others than InnoDB's tables may have changed on the source meanwhile.
        guard count == difference.onlyOnReplica &+ difference.changed || !table.isTransactional else {
            throw moved(table)
        }
    }

    private func moved(_ table: TableInfo) -> DataError {
        DataError(
            .unexpectedRowCount,
            server: target.name,
            message: "rows of \(table.database).\(table.name) changed since they were compared: it does not stand still"
        )
    }
}
