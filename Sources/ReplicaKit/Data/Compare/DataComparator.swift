internal import MySQLWire

/// Compares the user data of two servers: databases, definitions and every row, exactly.
///
/// Values are compared by their bytes in the column's own character set, so that what a collation takes for equal
/// (`a` and `A`) is still told apart. Neither side is written to.
public struct DataComparator: Sendable {
    public var options: ComparisonOptions

    public init(options: ComparisonOptions = ComparisonOptions()) {
        self.options = options
    }

    /// Compares two snapshots; take them with ``ConsistentSnapshot/openPair(source:replica:connector:options:)`` where
    /// one replicates from the other, so that both show one position.
    ///
    /// - Throws: ``DataError/Code/definitionChanged`` when somebody changes a definition meanwhile: take new snapshots.
    public func compare(
        _ source: ConsistentSnapshot,
        _ replica: ConsistentSnapshot
    ) async throws(DataError) -> ComparisonReport {
        var report = try await compare(source.data, replica.data)
        report.source.coordinates = source.coordinates
        report.replica.coordinates = replica.coordinates
        return report
    }

    /// Compares two sessions that were prepared by the caller: inside a snapshot each, or on servers that stand still.
    package func compare(
        _ source: any SQLSession,
        named sourceName: String,
        _ replica: any SQLSession,
        named replicaName: String,
        timeout: Duration
    ) async throws(DataError) -> ComparisonReport {
        try await compare(
            DataSession(name: sourceName, session: source, timeout: timeout),
            DataSession(name: replicaName, session: replica, timeout: timeout)
        )
    }

    func compare(_ source: DataSession, _ replica: DataSession) async throws(DataError) -> ComparisonReport {
        let began = ContinuousClock.now
        let (ours, theirs) = try await concurrently(
            { () async throws(DataError) in try await SchemaReader(data: source).inventory() },
            { () async throws(DataError) in try await SchemaReader(data: replica).inventory() }
        )
        var report = ComparisonReport(
            source: .init(server: source.name, coordinates: nil),
            replica: .init(server: replica.name, coordinates: nil),
            isIdentical: false,
            databasesCompared: Set((ours.objects(of: .database) + theirs.objects(of: .database)).map(\.id)).count,
            tablesCompared: 0,
            rowsCompared: 0,
            objects: SchemaDifference.objects(ours, theirs),
            tables: [],
            notCompared: SchemaInventory.notCompared,
            seconds: 0
        )
        let names = Set(ours.tables.keys).union(theirs.tables.keys).sorted()
        let comparison = TableComparison(source: source, replica: replica, options: options)
        for data in [source, replica] { try await data.markBeforeTables() }
        for (index, name) in names.enumerated() {
            options.progress?(
                ComparisonProgress(
                    database: name.database,
                    table: name.name,
                    tablesDone: index,
                    tablesTotal: names.count
                )
            )
            let result = try await comparison.compare(name, ours, theirs)
            report.tablesCompared += 1
            report.rowsCompared &+= result.rowsCompared
            if let difference = result.difference { report.tables.append(difference) }
            if let note = result.note { report.notCompared.append(note) }
        }
        report.isIdentical = report.objects.isEmpty && report.tables.isEmpty
        report.seconds = began.duration(to: .now) / .seconds(1)
        return report
    }
}
