import MySQLWire
import Testing

@testable import ReplicaKit

/// What an interrupted operation recorded, and events by hand made worthless.
@Suite struct StaleAnchorTests {
    /// A promotion was killed behind its record, the source came back, and replication was resumed by hand. Later the
    /// source died again, and `b` was made the source by hand, as the tutorials do it.
    static func handmade() async -> SimulatedCluster {
        let cluster = SimulatedCluster.running()
        cluster.change("a") { $0.isAlive = false }
        var environment = KilledBetweenStepsTests.environment(cluster, nil)
        environment.crashesAt = { $0 == "after record-anchor" }
        _ = await PromoteOperation(candidate: KilledBetweenStepsTests.b).prepare(in: environment).execute()
        cluster.change("a") { $0.restart() }
        cluster.change("b") {
            $0.superReadOnly = true
            $0.channel?.receiver = true
            $0.channel?.applier = true
        }
        cluster.clientWrites(3)
        cluster.change("a") { $0.isAlive = false }
        cluster.change("b") {
            $0.channel = nil
            $0.readOnly = false
            $0.superReadOnly = false
        }
        cluster.clientWrites(3)
        cluster.clientsWrite = false
        cluster.change("a") {
            $0.restart()
            $0.readOnly = true
        }
        return cluster
    }

    @Test(arguments: LostPolicy.allCases)
    func rejoinDoesNotTakeItForTheirParting(policy: LostPolicy) async {
        let cluster = await Self.handmade()
        let before = cluster.rows("b")
        #expect(before.count == Set(before).count)
        let rejoin = RejoinOperation(
            old: KilledBetweenStepsTests.a,
            new: KilledBetweenStepsTests.b,
            credentials: .init(username: "repl", password: Secret("replpass")),
            lost: policy
        )
        let outcome = await KilledBetweenStepsTests.execute(rejoin, cluster)
        guard case .refused(let refusal) = outcome else {
            Issue.record("\(Outcomes.text(outcome))")
            return
        }
        #expect(refusal.reasons.map(\.code) == [.noAnchor])
        #expect(cluster.rows("b") == before && !cluster["a"].superReadOnly)
    }
}
