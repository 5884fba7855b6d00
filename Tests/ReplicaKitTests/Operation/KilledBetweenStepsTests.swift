import Foundation
import MySQLWire
import Synchronization
import Testing

@testable import ReplicaKit

/// The tool is killed at every single place of an operation, before and after each step and before each statement,
/// and then run again. A client writes to every server that lets it, all the time.
@Suite struct KilledBetweenStepsTests {
    static let a = SimulatedCluster.server("a")
    static let b = SimulatedCluster.server("b")

    final class Places: Sendable {
        private let state = Mutex<(seen: [String], limit: Int?)>(([], nil))

        init(limit: Int?) { state.withLock { $0.limit = limit } }

        func crashes(at place: String) -> Bool {
            state.withLock { state in
                state.seen.append(place)
                guard let limit = state.limit else { return false }
                return state.seen.count > limit
            }
        }

        var count: Int { state.withLock { $0.seen.count } }
        var last: String { state.withLock { $0.seen.last ?? "" } }
    }

    static func environment(_ cluster: SimulatedCluster, _ places: Places?, journal: Journal? = nil)
        -> OperationEnvironment
    {
        var environment = OperationEnvironment(
            connector: SimulatedConnector(cluster: cluster),
            journal: journal,
            options: OperationOptions(healthySeconds: 5),
            reconciler: SimulatedReconciler(cluster: cluster)
        )
        environment.pause = { _ in }
        if let places { environment.crashesAt = { places.crashes(at: $0) } }
        return environment
    }

    static func execute(
        _ operation: any ReplicationOperation,
        _ cluster: SimulatedCluster,
        _ places: Places? = nil,
        _ journal: Journal? = nil
    ) async -> OperationOutcome {
        await operation.prepare(in: environment(cluster, places, journal: journal)).execute()
    }

    /// Runs the operation with a kill at place 0, 1, 2 … until it is not killed any more, each time on new servers, and
    /// again after each kill.
    static func killEverywhere(
        _ operation: any ReplicationOperation,
        on make: () async throws -> SimulatedCluster,
        withJournal: Bool = false,
        afterKill: (SimulatedCluster) -> Void = { _ in },
        check: (SimulatedCluster, String) async throws -> Void
    ) async throws {
        var limit = 0
        while true {
            let cluster = try await make()
            let places = Places(limit: limit)
            let folder = NSTemporaryDirectory() + "replica-kit-journal-\(UInt64.random(in: 0 ... .max))"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let journal = withJournal ? Journal(directory: folder) : nil
            let first = await execute(operation, cluster, places, journal)
            let wasKilled = places.count > limit
            let place = "killed at \(limit): \(places.last)"
            if wasKilled {
                afterKill(cluster)
                let second = await execute(operation, cluster, nil, journal)
                switch second {
                case .done, .alreadyDone: break
                default:
                    Issue.record(
                        "\(place); run again: \(Outcomes.text(second))\n\(cluster.log.joined(separator: "\n"))"
                    )
                }
            } else {
                guard case .done = first else {
                    Issue.record("not killed: \(Outcomes.text(first))")
                    return
                }
            }
            #expect(cluster.violations.isEmpty, "\(place): \(cluster.violations.first ?? "")")
            try await check(cluster, place)
            // The same once more has nothing to do.
            let again = await execute(operation, cluster, nil, journal)
            if case .alreadyDone = again {} else { Issue.record("\(place); a last time: \(Outcomes.text(again))") }
            if !wasKilled { break }
            limit += 1
        }
        #expect(limit > 15, "the places were not visited")
    }

    // MARK: Promote

    static func deadSource() -> SimulatedCluster {
        let cluster = SimulatedCluster.running()
        cluster.change("b") { $0.channel?.receiver = false }
        cluster.change("a") { $0.write(.row("lost")) }
        cluster.change("a") { $0.isAlive = false }
        cluster.change("b") { $0.channel?.receiver = true }
        return cluster
    }

