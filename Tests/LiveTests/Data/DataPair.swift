import MySQLWire
import ReplicaKit
import ReplicaLab

/// Two servers for tests of data: `left` plays the source, `right` the target. They do not replicate, so that a test
/// can make them differ as it likes. Shared by the suites here, which run one test after the other.
struct DataPair: Sendable {
    let left: LabServer
    let right: LabServer

    private static let sharedTask = Task {
        let lab = try await LiveServers.openLab()
        // Nothing here crashes a server, so no statement has to wait for the disk.
        let quick = ["sync_binlog": "0", "innodb_flush_log_at_trx_commit": "0", "innodb_doublewrite": "OFF"]
        async let left = lab.startServer("left", serverID: 11, settings: quick)
        async let right = lab.startServer("right", serverID: 12, settings: quick)
        return try await DataPair(left: left, right: right)
    }

    /// The shared pair, without any user database.
    static func empty() async throws -> DataPair {
        let pair = try await sharedTask.value
        for server in [pair.left, pair.right] {
            let session = try await MySQLConnection.connect(to: server.configuration)
            let names = try await session.collect(
                sql: """
                    SELECT SCHEMA_NAME FROM information_schema.SCHEMATA \
                    WHERE SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
                    """
            )
            for row in names.rows {
                _ = try await session.collect(sql: "DROP DATABASE \(SQLText.identifier(row.string(at: 0) ?? ""))")
            }
            await session.close()
        }
        return pair
    }

    /// Runs statements on one server, in one session.
    static func run(on server: LabServer, _ statements: [String]) async throws {
        let session = try await MySQLConnection.connect(to: server.configuration)
        for statement in statements { _ = try await session.collect(sql: statement) }
        await session.close()
    }

    func onBoth(_ statements: [String]) async throws {
        try await Self.run(on: left, statements)
        try await Self.run(on: right, statements)
    }

    func compare(_ options: ComparisonOptions = ComparisonOptions()) async throws -> ComparisonReport {
        let connector = MySQLServerConnector()
        let source = try await ConsistentSnapshot.open(on: left.server, connector: connector)
        let replica = try await ConsistentSnapshot.open(on: right.server, connector: connector)
        do {
            let report = try await DataComparator(options: options).compare(source, replica)
            await source.close()
            await replica.close()
            return report
        } catch {
            await source.close()
            await replica.close()
            throw error
        }
    }
}

extension DataPair {
    /// Compares, repairs `right` from `left`'s snapshot, and compares again.
    @discardableResult
    func repair(
        _ options: RepairOptions = RepairOptions(),
        isExhaustive: Bool = true
    ) async throws -> (before: ComparisonReport, repair: RepairReport, after: ComparisonReport) {
        let connector = MySQLServerConnector()
        let source = try await ConsistentSnapshot.open(on: left.server, connector: connector)
        do {
            let replica = try await ConsistentSnapshot.open(on: right.server, connector: connector)
            let before: ComparisonReport
            do {
                before = try await DataComparator().compare(source, replica)
                await replica.close()
            } catch {
                await replica.close()
                throw error
            }
            let report = try await DataRepairer(options: options)
                .repair(target: right.server, from: source, report: before, connector: connector)
            await source.close()
            return (before, report, try await compare(ComparisonOptions(isExhaustive: isExhaustive)))
        } catch {
            await source.close()
            throw error
        }
    }
}
