internal import MySQLWire

/// The real one: consistent snapshots, comparison and repair of the data room.
public struct SnapshotReconciler: DataReconciler {
    private let connector: any ServerConnector

    public init(connector: any ServerConnector) {
        self.connector = connector
    }

    public func scan(_ old: Server, after anchor: BinaryLogCoordinates) async throws -> TailScan {
        let session = try await connector.connect(to: old)
        do {
            let scan = try await BinlogEventsScan(session: session).scan(after: anchor)
            await session.close()
            return await told(scan, old, anchor)
        } catch {
            await session.close()
            throw error
        }
    }

    /// The same with the lost rows in the summary, where the binary log can be read as a replica reads it.
    private func told(_ scan: TailScan, _ old: Server, _ anchor: BinaryLogCoordinates) async -> TailScan {
        guard case .lost(let count, let places, _) = scan else { return scan }
        do {
            let lost = try await LostTransactions.read(from: old, after: anchor, serverID: Self.readerID())
            let lines = lost.report.lines
            let rest = lines.count - Self.linesTold
            return .lost(
                count: count,
                summary: lines.prefix(Self.linesTold)
                    + (rest > 0 ? ["… and \(rest) more lines; --format json has all"] : []),
                report: lost.report
            )
        } catch {
            let more = count - places.count
            return .lost(
                count: count,
                summary: places + (more > 0 ? ["… and \(more) more transaction(s)"] : [])
                    + ["their rows are unknown: \(error)"],
                report: nil
            )
        }
    }

    private static let linesTold = 100

    public func keep(
        old: Server,
        new: Server,
        after anchor: BinaryLogCoordinates,
        recording: [String],
        note: @escaping @Sendable (String) -> Void
    ) async throws -> String {
        let lost = try await LostTransactions.read(from: old, after: anchor, serverID: Self.readerID())
        for line in lost.report.lines { note("keeping: \(line)") }
        // DDL ends a transaction, so what makes the journal's table comes before it.
        let outcome = try await LostKeeper().apply(
            lost,
            to: new,
            connector: connector,
            beforehand: recording.filter { AnchorTable.create.contains($0) },
            alongside: recording.filter { !AnchorTable.create.contains($0) }
        )
        switch outcome {
        case .applied(let changes):
            return "\(changes) row change(s) of \(lost.report.transactions.count) transaction(s) are on \(new.name)"
        case .conflicts(let conflicts):
            let first = conflicts.prefix(5).map(\.description).joined(separator: "; ")
            throw OperationError(
                .dataDiffers,
                server: new.name,
                "\(conflicts.count) of the lost changes contradict its rows, so none was applied: \(first)"
            )
        case .impossible(let reasons):
            throw OperationError(
                .precondition,
                server: new.name,
                "the lost transactions cannot be applied by themselves: \(reasons.prefix(5).joined(separator: "; "))"
            )
        }
    }

    /// A replication server id for reading a binary log: a second reader with the same one would end the first.
    private static func readerID() -> UInt32 { UInt32.random(in: 0x7000_0000...0x7FFF_FFFF) }

    /// What is about to go, and where it is kept.
    private static func lines(_ saved: SavedRows, of server: String) -> [String] {
        let rest = saved.untold > 0 ? ["… and \(saved.untold) more"] : []
        let place = saved.path.map { "saved in \($0)" } ?? "saved nowhere, as no journal is kept"
        return saved.first + rest + ["\(saved) of \(server) will be deleted or replaced; all of it is \(place)"]
    }

    public func repair(
        old: Server,
        new: Server,
        savePath: String?,
        note: @escaping @Sendable (String) -> Void
    ) async throws -> DataRepair {
        let truth = try await ConsistentSnapshot.open(on: new, connector: connector)
        do {
            let present = try await ConsistentSnapshot.open(on: old, connector: connector)
            let differences: ComparisonReport
            do {
                differences = try await DataComparator(options: comparison(note)).compare(truth, present)
                await present.close()
            } catch {
                await present.close()
                throw error
            }
            var repair = DataRepair(coordinates: truth.coordinates)
            if !differences.isIdentical {
                let options = RepairOptions(savePath: savePath) { event in
                    if let saved = event.saved { for line in Self.lines(saved, of: event.server) { note(line) } }
                    if let statement = event.statement { note("\(event.server): \(statement)") }
                }
                repair.report = try await DataRepairer(options: options)
                    .repair(target: old, from: truth, report: differences, connector: connector)
            }
            await truth.close()
            return repair
        } catch {
            await truth.close()
            throw error
        }
    }

    public func compare(
        source: Server,
        replica: Server,
        note: @escaping @Sendable (String) -> Void
    ) async throws -> ComparisonReport {
        let (left, right) = try await ConsistentSnapshot.openPair(
            source: source,
            replica: replica,
            connector: connector
        )
        do {
            let report = try await DataComparator(options: comparison(note)).compare(left, right)
            await left.close()
            await right.close()
            return report
        } catch {
            await left.close()
            await right.close()
            throw error
        }
    }

    private func comparison(_ note: @escaping @Sendable (String) -> Void) -> ComparisonOptions {
        ComparisonOptions(progress: {
            note("comparing \($0.database).\($0.table) (\($0.tablesDone + 1) of \($0.tablesTotal))")
        })
    }
}