    @Test func promotionConvergesFromEveryPlace() async throws {
        let rejoin = RejoinOperation(
            old: Self.a,
            new: Self.b,
            credentials: .init(username: "repl", password: Secret("replpass")),
            lost: .discard
        )
        try await Self.killEverywhere(PromoteOperation(candidate: Self.b), on: { Self.deadSource() }) {
            cluster,
            place in
            let b = cluster["b"]
            #expect(b.channel == nil && !b.readOnly && b.persisted["super_read_only"] == "ON", "\(place)")
            #expect(Set(cluster.acknowledged).subtracting(b.rows).isEmpty, "\(place): acknowledged rows are missing")
            // Whether the anchor is right shows when the old source comes back by it.
            cluster.clientsWrite = false
            cluster.change("a") {
                $0.restart()
                $0.readOnly = true
            }
            let outcome = await Self.execute(rejoin, cluster)
            guard case .done = outcome else {
                Issue.record("\(place): rejoin \(Outcomes.text(outcome))")
                return
            }
            #expect(cluster.rows("a") == cluster.rows("b"), "\(place)")
            cluster.change("a") { $0.isAlive = false }
            cluster.clientsWrite = true
        }
    }

    @Test(arguments: [false, true])
    func oldSourceWithoutLossFollowsFromTheAnchorWhereverPromotionWasKilled(privileged: Bool) async throws {
        let rejoin = RejoinOperation(
            old: Self.a,
            new: Self.b,
            credentials: .init(username: "repl", password: Secret("replpass"))
        )
        func make() -> SimulatedCluster {
            let cluster = SimulatedCluster.running()
            cluster.change("a") { $0.isAlive = false }
            cluster.clientsArePrivileged = privileged
            return cluster
        }
        try await Self.killEverywhere(
            PromoteOperation(candidate: Self.b),
            on: { make() },
            withJournal: true,
            afterKill: { $0.clientWrites(2) }
        ) { cluster, place in
            cluster.change("a") {
                $0.restart()
                $0.readOnly = true
                $0.superReadOnly = privileged
            }
            let outcome = await Self.execute(rejoin, cluster)
            guard case .done = outcome else {
                Issue.record("\(place): rejoin \(Outcomes.text(outcome))")
                return
            }
            // No repair took place: every row came by replication, from the recorded position.
            #expect(!cluster.log.contains { $0.contains("offline_mode = ON") })
            #expect(cluster.rows("a") == cluster.rows("b"), "\(place)")
            #expect(Set(cluster.acknowledged) == Set(cluster.rows("a")), "\(place)")
            #expect(cluster.rows("a").count == Set(cluster.rows("a")).count, "\(place): a row arrived twice")
            cluster.change("a") { $0.isAlive = false }
        }
    }

    // MARK: Switchover

    @Test func switchoverConvergesFromEveryPlaceAndLosesNothing() async throws {
        try await Self.killEverywhere(
            SwitchoverOperation(candidate: Self.b, others: [Self.a]),
            on: { SimulatedCluster.running() },
            check: Self.checkSwitched
        )
    }

    @Test func switchoverConvergesWhenTheCandidateIsRestartedAfterTheKill() async throws {
        try await Self.killEverywhere(
            SwitchoverOperation(candidate: Self.b, others: [Self.a]),
            on: {
                let cluster = SimulatedCluster.running()
                cluster.change("b") { $0.persisted["super_read_only"] = "ON" }
                return cluster
            },
            afterKill: { cluster in cluster.change("b") { $0.restart() } },
            check: Self.checkSwitched
        )
    }

    @Test func switchoverConvergesWhenTheOldSourceIsRestartedAfterTheKill() async throws {
        try await Self.killEverywhere(
            SwitchoverOperation(candidate: Self.b, others: [Self.a]),
            on: { SimulatedCluster.running() },
            // Only the journal tells a replica that a killed run stopped from one that somebody stopped on purpose.
            withJournal: true,
            afterKill: { cluster in cluster.change("a") { $0.restart() } },
            check: Self.checkSwitched
        )
    }

    /// The candidate is read_only, but not super_read_only while its anchor is written: a kill in that moment lets clients
    /// with SUPER or CONNECTION_ADMIN go on writing to it.
    @Test func switchoverLosesNothingOfPrivilegedClients() async throws {
        try await Self.killEverywhere(
            SwitchoverOperation(candidate: Self.b, others: [Self.a]),
            on: {
                let cluster = SimulatedCluster.running()
                cluster.clientsArePrivileged = true
                return cluster
            },
            withJournal: true,
            afterKill: { $0.clientWrites(2) },
            check: Self.checkSwitched
        )
    }

