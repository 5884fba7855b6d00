import Foundation
import MySQLWire
import Testing

@testable import ReplicaKit

/// A replica that runs without error, and holds other data than its source.
@Suite struct DifferingDataTests {
    static func rejoin(_ policy: LostPolicy) -> RejoinOperation {
        RejoinOperation(
            old: KilledBetweenStepsTests.a,
            new: KilledBetweenStepsTests.b,
            credentials: .init(username: "repl", password: Secret("replpass")),
            lost: policy
        )
    }

    /// `a` came back, and then somebody wrote to it.
    static func differing() async throws -> SimulatedCluster {
        let cluster = try await KilledBetweenStepsTests.promoted()
        guard case .done = await KilledBetweenStepsTests.execute(rejoin(.discard), cluster) else {
            throw KilledBetweenStepsTests.Unexpected()
        }
        cluster.change("a") { $0.rows.append("by hand") }
        return cluster
    }

    @Test(arguments: [LostPolicy.refuse, .keep])
    func isRefusedWithTheCommandThatMendsIt(policy: LostPolicy) async throws {
        let cluster = try await Self.differing()
        let outcome = await KilledBetweenStepsTests.execute(Self.rejoin(policy), cluster)
        guard case .refused(let refusal) = outcome else {
            Issue.record("\(Outcomes.text(outcome))")
            return
        }
        #expect(refusal.reasons.map(\.code) == [.dataDiffers])
        #expect(refusal.reasons.first?.instead.contains("rejoin a --to b --lost discard") == true)
        #expect(cluster.rows("a").contains("by hand") && cluster["a"].channel?.applier == true)
    }

    @Test func isRepairedWhereThatIsAskedForFromEveryPlaceOfAKill() async throws {
        try await KilledBetweenStepsTests.killEverywhere(
            Self.rejoin(.discard),
            on: { try await Self.differing() },
            withJournal: true,
            check: { cluster, place in
                let a = cluster["a"]
                #expect(a.superReadOnly && !a.offline && a.channel?.source == "b", "\(place)")
                #expect(cluster.rows("a") == cluster.rows("b"), "\(place)")
                #expect(Set(cluster.acknowledged).subtracting(a.rows).isEmpty, "\(place)")
            }
        )
    }

    /// Behind the fence there is no way back, and the same command would only find the same.
    @Test func anOperationThatFoundItPastItsPointOfNoReturnNamesTheCommand() async throws {
        let cluster = SimulatedCluster.running()
        cluster.change("a") { $0.isAlive = false }
        guard case .done = await KilledBetweenStepsTests.execute(PromoteAfterSwitchoverTests.promote, cluster) else {
            throw KilledBetweenStepsTests.Unexpected()
        }
        cluster.clientsWrite = false
        cluster.change("a") {
            $0.restart()
            $0.readOnly = true
            $0.rows.append("by hand")
        }
        let first = await KilledBetweenStepsTests.execute(Self.rejoin(.refuse), cluster)
        guard case .incomplete(let report) = first else {
            Issue.record("\(Outcomes.text(first))")
            return
        }
        #expect(report.failure?.kind == .dataDiffers)
        #expect(report.failure?.message.contains("rejoin a --to b --lost discard") == true)
        // Nobody knows what would go: without a place to save it, nothing is changed.
        let unsaved = await KilledBetweenStepsTests.execute(Self.rejoin(.discard), cluster)
        guard case .refused(let refusal) = unsaved else {
            Issue.record("\(Outcomes.text(unsaved))")
            return
        }
        #expect(refusal.reasons.map(\.code) == [.journal] && cluster.rows("a").contains("by hand"))
        let folder = NSTemporaryDirectory() + "replica-kit-journal-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let journal = Journal(directory: folder)
        let second = await KilledBetweenStepsTests.execute(Self.rejoin(.discard), cluster, nil, journal)
        guard case .done = second else {
            Issue.record("\(Outcomes.text(second))")
            return
        }
        #expect(cluster.rows("a") == cluster.rows("b"))
    }
}
