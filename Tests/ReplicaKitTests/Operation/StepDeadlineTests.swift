import MySQLWire
import Synchronization
import Testing

@testable import ReplicaKit

/// A step that takes longer than it may: said to be timed out, and taken back or left so that it can be gone on with.
@Suite struct StepDeadlineTests {
    private static let (a, b) = (KilledBetweenStepsTests.a, KilledBetweenStepsTests.b)
    private static let switchover = SwitchoverOperation(candidate: b, others: [a])

    private static func rejoin(_ policy: LostPolicy) -> RejoinOperation {
        let account = ReplicationCredentials(username: "repl", password: Secret("replpass"))
        return RejoinOperation(old: a, new: b, credentials: account, lost: policy)
    }

    private func expectTimedOut(
        _ outcome: OperationOutcome,
        at code: PlanStep.Code,
        isRolledBack: Bool,
        location: SourceLocation = #_sourceLocation
    ) {
        let text = Outcomes.text(outcome)
        #expect(outcome.report?.failure?.kind == .timedOut, "\(text)", sourceLocation: location)
        #expect(outcome.report?.failedStep?.code == code, "\(text)", sourceLocation: location)
        switch outcome {
        case .failedRolledBack: #expect(isRolledBack, "\(text)", sourceLocation: location)
        case .incomplete: #expect(!isRolledBack, "\(text)", sourceLocation: location)
        default: Issue.record("\(text)", sourceLocation: location)
        }
    }

    private func expectDone(
        _ operation: any ReplicationOperation,
        _ cluster: SimulatedCluster,
        location: SourceLocation = #_sourceLocation
    ) async {
        let outcome = await KilledBetweenStepsTests.execute(operation, cluster)
        guard case .done = outcome else {
            Issue.record("run again: \(Outcomes.text(outcome))", sourceLocation: location)
            return
        }
    }

    @Test func everyStatementHasADeadline() async throws {
        let cluster = KilledBetweenStepsTests.deadSource()
        let seen = Mutex(0)
        var environment = KilledBetweenStepsTests.environment(cluster, nil)
        environment.connector = WatchingConnector(
            cluster: cluster,
            before: { (server, sql, timeout) throws(MySQLError) in
                seen.withLock { $0 += 1 }
                // The longest waits for a lock: two seconds, and what a statement may take.
                #expect(timeout.map { $0 > .zero && $0 <= .seconds(12) } == true, "\(server)> \(sql)")
            }
        )
        for operation in [PromoteOperation(candidate: Self.b), Self.rejoin(.discard)] as [any ReplicationOperation] {
            let outcome = await operation.prepare(in: environment).execute()
            guard case .done = outcome else {
                Issue.record("\(Outcomes.text(outcome))")
                return
            }
            cluster.change("a") {
                guard !$0.isAlive else { return }
                $0.restart()
                // Nobody writes to it, so that no more is lost than when the plan was made.
                $0.readOnly = true
            }
        }
        let back = SwitchoverOperation(candidate: Self.a, others: [Self.b])
        guard case .done = await back.prepare(in: environment).execute() else {
            Issue.record("\(cluster.log)")
            return
        }
        #expect(seen.withLock { $0 } > 100)
    }

    @Test func aStatementThatIsNeverAnsweredIsTakenBackWithAllBeforeIt() async {
        let cluster = SimulatedCluster.running()
        var environment = KilledBetweenStepsTests.environment(cluster, nil)
        environment.connector = WatchingConnector(
            cluster: cluster,
            before: { (_, sql, _) throws(MySQLError) in
                guard sql == "STOP REPLICA" else { return }
                throw MySQLError(.timedOut, phase: .command, fate: .maybeExecuted, message: "no answer")
            }
        )
        let outcome = await Self.switchover.prepare(in: environment).execute()
        expectTimedOut(outcome, at: .stopReplica, isRolledBack: true)
        let (a, b) = (cluster["a"], cluster["b"])
        #expect(!a.readOnly && !a.superReadOnly && b.channel?.receiver == true && b.channel?.applier == true)
        #expect(cluster.violations.isEmpty)
        await expectDone(Self.switchover, cluster)
    }