    /// The same without the journal of the killed run, as on another machine: where no anchor was written, it is refused.
    @Test func elsewhereSwitchoverRefusesRatherThanLosesWhatPrivilegedClientsWrote() async throws {
        var refused = 0
        for limit in 0... {
            let cluster = SimulatedCluster.running()
            cluster.clientsArePrivileged = true
            let places = Places(limit: limit)
            let operation = SwitchoverOperation(candidate: Self.b, others: [Self.a])
            _ = await Self.execute(operation, cluster, places)
            guard places.count > limit else { break }
            cluster.clientWrites(2)
            let place = "killed at \(limit): \(places.last)"
            switch await Self.execute(operation, cluster) {
            case .refused(let refusal) where refusal.reasons.first?.code == .lostTransactions:
                refused += 1
                #expect(Set(cluster["b"].rows) == Set(cluster.acknowledged), "\(place)")
            case .done, .alreadyDone: try await Self.checkSwitched(cluster, place)
            case let other: Issue.record("\(place): \(Outcomes.text(other))")
            }
        }
        #expect((1...4).contains(refused), "\(refused) places lie between the opening and the anchor")
    }

    static func checkSwitched(_ cluster: SimulatedCluster, _ place: String) async throws {
        let (a, b) = (cluster["a"], cluster["b"])
        #expect(!b.readOnly && b.channel == nil, "\(place)")
        #expect(a.superReadOnly && a.persisted["super_read_only"] == "ON" && a.channel?.source == "b", "\(place)")
        #expect(a.channel?.receiver == true && a.channel?.applier == true && a.channel?.applierError == nil, "\(place)")
        #expect(
            b.checkpointPeriod == 300,
            "\(place): the applier's checkpoints were left as they were during the switchover"
        )
        #expect(a.rows.sorted() == b.rows.sorted(), "\(place)")
        #expect(Set(b.rows) == Set(cluster.acknowledged), "\(place): an acknowledged row is missing")
        #expect(b.rows.count == Set(b.rows).count, "\(place): a row arrived twice")
    }

    // MARK: Rejoin

    static func promoted() async throws -> SimulatedCluster {
        let cluster = deadSource()
        guard case .done = await execute(PromoteOperation(candidate: b), cluster) else { throw Unexpected() }
        cluster.change("a") {
            $0.restart()
            // Nobody writes to it; it is not fenced yet.
            $0.readOnly = true
        }
        return cluster
    }

    struct Unexpected: Error {}

    @Test(arguments: [LostPolicy.discard, .keep])
    func rejoinConvergesFromEveryPlace(policy: LostPolicy) async throws {
        let operation = RejoinOperation(
            old: Self.a,
            new: Self.b,
            credentials: .init(username: "repl", password: Secret("replpass")),
            lost: policy
        )
        try await Self.killEverywhere(operation, on: { try await Self.promoted() }) { cluster, place in
            let (a, b) = (cluster["a"], cluster["b"])
            #expect(a.superReadOnly && !a.offline && a.channel?.source == "b", "\(place)")
            #expect(a.rows.sorted() == b.rows.sorted(), "\(place)")
            #expect(b.rows.filter { $0 == "lost" }.count == (policy == .keep ? 1 : 0), "\(place)")
            #expect(Set(cluster.acknowledged).subtracting(b.rows).isEmpty, "\(place)")
        }
    }
}

enum Outcomes {
    static func text(_ outcome: OperationOutcome) -> String {
        switch outcome {
        case .done: "done"
        case .alreadyDone(let text, _): "already done: \(text)"
        case .failedRolledBack(let report):
            "rolled back at \(report.failedStep?.code.rawValue ?? "?"): \(report.failure.map { "\($0)" } ?? "") \(report.undoFailures)"
        case .refused(let refusal): "refused: \(refusal)"
        case .incomplete(let report):
            "incomplete at \(report.failedStep?.code.rawValue ?? "?"): \(report.failure.map { "\($0)" } ?? "")"
        }
    }
}
