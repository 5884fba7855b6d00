import Testing

@testable import ReplicaKit

/// Between the plan that a person saw and its execution the servers changed.
@Suite struct ChangedMeanwhileTests {
    private static let (a, b) = (KilledBetweenStepsTests.a, KilledBetweenStepsTests.b)

    private func refusal(
        of operation: any ReplicationOperation,
        _ cluster: SimulatedCluster,
        after change: (SimulatedCluster) -> Void
    ) async throws -> [Refusal.Code] {
        let prepared = await operation.prepare(in: KilledBetweenStepsTests.environment(cluster, nil))
        guard case .run = prepared.decision else { throw KilledBetweenStepsTests.Unexpected() }
        change(cluster)
        let before = cluster.log
        let outcome = await prepared.execute()
        #expect(cluster.log == before, "a refusal changes nothing")
        guard case .refused(let refusal) = outcome else {
            Issue.record("\(Outcomes.text(outcome))")
            return []
        }
        #expect(refusal.reasons.allSatisfy { !$0.instead.isEmpty })
        return refusal.reasons.map(\.code)
    }

    @Test func aPlanThatWouldBeAnotherOneNowIsRefused() async throws {
        // Somebody began the same by hand: the plan would have to start the replica first.
        let codes = try await refusal(
            of: SwitchoverOperation(candidate: Self.b, others: [Self.a]),
            .running(),
            after: { cluster in
                cluster.change("a") {
                    $0.readOnly = true
                    $0.superReadOnly = true
                }
                cluster.change("b") {
                    $0.channel?.receiver = false
                    $0.channel?.applier = false
                }
            }
        )
        #expect(codes == [.changedMeanwhile])
    }

    @Test func whatIsNotAllowedAnyMoreIsRefusedForThatReason() async throws {
        let codes = try await refusal(
            of: PromoteOperation(candidate: Self.b, others: [Self.a]),
            KilledBetweenStepsTests.deadSource(),
            after: { cluster in cluster.change("a") { $0.restart() } }
        )
        #expect(codes == [.sourceAlive])
    }

    @Test func whatSomebodyElseHasDoneMeanwhileNeedsNotBeDone() async throws {
        let cluster = KilledBetweenStepsTests.deadSource()
        let operation = PromoteOperation(candidate: Self.b)
        let prepared = await operation.prepare(in: KilledBetweenStepsTests.environment(cluster, nil))
        guard case .done = await KilledBetweenStepsTests.execute(operation, cluster) else {
            throw KilledBetweenStepsTests.Unexpected()
        }
        guard case .alreadyDone = await prepared.execute() else { throw KilledBetweenStepsTests.Unexpected() }
    }
}
