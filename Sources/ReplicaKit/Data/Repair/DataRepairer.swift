internal import MySQLWire

/// Makes a server's user data equal to a snapshot of another: databases, definitions and rows.
///
/// What it deletes, replaces or drops is told first, and written to a file where ``RepairOptions/savePath`` names one.
/// Nothing of it reaches the target's binary log. Only what differs is written. Every statement that touches rows must
/// touch exactly the number it has to, otherwise its transaction is rolled back and the repair stops with an error.
/// A repair that was interrupted is simply run again. It does not claim equality: compare afterwards.
///
/// The target must stand still: fenced, and not replicating.
public struct DataRepairer: Sendable {
    public var options: RepairOptions

    public init(options: RepairOptions = RepairOptions()) {
        self.options = options
    }

    /// Repairs `target`.
    ///
    /// - Parameters:
    ///   - snapshot: what the target is made equal to.
    ///   - report: the comparison that says where to look, with the target as its replica side. Rows are looked up
    ///     anew; tables that it calls equal are not.
    /// - Throws: ``DataError``; what was committed by then stays, and is told by the events.
    public func repair(
        target: Server,
        from snapshot: ConsistentSnapshot,
        report: ComparisonReport,
        connector: any ServerConnector
    ) async throws(DataError) -> RepairReport {
        let began = ContinuousClock.now
        let session = try await RepairSession.open(on: target, connector: connector, options: options)
        let access = RepairAccess(target: target, connector: connector, session: session)
        do {
            let (tables, saved) = try await repair(access, from: snapshot, report)
            try await access.restore()
            await session.data.close()
            return RepairReport(
                server: target.name,
                source: snapshot.server.name,
                coordinates: snapshot.coordinates,
                tables: tables,
                saved: saved,
                statements: session.statements,
                seconds: began.duration(to: .now) / .seconds(1)
            )
        } catch {
            // Also when this task was cancelled: what was taken away for the repair has to come back.
            let failure = await access.restoreAfterFailure()
            await session.data.close()
            guard let failure else { throw error }
            var both = error
            both.message += "; and what was taken away for the repair could not be put back: \(failure)"
            throw both
        }
    }

    private func repair(
        _ access: RepairAccess,
        from snapshot: ConsistentSnapshot,
        _ report: ComparisonReport
    ) async throws(DataError) -> ([RepairReport.Table], SavedRows) {
        let reader = try await DataSession.open(
            on: access.target,
            connector: access.connector,
            timeout: options.statementTimeout
        )
        do {
            try await reader.applyReadSettings(lockWaitSeconds: options.lockWaitSeconds)
            let source = snapshot.data
            try await source.markBeforeTables()
            let (ours, theirs) = try await concurrently(
                { () async throws(DataError) in try await SchemaReader(data: source).inventory() },
                { () async throws(DataError) in try await SchemaReader(data: reader).inventory() }
            )
            let schema = SchemaRepair(session: access.session, wanted: ours, present: theirs)
            try schema.check()
            let saver = RowSaver(source: source, target: reader, wanted: ours, present: theirs, report: report)
            let saved = try await saver.save(to: options.savePath)
            if !saved.isEmpty { try await access.session.announce(.rowsSaved(saved, on: access.target.name)) }
            try await access.liftSuperReadOnly(reader)
            let recreated = try await schema.clear()
            try await schema.createTables(recreated)
            let rows = RowRepair(access: access, source: source, reader: reader, triggers: schema.keptTriggers)
            var tables: [RepairReport.Table] = []
            for name in recreated.sorted() {
                guard let table = ours.tables[name] else { continue }
                tables.append(try await rows.fill(table, isRecreated: true))
                try await source.releaseTables()
            }
            for difference in report.tables where difference.hasRowDifferences {
                let name = TableName(database: difference.database, name: difference.table)
                guard !recreated.contains(name), let table = ours.tables[name], theirs.tables[name] != nil else {
                    continue
                }
                tables.append(try await rows.repair(table, difference))
                try await source.releaseTables()
            }
            try await schema.createObjects(present: try await SchemaReader(data: reader).inventory())
            await reader.close()
            return (tables, saved)
        } catch {
            await reader.close()
            throw error
        }
    }
}
