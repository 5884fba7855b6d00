import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

extension OperationSuites {
    @Suite("Sessions that are idle for longer than the server allows")
    struct IdleSessionTests {
        /// Takes longer for a repair than the servers let a session be idle.
        struct Slow: DataReconciler {
            let inner: SnapshotReconciler

            func scan(_ old: Server, after anchor: BinaryLogCoordinates) async throws -> TailScan {
                try await inner.scan(old, after: anchor)
            }

            func keep(
                old: Server,
                new: Server,
                after anchor: BinaryLogCoordinates,
                recording: [String],
                note: @escaping @Sendable (String) -> Void
            ) async throws -> String {
                try await inner.keep(old: old, new: new, after: anchor, recording: recording, note: note)
            }

            func repair(
                old: Server,
                new: Server,
                savePath: String?,
                note: @escaping @Sendable (String) -> Void
            ) async throws -> DataRepair {
                try await Task.sleep(for: .milliseconds(2500))
                return try await inner.repair(old: old, new: new, savePath: savePath, note: note)
            }

            func compare(source: Server, replica: Server, note: @escaping @Sendable (String) -> Void) async throws
                -> ComparisonReport
            {
                try await inner.compare(source: source, replica: replica, note: note)
            }
        }

        @Test("A repair that takes longer than wait_timeout comes to its end, and leaves the server fenced")
        func slowRepair() async throws {
            let lab = try await OperationPair.fresh()
            try await lab.loseTransactionAndKillSource()
            let promoted = await lab.execute(PromoteOperation(candidate: lab.b.server))
            guard case .done = promoted else { throw Unexpected(promoted) }
            try await lab.a.start()
            for server in [lab.a, lab.b] { try await lab.run("SET GLOBAL wait_timeout = 1", on: server) }
            var environment = lab.environment()
            environment.reconciler = Slow(inner: SnapshotReconciler(connector: lab.connector))
            let rejoin = RejoinOperation(
                old: lab.a.server,
                new: lab.b.server,
                credentials: lab.credentials,
                lost: .discard
            )
            let outcome = await rejoin.prepare(in: environment).execute()
            let seen = try await lab.observe(lab.a)
            #expect(seen.offlineMode == false && seen.isFenced)
            guard case .done(let report) = outcome else { throw Unexpected(outcome) }
            #expect(report.comparison?.isIdentical == true)
            await lab.end()
        }

        @Test("The end of an idle session is told by its number")
        func idleTooLong() async throws {
            let pair = try await LivePair.shared()
            let session = try await MySQLConnection.connect(to: pair.source.configuration)
            _ = try await session.collect(sql: "SET SESSION wait_timeout = 1")
            try await Task.sleep(for: .milliseconds(2200))
            let error = await #expect(throws: MySQLError.self) { try await session.collect(sql: "SELECT 1") }
            #expect(error?.server?.number == 4031)
            await session.close()
        }
    }
}
