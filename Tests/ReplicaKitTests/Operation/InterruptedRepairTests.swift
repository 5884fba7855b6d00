import MySQLWire
import Synchronization
import Testing

@testable import ReplicaKit

/// While its data are repaired a server lets nobody in and is not fenced. However that ends, it must not stay so.
@Suite struct InterruptedRepairTests {
    static let rejoin = RejoinOperation(
        old: KilledBetweenStepsTests.a,
        new: KilledBetweenStepsTests.b,
        credentials: .init(username: "repl", password: Secret("replpass")),
        lost: .discard
    )

    /// Does something in the middle of the repair.
    struct Reconciler: DataReconciler {
        let inner: SimulatedReconciler
        let inTheMiddle: @Sendable () async throws -> Void

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
            try await inTheMiddle()
            return try await inner.repair(old: old, new: new, savePath: savePath, note: note)
        }

        func compare(source: Server, replica: Server, note: @escaping @Sendable (String) -> Void) async throws
            -> ComparisonReport
        {
            try await inner.compare(source: source, replica: replica, note: note)
        }
    }

    /// Ends every session that is open at the moment it is told to, with that error at its next statement.
    final class Ending: ServerConnector {
        private let cluster: SimulatedCluster
        private let error: MySQLError
        private let generation = Mutex(0)

        init(cluster: SimulatedCluster, error: MySQLError) {
            self.cluster = cluster
            self.error = error
        }

        func endSessions() { generation.withLock { $0 += 1 } }

        func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
            try cluster.connect(server)
            let now = generation.withLock { $0 }
            return Session(
                connector: self,
                generation: now,
                inner: SimulatedSession(cluster: cluster, name: server.name)
            )
        }

        private struct Session: SQLSession {
            let connector: Ending
            let generation: Int
            let inner: SimulatedSession

            func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
                guard connector.generation.withLock({ $0 }) == generation else { throw connector.error }
                return try await inner.collect(sql: sql, timeout: timeout)
            }

            func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
                try await inner.query(sql: sql, timeout: timeout)
            }

            func close() async {}
        }
    }

    static func expectClosed(_ cluster: SimulatedCluster, location: SourceLocation = #_sourceLocation) {
        #expect(!cluster["a"].offline && cluster["a"].superReadOnly, sourceLocation: location)
    }

    @Test(arguments: [
        Situations.serverError(4031),
        MySQLError(.connectionClosed, phase: .command, fate: .maybeExecuted, message: "gone"),
    ])
    func whereTheSessionsEndMeanwhileItIsClosedOverNewOnes(error: MySQLError) async throws {
        let cluster = try await KilledBetweenStepsTests.promoted()
        let connector = Ending(cluster: cluster, error: error)
        var environment = KilledBetweenStepsTests.environment(cluster, nil)
        environment.connector = connector
        environment.reconciler = Reconciler(inner: SimulatedReconciler(cluster: cluster)) { connector.endSessions() }
        let outcome = await Self.rejoin.prepare(in: environment).execute()
        Self.expectClosed(cluster)
        // An idle session's end means that the statement was not seen; of a broken connection nobody knows.
        switch outcome {
        case .done: #expect(error.server != nil)
        case .incomplete(let report): #expect(error.server == nil && report.undoFailures.isEmpty)
        default: Issue.record("\(Outcomes.text(outcome))")
        }
    }

    @Test(arguments: FailingConnector.Mode.allCases)
    func whicheverStatementFailsItIsClosedAndGoneOnWith(mode: FailingConnector.Mode) async throws {
        var number = 1
        while true {
            let cluster = try await KilledBetweenStepsTests.promoted()
            let connector = FailingConnector(cluster: cluster, number: number, mode: mode)
            var environment = KilledBetweenStepsTests.environment(cluster, nil)
            environment.connector = connector
            let outcome = await Self.rejoin.prepare(in: environment).execute()
            guard let failed = connector.failed else { break }
            connector.letHangingEnd()
            let place = "statement \(number) (\(failed)) \(mode): \(Outcomes.text(outcome))"
            #expect(!cluster["a"].offline, "\(place)")
            #expect(cluster["a"].superReadOnly || !cluster.log.contains { $0.hasPrefix("a> SET PERSIST") }, "\(place)")
            let again = await KilledBetweenStepsTests.execute(Self.rejoin, cluster)
            switch again {
            case .done, .alreadyDone: break
            default: Issue.record("\(place); run again: \(Outcomes.text(again))")
            }
            #expect(cluster.rows("a") == cluster.rows("b"), "\(place)")
            number += 1
        }
        #expect(number > 20, "the failures were not injected")
    }
}
