import Foundation
import MySQLWire
import Testing

@testable import ReplicaKit

/// Every single statement of an operation fails once, in each way; or its server dies at it, and stays dead. What is
/// said to be rolled back must be as it was; what is said to be incomplete must come to its end when it is run again.
@Suite struct FailedStatementTests {
    static func failEverywhere(
        _ operation: any ReplicationOperation,
        _ mode: FailingConnector.Mode,
        on make: () -> SimulatedCluster,
        withJournal: Bool = false,
        unchanged: (SimulatedCluster) -> Bool,
        check: (SimulatedCluster, String) async throws -> Void
    ) async throws {
        var number = 1
        var undone = 0
        while true {
            let cluster = make()
            let connector = FailingConnector(cluster: cluster, number: number, mode: mode)
            let folder = NSTemporaryDirectory() + "replica-kit-journal-\(UInt64.random(in: 0 ... .max))"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let journal = withJournal ? Journal(directory: folder) : nil
            var environment = KilledBetweenStepsTests.environment(cluster, nil, journal: journal)
            environment.connector = connector
            let outcome = await operation.prepare(in: environment).execute()
            guard let failed = connector.failed else { break }
            connector.letHangingEnd()
            let place = "statement \(number) (\(failed)) \(mode): \(Outcomes.text(outcome))"
            if let report = outcome.report {
                #expect(!report.undoFailures.contains { $0.message.contains("another operation") }, "\(place)")
            }
            switch outcome {
            case .failedRolledBack:
                undone += 1
                #expect(unchanged(cluster), "\(place): not as it was")
            case .refused: #expect(unchanged(cluster), "\(place): not as it was")
            case .done, .alreadyDone, .incomplete: break
            }
            let again = await KilledBetweenStepsTests.execute(operation, cluster, nil, journal)
            switch again {
            case .done, .alreadyDone: break
            default: Issue.record("\(place); run again: \(Outcomes.text(again))")
            }
            #expect(cluster.violations.isEmpty, "\(place): \(cluster.violations.first ?? "")")
            try await check(cluster, place)
            number += 1
        }
        #expect(number > 20 && undone > 3, "the failures were not injected")
    }

    @Test(arguments: FailingConnector.Mode.allCases)
    func switchoverIsUndoneOrGoneOnWith(mode: FailingConnector.Mode) async throws {
        try await Self.failEverywhere(
            SwitchoverOperation(candidate: KilledBetweenStepsTests.b, others: [KilledBetweenStepsTests.a]),
            mode,
            on: { SimulatedCluster.running() },
            unchanged: { cluster in
                let (a, b) = (cluster["a"], cluster["b"])
                return !a.readOnly && !a.superReadOnly && a.persisted.isEmpty && b.superReadOnly
                    && b.channel?.receiver == true && b.channel?.applier == true && b.checkpointPeriod == 300
                    && a.rows == b.rows
            },
            check: KilledBetweenStepsTests.checkSwitched
        )
    }

    /// A run that goes on with a killed one, and fails in its turn, must not call a source rolled back that is fenced.
    @Test func aFailedRunOverAKilledOneDoesNotCallItselfRolledBack() async throws {
        let operation = SwitchoverOperation(candidate: KilledBetweenStepsTests.b, others: [KilledBetweenStepsTests.a])
        var number = 1
        var incomplete = 0
        while true {
            let cluster = SimulatedCluster.running()
            var environment = KilledBetweenStepsTests.environment(cluster, nil)
            environment.crashesAt = { $0 == "before open" }
            _ = await operation.prepare(in: environment).execute()
            #expect(cluster["a"].superReadOnly && cluster["b"].readOnly)
            environment.crashesAt = nil
            let connector = FailingConnector(cluster: cluster, number: number, mode: .refused)
            environment.connector = connector
            let outcome = await operation.prepare(in: environment).execute()
            guard let failed = connector.failed else { break }
            switch outcome {
            case .failedRolledBack: Issue.record("\(failed): \(Outcomes.text(outcome))")
            case .incomplete: incomplete += 1
            default: break
            }
            number += 1
        }
        #expect(incomplete > 5)
    }

