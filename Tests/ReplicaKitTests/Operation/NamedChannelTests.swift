import MySQLWire
import Testing

@testable import ReplicaKit

/// Replication in a channel with a name: each statement has to say which one.
@Suite struct NamedChannelTests {
    static func rejoin(_ policy: LostPolicy) -> RejoinOperation {
        RejoinOperation(
            old: KilledBetweenStepsTests.a,
            new: KilledBetweenStepsTests.b,
            credentials: .init(username: "repl", password: Secret("replpass")),
            lost: policy
        )
    }

    @Test func switchoverConvergesFromEveryPlaceAndTheOldSourceFollowsInAChannelOfThatName() async throws {
        try await KilledBetweenStepsTests.killEverywhere(
            SwitchoverOperation(candidate: KilledBetweenStepsTests.b, others: [KilledBetweenStepsTests.a]),
            on: { SimulatedCluster.running(channel: "main") },
            check: { cluster, place in
                try await KilledBetweenStepsTests.checkSwitched(cluster, place)
                #expect(cluster["a"].channel?.name == "main", "\(place)")
            }
        )
    }

    @Test func switchoverIsTakenBackWhereItFails() async throws {
        try await FailedStatementTests.failEverywhere(
            SwitchoverOperation(candidate: KilledBetweenStepsTests.b, others: [KilledBetweenStepsTests.a]),
            .refused,
            on: { SimulatedCluster.running(channel: "main") },
            unchanged: { cluster in
                let b = cluster["b"]
                return !cluster["a"].readOnly && b.channel?.receiver == true && b.channel?.applier == true
            },
            check: KilledBetweenStepsTests.checkSwitched
        )
    }

    @Test func promotionAndRejoin() async throws {
        let cluster = SimulatedCluster.running(channel: "main")
        cluster.change("a") { $0.isAlive = false }
        let promoted = await KilledBetweenStepsTests.execute(
            PromoteOperation(candidate: KilledBetweenStepsTests.b),
            cluster
        )
        guard case .done = promoted else {
            Issue.record("\(Outcomes.text(promoted))")
            return
        }
        cluster.change("a") {
            $0.restart()
            $0.readOnly = true
            // What is left of older times: used again, and not left beside a second one.
            $0.channel = .init(name: "main", source: "b", read: 158, executed: 158)
        }
        for expected in ["done", "already done"] {
            let outcome = await KilledBetweenStepsTests.execute(Self.rejoin(.refuse), cluster)
            #expect(Outcomes.text(outcome).hasPrefix(expected), "\(Outcomes.text(outcome))")
        }
        #expect(cluster["a"].channel?.name == "main" && cluster["a"].channel?.applier == true)
        #expect(cluster.rows("a") == cluster.rows("b"))
        // It was stopped: a killed run leaves that.
        cluster.change("a") {
            $0.channel?.receiver = false
            $0.channel?.applier = false
        }
        let started = await KilledBetweenStepsTests.execute(Self.rejoin(.refuse), cluster)
        #expect(Outcomes.text(started) == "done", "\(Outcomes.text(started))")
    }
}
