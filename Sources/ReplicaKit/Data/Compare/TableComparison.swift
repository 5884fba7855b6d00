internal import MySQLWire

/// Compares one table after the other.
struct TableComparison: Sendable {
    let source: DataSession
    let replica: DataSession
    let options: ComparisonOptions

    /// What is said of one table.
    struct Outcome {
        var difference: TableDifference?
        var rowsCompared: UInt64 = 0
        var note: String?
    }

    func compare(
        _ name: TableName,
        _ ours: SchemaInventory,
        _ theirs: SchemaInventory
    ) async throws(DataError) -> Outcome {
        let id = SchemaObject.ID(kind: .table, database: name.database, name: name.name)
        switch (ours.tables[name], theirs.tables[name]) {
        case (let table?, nil):
            let count = try await rowCount(name, source)
            return Outcome(difference: missing(table, .onlyOnSource, count))
        case (nil, let table?):
            let count = try await rowCount(name, replica)
            return Outcome(difference: missing(table, .onlyOnReplica, count))
        case (let table?, let other?):
            let (left, right) = (ours.objects[id], theirs.objects[id])
            let definitions =
                left?.definition == right?.definition
                ? nil
                : TableDifference.Definitions(onSource: left?.comparable ?? "", onReplica: right?.comparable ?? "")
            guard table.hasSameShape(as: other) else {
                let (source, replica) = (source, replica)
                let counts = try await concurrently(
                    { () async throws(DataError) in try await rowCount(name, source) },
                    { () async throws(DataError) in try await rowCount(name, replica) }
                )
                var difference = empty(table, .both)
                difference.definitions = definitions
                difference.rowsCompared = false
                (difference.rowCountOnSource, difference.rowCountOnReplica) = counts
                difference.note = "rows were not compared: the columns or the key differ"
                return Outcome(difference: difference)
            }
            return try await rows(of: table, definitions)
        case (nil, nil):
            return Outcome()
        }
    }

    private func rows(
        of table: TableInfo,
        _ definitions: TableDifference.Definitions?
    ) async throws(DataError) -> Outcome {
        let walk = TableWalk(table: table, source: source, replica: replica, isExhaustive: options.isExhaustive)
        let scope = try await walk.scope()
        var difference = empty(table, .both)
        difference.definitions = definitions
        var counts = scope.counts
        if !scope.ranges.isEmpty {
            var collector = RowCollector(table, options)
            var read = try await walk.walk(scope, walk.preferredOrder) { (pair, _) async throws(DataError) in
                collector.add(pair)
            }
            if read == nil {
                collector = RowCollector(table, options)
                read = try await walk.walk(scope, .byHash) { (pair, _) async throws(DataError) in collector.add(pair) }
            }
            if options.isExhaustive, let read { counts = read }
            collector.fill(&difference)
        }
        let note =
            table.isTransactional
            ? nil : "\(table.database).\(table.name) is \(table.engine): read outside the snapshot, as it was later"
        for data in [source, replica] { try await data.releaseTables() }
        guard definitions != nil || difference.hasRowDifferences else {
            return Outcome(rowsCompared: counts.source, note: note)
        }
        (difference.rowCountOnSource, difference.rowCountOnReplica) = (counts.source, counts.replica)
        difference.note = note
        return Outcome(difference: difference, rowsCompared: counts.source, note: note)
    }

    private func rowCount(_ name: TableName, _ data: DataSession) async throws(DataError) -> UInt64 {
        let result = try await data.run("SELECT COUNT(*) FROM \(quoted(name))", "counting rows of \(name.name)")
        return result.firstRow?.integer(at: 0) ?? 0
    }

    private func missing(_ table: TableInfo, _ presence: Presence, _ count: UInt64) -> TableDifference {
        var difference = empty(table, presence)
        difference.rowsCompared = false
        if presence == .onlyOnSource {
            (difference.rowCountOnSource, difference.onlyOnSource) = (count, count)
        } else {
            (difference.rowCountOnReplica, difference.onlyOnReplica) = (count, count)
        }
        return difference
    }

    private func empty(_ table: TableInfo, _ presence: Presence) -> TableDifference {
        TableDifference(
            database: table.database,
            table: table.name,
            presence: presence,
            definitions: nil,
            rowsCompared: true,
            rowCountOnSource: nil,
            rowCountOnReplica: nil,
            onlyOnSource: 0,
            onlyOnReplica: 0,
            changed: 0,
            rows: [],
            key: table.key.map { table.columns[$0].name },
            note: nil
        )
    }
}