    /// They can write to the candidate while its anchor is written and taken back: then there is no way back.
    @Test(arguments: FailingConnector.Mode.allCases)
    func switchoverIsNotUndoneOverWhatPrivilegedClientsWrote(mode: FailingConnector.Mode) async throws {
        try await Self.failEverywhere(
            SwitchoverOperation(candidate: KilledBetweenStepsTests.b, others: [KilledBetweenStepsTests.a]),
            mode,
            on: {
                let cluster = SimulatedCluster.running()
                cluster.clientsArePrivileged = true
                return cluster
            },
            withJournal: true,
            unchanged: { cluster in
                let (a, b) = (cluster["a"], cluster["b"])
                return !a.readOnly && a.persisted.isEmpty && b.superReadOnly && a.rows == b.rows
            },
            check: KilledBetweenStepsTests.checkSwitched
        )
    }

    @Test(arguments: FailingConnector.Mode.allCases)
    func promotionIsUndoneOrGoneOnWith(mode: FailingConnector.Mode) async throws {
        try await Self.failEverywhere(
            PromoteOperation(candidate: KilledBetweenStepsTests.b),
            mode,
            on: { KilledBetweenStepsTests.deadSource() },
            unchanged: { cluster in
                let b = cluster["b"]
                return b.superReadOnly && b.channel?.receiver == true && b.channel?.applier == true
            },
            check: { cluster, place in
                let b = cluster["b"]
                #expect(!b.readOnly && b.channel == nil && b.persisted["super_read_only"] == "ON", "\(place)")
            }
        )
    }

    // MARK: A server that stays dead

    /// Kills the server of each statement in its turn, and lets it come back only when the run has ended.
    static func dieEverywhere(
        _ operation: any ReplicationOperation,
        on make: () -> SimulatedCluster,
        whileGone: (SimulatedCluster, OperationOutcome, DyingConnector, String) -> Void,
        check: (SimulatedCluster, String) async throws -> Void
    ) async throws {
        for isExecuted in [false, true] {
            var number = 1
            while true {
                let cluster = make()
                let connector = DyingConnector(cluster: cluster, number: number, isExecuted: isExecuted)
                var environment = KilledBetweenStepsTests.environment(cluster, nil)
                environment.connector = connector
                let outcome = await operation.prepare(in: environment).execute()
                guard let (server, statement) = connector.died else { break }
                let place = "\(server) died \(isExecuted ? "after" : "at") \(statement): \(Outcomes.text(outcome))"
                whileGone(cluster, outcome, connector, place)
                cluster.change(server) { $0.restart() }
                let again = await KilledBetweenStepsTests.execute(operation, cluster)
                switch again {
                case .done, .alreadyDone: break
                default: Issue.record("\(place); run again: \(Outcomes.text(again))")
                }
                #expect(cluster.violations.isEmpty, "\(place): \(cluster.violations.first ?? "")")
                try await check(cluster, place)
                number += 1
            }
            #expect(number > 20, "nobody died")
        }
    }

    @Test func aSwitchoverWhoseCandidateOrSourceDiesLeavesNobodyFencedWithoutNeed() async throws {
        try await Self.dieEverywhere(
            SwitchoverOperation(candidate: KilledBetweenStepsTests.b, others: [KilledBetweenStepsTests.a]),
            on: {
                let cluster = SimulatedCluster.running()
                cluster.change("b") { $0.persisted["super_read_only"] = "ON" }
                return cluster
            },
            whileGone: { cluster, outcome, connector, place in
                let open = "SET GLOBAL read_only = OFF"
                let wasOpened = cluster.log.contains("b> \(open)") || connector.died?.statement == open
                guard connector.died?.server == "b", !wasOpened else { return }
                let a = cluster["a"]
                #expect(!a.readOnly && !a.superReadOnly && a.persisted.isEmpty, "\(place): the source stays fenced")
                if case .done = outcome { Issue.record("\(place)") }
            },
            check: KilledBetweenStepsTests.checkSwitched
        )
    }

    @Test func aPromotionWhoseCandidateDiesIsGoneOnWith() async throws {
        try await Self.dieEverywhere(
            PromoteOperation(candidate: KilledBetweenStepsTests.b),
            on: {
                let cluster = KilledBetweenStepsTests.deadSource()
                cluster.change("b") { $0.persisted["super_read_only"] = "ON" }
                return cluster
            },
            whileGone: { _, _, _, _ in },
            check: { cluster, place in
                let b = cluster["b"]
                #expect(!b.readOnly && b.channel == nil, "\(place)")
            }
        )
    }
}
