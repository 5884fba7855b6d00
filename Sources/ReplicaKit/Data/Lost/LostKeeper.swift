internal import MySQLWire

/// Applies lost row changes to the new source, in their order, with a check of each row.
///
/// All of them go into ONE transaction: either the new source gets everything that was lost, or it stays as it is.
/// They are written to its binary log, so that its replicas get them too.
public struct LostKeeper: Sendable {
    public var timeout: Duration

    public init(timeout: Duration = .seconds(300)) {
        self.timeout = timeout
    }

    /// Applies `lost` to `target`.
    ///
    /// - Parameters:
    ///   - beforehand: statements that run before the transaction, once nothing speaks against it: DDL that `alongside`
    ///     needs, for DDL would end the transaction.
    ///   - alongside: statements that run inside the same transaction, at its end: a mark by which a repeated operation
    ///     sees that this was done.
    /// - Throws: ``DataError`` when a statement fails otherwise than by a conflict. With a fate of `maybeExecuted` on
    ///   the COMMIT, only the mark tells whether it was done.
    public func apply(
        _ lost: LostTransactions,
        to target: Server,
        connector: any ServerConnector,
        beforehand: [String] = [],
        alongside: [String] = []
    ) async throws(DataError) -> KeepOutcome {
        let data = try await DataSession.open(on: target, connector: connector, timeout: timeout)
        do {
            try await data.applyReadSettings(lockWaitSeconds: 10)
            let outcome = try await apply(lost, data, beforehand, alongside)
            await data.close()
            return outcome
        } catch {
            await data.close()
            throw error
        }
    }

    private func apply(
        _ lost: LostTransactions,
        _ data: DataSession,
        _ beforehand: [String],
        _ alongside: [String]
    ) async throws(DataError) -> KeepOutcome {
        let tables = try await SchemaReader(data: data).inventory()
        var obstacles = Self.obstacles(lost, tables)
        obstacles += try await cascades(lost, data)
        guard obstacles.isEmpty else { return .impossible(obstacles) }
        for statement in beforehand { try await data.run(statement, "preparing the mark of the lost changes") }
        try await data.run("START TRANSACTION", "applying lost changes")
        var conflicts: [KeepConflict] = []
        for change in lost.changes {
            guard let cells = change.cells else { continue }
            let applier = LostRowApplier(data: data, change: change, cells: cells)
            if let conflict = try await applier.apply() { conflicts.append(conflict) }
            // A list that nobody can read to its end helps nobody.
            if conflicts.count >= 1000 { break }
        }
        guard conflicts.isEmpty else {
            try await data.run("ROLLBACK", "rolling lost changes back")
            return .conflicts(conflicts)
        }
        for statement in alongside { try await data.run(statement, "marking the lost changes as applied") }
        try await data.run("COMMIT", "committing lost changes")
        return .applied(changes: lost.changes.count)
    }

    /// What cannot be applied by itself.
    private static func obstacles(_ lost: LostTransactions, _ present: SchemaInventory) -> [String] {
        var obstacles: [String] = []
        func add(_ text: String) {
            if !obstacles.contains(text) { obstacles.append(text) }
        }
        for transaction in lost.report.transactions {
            let place = "\(transaction.file):\(transaction.startPosition)"
            for statement in transaction.statements {
                add("the transaction at \(place) is a statement, which is not run again: \(statement.text.prefix(200))")
            }
            for gap in transaction.gaps { add("the transaction at \(place): \(gap)") }
        }
        for change in lost.changes {
            guard let table = change.cells?.table else { continue }
            let name = table.tableName
            if SchemaInventory.excludedDatabases.contains(table.database) {
                add("rows of \(table.database).\(table.name) are the server's own")
            } else if present.tables[name].map({ !$0.hasSameShape(as: table) }) ?? true {
                add("\(table.database).\(table.name) is missing on the new source, or has other columns there")
            } else if present.tables[name]?.isTransactional == false {
                add("\(table.database).\(table.name) cannot be rolled back: its engine is \(table.engine)")
            } else if present.objects.values.contains(where: {
                $0.id.kind == .trigger && $0.table == name
            }) {
                // What they did at the time is among the lost changes already.
                add("\(table.database).\(table.name) has triggers, which would fire a second time")
            }
        }
        return obstacles
    }

    /// Tables whose changes reach into others inside the storage engine.
    private func cascades(_ lost: LostTransactions, _ data: DataSession) async throws(DataError) -> [String] {
        let changed = Set(
            lost.changes.filter { $0.change.kind != .insert }.map {
                TableName(database: $0.change.database, name: $0.change.table)
            }
        )
        guard !changed.isEmpty else { return [] }
        let result = try await data.run(
            """
            SELECT UNIQUE_CONSTRAINT_SCHEMA AS d, REFERENCED_TABLE_NAME AS t \
            FROM information_schema.REFERENTIAL_CONSTRAINTS \
            WHERE DELETE_RULE IN ('CASCADE', 'SET NULL') OR UPDATE_RULE IN ('CASCADE', 'SET NULL')
            """,
            "looking for cascading foreign keys"
        )
        let parents = Set(result.rows.map { TableName(database: $0.string("d") ?? "", name: $0.string("t") ?? "") })
        return changed.intersection(parents).sorted().map {
            "\($0.database).\($0.name) has cascading foreign keys, whose effects cannot be told apart"
        }
    }
}
