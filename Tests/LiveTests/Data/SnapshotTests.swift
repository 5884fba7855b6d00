import MySQLWire
import ReplicaKit
import ReplicaLab
import Synchronization
import Testing

extension DataSuites {
    @Suite("Snapshots at one position")
    struct SnapshotTests {
        private static let pair = Task { try await LivePair.fresh() }

        private static func session(_ server: LabServer) async throws -> MySQLConnection {
            try await MySQLConnection.connect(to: server.configuration)
        }

        @Test("of a source and its replica are equal while the source is written to")
        func pairUnderLoad() async throws {
            let pair = try await Self.pair.value
            let connector = MySQLServerConnector()
            let writer = try await Self.session(pair.source)
            for statement in [
                "CREATE DATABASE busy", "CREATE TABLE busy.t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(40))",
            ] {
                _ = try await writer.collect(sql: statement)
            }
            let isOver = Mutex(false)
            let load = Task {
                var count = 0
                while !isOver.withLock({ $0 }) {
                    _ = try await writer.collect(sql: "INSERT INTO busy.t (v) VALUES ('\(count)')")
                    if count.isMultiple(of: 3) {
                        _ = try await writer.collect(sql: "UPDATE busy.t SET v = 'x' ORDER BY id LIMIT 5")
                    }
                    count += 1
                }
                return count
            }
            var positions: Set<BinaryLogCoordinates> = []
            for _ in 0..<5 {
                let (source, replica) = try await ConsistentSnapshot.openPair(
                    source: pair.source.server,
                    replica: pair.replica.server,
                    connector: connector
                )
                positions.insert(source.coordinates)
                #expect(source.lockHeld < .seconds(2))
                // The load goes on, so this also sees that both views stand still.
                let report = try await DataComparator(options: .init(isExhaustive: true)).compare(source, replica)
                #expect(report.isIdentical, "\(report.tables)")
                #expect(report.source.coordinates == source.coordinates)
                await source.close()
                await replica.close()
            }
            isOver.withLock { $0 = true }
            #expect(try await load.value > 5)
            #expect(positions.count == 5)
            await writer.close()
        }

        @Test("are refused with a reason, and leave no lock behind")
        func refusals() async throws {
            let pair = try await Self.pair.value
            let connector = MySQLServerConnector()
            func code(_ source: LabServer, _ replica: LabServer, _ options: SnapshotOptions = .init()) async
                -> DataError.Code?
            {
                do {
                    _ = try await ConsistentSnapshot.openPair(
                        source: source.server,
                        replica: replica.server,
                        connector: connector,
                        options: options
                    )
                    return nil
                } catch { return error.code }
            }
            let other = try await Self.session(pair.source)
            let replica = try await Self.session(pair.replica)
            #expect(await code(pair.replica, pair.source) == .notItsReplica)

            _ = try await other.collect(sql: "CREATE DATABASE busy2")
            _ = try await other.collect(sql: "CREATE TABLE busy2.t (id INT)")
            _ = try await replica.collect(sql: "STOP REPLICA SQL_THREAD")
            #expect(await code(pair.source, pair.replica) == .replicaNotApplying)
            _ = try await replica.collect(sql: "START REPLICA SQL_THREAD")

            // A table that somebody holds keeps the lock away; writers go on between the attempts.
            _ = try await other.collect(sql: "LOCK TABLES busy2.t WRITE")
            let few = SnapshotOptions(attempts: 2, pauseBetweenAttempts: .milliseconds(10))
            #expect(await code(pair.source, pair.replica, few) == .lockNotGranted)
            _ = try await other.collect(sql: "UNLOCK TABLES")

            // The replica cannot apply: the wait before any lock ends.
            _ = try await replica.collect(sql: "LOCK TABLES busy2.t READ")
            _ = try await other.collect(sql: "INSERT INTO busy2.t VALUES (1)")
            #expect(await code(pair.source, pair.replica, .init(catchUpTimeout: .seconds(1))) == .replicaBehind)
            _ = try await replica.collect(sql: "UNLOCK TABLES")

            // A task that is cancelled while it holds the lock gives it back with its session.
            let task = Task {
                try await ConsistentSnapshot.open(on: pair.source.server, connector: SlowConnector())
            }
            try await Task.sleep(for: .milliseconds(300))
            task.cancel()
            _ = await task.result
            _ = try await other.collect(sql: "INSERT INTO busy2.t VALUES (2)", timeout: .seconds(2))
            await other.close()
            await replica.close()
        }
    }
}

/// Sessions that take long over opening the snapshot, so that a test can come between.
private struct SlowConnector: ServerConnector {
    func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        SlowSession(session: try await MySQLConnection.connect(to: server.configuration))
    }
}

private struct SlowSession: SQLSession {
    let session: MySQLConnection

    func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
        if sql.hasPrefix("START TRANSACTION"), (try? await Task.sleep(for: .seconds(10))) == nil {
            throw MySQLError(.cancelled, phase: .command, message: "the task was cancelled")
        }
        return try await session.collect(sql: sql, timeout: timeout)
    }

    func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
        try await session.query(sql: sql, timeout: timeout)
    }

    func close() async { await session.close() }
}
