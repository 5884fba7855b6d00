import MySQLWire
import Testing

@testable import ReplicaKit

/// A switchover is killed at every single place, the source dies, and the candidate is promoted: whatever clients wrote
/// to it meanwhile must reach the old source when that comes back.
@Suite struct PromoteAfterSwitchoverTests {
    static let switchover = SwitchoverOperation(
        candidate: KilledBetweenStepsTests.b,
        others: [KilledBetweenStepsTests.a]
    )
    static let promote = PromoteOperation(candidate: KilledBetweenStepsTests.b)
    static let rejoin = RejoinOperation(
        old: KilledBetweenStepsTests.a,
        new: KilledBetweenStepsTests.b,
        credentials: .init(username: "repl", password: Secret("replpass"))
    )

    @Test(arguments: [false, true])
    func theOldSourceGetsWhatWasWrittenSinceTheOpening(isCandidateRestarted: Bool) async throws {
        var limit = 0
        while true {
            let cluster = SimulatedCluster.running()
            cluster.change("b") { $0.persisted["super_read_only"] = "ON" }
            let places = KilledBetweenStepsTests.Places(limit: limit)
            _ = await KilledBetweenStepsTests.execute(Self.switchover, cluster, places)
            guard places.count > limit else { break }
            let place = "killed at \(limit): \(places.last)"
            cluster.clientWrites(2)
            cluster.change("a") { $0.isAlive = false }
            if isCandidateRestarted { cluster.change("b") { $0.restart() } }
            let promoted = await KilledBetweenStepsTests.execute(Self.promote, cluster)
            switch promoted {
            case .done, .alreadyDone: break
            default: Issue.record("\(place): promote \(Outcomes.text(promoted))")
            }
            cluster.clientWrites(2)
            cluster.clientsWrite = false
            cluster.change("a") {
                $0.restart()
                $0.readOnly = true
            }
            let rejoined = await KilledBetweenStepsTests.execute(Self.rejoin, cluster)
            switch rejoined {
            case .done, .alreadyDone: break
            default: Issue.record("\(place): rejoin \(Outcomes.text(rejoined))")
            }
            #expect(cluster.violations.isEmpty, "\(place): \(cluster.violations.first ?? "")")
            #expect(cluster.rows("a") == cluster.rows("b"), "\(place)")
            #expect(Set(cluster.acknowledged) == Set(cluster.rows("b")), "\(place)")
            #expect(cluster.rows("a").count == Set(cluster.rows("a")).count, "\(place): a row arrived twice")
            limit += 1
        }
        #expect(limit > 30)
    }
}