    private static func showing(lag: String, _ cluster: SimulatedCluster) -> WatchingConnector {
        WatchingConnector(
            cluster: cluster,
            after: { sql, answer in
                guard sql == "SHOW REPLICA STATUS" else { return answer }
                let names = answer.columns.map(\.name)
                let rows = answer.rows.map { row in
                    names.indices.map { names[$0] == "Seconds_Behind_Source" ? lag : row.string(at: $0) }
                }
                return MySQLResult(columns: names, rows: rows)
            }
        )
    }

    /// With clients that never pause, 1 may be all that it ever shows.
    @Test func aSecondThatIsOnlyRoundedIsNoLag() async throws {
        let cluster = SimulatedCluster.running()
        var environment = KilledBetweenStepsTests.environment(cluster, nil)
        environment.options = OperationOptions(healthySeconds: 0.2)
        environment.connector = Self.showing(lag: "1", cluster)
        guard case .done = await Self.switchover.prepare(in: environment).execute() else {
            Issue.record("\(cluster.log)")
            return
        }
    }

    @Test func aReplicaThatNeverIsWithoutLagLeavesTheRestForTheNextRun() async {
        let cluster = SimulatedCluster.running()
        var environment = KilledBetweenStepsTests.environment(cluster, nil)
        environment.options = OperationOptions(healthySeconds: 0.2)
        environment.connector = Self.showing(lag: "7", cluster)
        expectTimedOut(
            await Self.switchover.prepare(in: environment).execute(),
            at: .waitHealthy,
            isRolledBack: false
        )
        #expect(cluster.violations.isEmpty && !cluster["b"].readOnly && cluster["a"].superReadOnly)
        await expectDone(Self.switchover, cluster)
    }

    /// Work on data that nobody is willing to wait for any longer.
    private struct EndlessReconciler: DataReconciler {
        let base: SimulatedReconciler
        let endless: PlanStep.Code

        private func work(_ code: PlanStep.Code) async throws {
            guard code == endless else { return }
            try await Task.sleep(for: .seconds(600))
        }

        // Also asked when the plan is made; only the step's is endless.
        func scan(_ old: Server, after anchor: BinaryLogCoordinates) async throws -> TailScan {
            if base.cluster[old.name].superReadOnly { try await work(.examine) }
            return try await base.scan(old, after: anchor)
        }

        func keep(
            old: Server,
            new: Server,
            after anchor: BinaryLogCoordinates,
            recording: [String],
            note: @escaping @Sendable (String) -> Void
        ) async throws -> String {
            try await work(.keepLost)
            return try await base.keep(old: old, new: new, after: anchor, recording: recording, note: note)
        }

        func repair(
            old: Server,
            new: Server,
            savePath: String?,
            note: @escaping @Sendable (String) -> Void
        ) async throws -> DataRepair {
            try await work(.repair)
            return try await base.repair(old: old, new: new, savePath: savePath, note: note)
        }

        func compare(source: Server, replica: Server, note: @escaping @Sendable (String) -> Void) async throws
            -> ComparisonReport
        {
            try await work(.verifyData)
            return try await base.compare(source: source, replica: replica, note: note)
        }
    }

    @Test(arguments: [PlanStep.Code.examine, .keepLost, .repair, .verifyData])
    func workOnDataEndsAtItsDeadlineAndLeavesTheServerFencedAndOnline(code: PlanStep.Code) async throws {
        let cluster = try await KilledBetweenStepsTests.promoted()
        var environment = KilledBetweenStepsTests.environment(cluster, nil)
        environment.options = OperationOptions(dataSeconds: 0.5)
        environment.reconciler = EndlessReconciler(base: SimulatedReconciler(cluster: cluster), endless: code)
        expectTimedOut(
            await Self.rejoin(.keep).prepare(in: environment).execute(),
            at: code,
            isRolledBack: false
        )
        #expect(cluster["a"].superReadOnly && !cluster["a"].offline)
        #expect(cluster.violations.isEmpty)
        await expectDone(Self.rejoin(.keep), cluster)
        #expect(cluster.rows("a") == cluster.rows("b") && cluster.rows("a").contains("lost"))
    }
}
