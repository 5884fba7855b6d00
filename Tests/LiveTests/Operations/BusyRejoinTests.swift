import MySQLWire
import ReplicaKit
import ReplicaLab
import Synchronization
import Testing

extension OperationSuites {
    @Suite("A rejoin while clients write on the new source")
    struct BusyRejoinTests {
        /// Inserts rows one after the other, and counts those that were acknowledged.
        private final class Writer: Sendable {
            private struct State {
                var acknowledged = 0
                var isStopped = false
            }

            private let state = Mutex(State())
            private let task = Mutex<Task<Void, any Error>?>(nil)

            init(_ name: String, on server: Server) {
                let task = Task { [self] in
                    let session = try await MySQLServerConnector().connect(to: server)
                    while !state.withLock({ $0.isStopped }) {
                        let sql = "INSERT INTO testdb.products VALUES ('\(name) \(acknowledged + 1)')"
                        _ = try await session.collect(sql: sql, timeout: .seconds(30))
                        state.withLock { $0.acknowledged += 1 }
                        try await Task.sleep(for: .milliseconds(2))
                    }
                    await session.close()
                }
                self.task.withLock { $0 = task }
            }

            var acknowledged: Int { state.withLock { $0.acknowledged } }

            func stop() async throws {
                state.withLock { $0.isStopped = true }
                try await task.withLock({ $0 })?.value
            }
        }

        @Test("No row is lost and none is there twice: the position and the data belong together")
        func busy() async throws {
            let lab = try await OperationPair.fresh()
            try await lab.loseTransactionAndKillSource()
            let promoted = await lab.execute(PromoteOperation(candidate: lab.b.server))
            guard case .done = promoted else { throw Unexpected(promoted) }
            try await lab.a.start()
            let writers = ["left", "right"].map { Writer($0, on: lab.b.server) }
            let before = Mutex<(repair: Int, follow: Int)>((0, 0))
            var environment = lab.environment()
            environment.onEvent = { event in
                guard case .stepStarted(let step) = event else { return }
                let count = writers.reduce(0) { $0 + $1.acknowledged }
                if step.code == .repair { before.withLock { $0.repair = count } }
                if step.code == .follow { before.withLock { $0.follow = count } }
            }
            let outcome = await RejoinOperation(
                old: lab.a.server,
                new: lab.b.server,
                credentials: lab.credentials,
                lost: .discard
            ).prepare(in: environment).execute()
            for writer in writers { try await writer.stop() }
            guard case .done(let report) = outcome else { throw Unexpected(outcome) }
            #expect(report.comparison?.isIdentical == true)
            let counts = before.withLock { $0 }
            #expect(counts.follow > counts.repair, "nothing was written while the data were repaired")

            let rows = try await lab.rows(on: lab.b)
            try await lab.waitForRows(rows.count, on: lab.a)
            #expect(try await lab.rows(on: lab.a) == rows && !rows.contains("lost"))
            #expect(rows.count - 2 == writers.reduce(0) { $0 + $1.acknowledged } && Set(rows).count == rows.count)
            await lab.end()
        }
    }
}
