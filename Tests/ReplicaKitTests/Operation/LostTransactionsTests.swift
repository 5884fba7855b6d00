import Foundation
import MySQLWire
import Synchronization
import Testing

@testable import ReplicaKit

/// Nothing is discarded that nobody has seen.
@Suite struct LostTransactionsTests {
    static func rejoin(_ policy: LostPolicy = .discard, withoutAnchor: Bool = false) -> RejoinOperation {
        RejoinOperation(
            old: KilledBetweenStepsTests.a,
            new: KilledBetweenStepsTests.b,
            credentials: .init(username: "repl", password: Secret("replpass")),
            lost: policy,
            withoutAnchor: withoutAnchor
        )
    }

    static func environment(_ cluster: SimulatedCluster) -> OperationEnvironment {
        KilledBetweenStepsTests.environment(cluster, nil)
    }

    static func writeMore(_ cluster: SimulatedCluster) {
        cluster.change("a") { server in for number in 1...4 { server.write(.row("late \(number)")) } }
    }

    @Test(arguments: [LostPolicy.discard, .keep])
    func moreThanWasShownIsRefused(policy: LostPolicy) async throws {
        let cluster = try await KilledBetweenStepsTests.promoted()
        let prepared = await Self.rejoin(policy).prepare(in: Self.environment(cluster))
        guard case .run(let plan) = prepared.decision else { throw KilledBetweenStepsTests.Unexpected() }
        #expect(plan.tail?.lostTransactions?.flatMap(\.changes).map(\.description) == ["insert d.t: text=lost"])
        Self.writeMore(cluster)
        let before = cluster["a"].rows
        guard case .refused(let refusal) = await prepared.execute() else {
            Issue.record("five were discarded where one was confirmed")
            return
        }
        #expect(refusal.reasons.map(\.code) == [.changedMeanwhile])
        #expect(refusal.description.contains("1 transaction(s) were to be lost, 5 are there now"), "\(refusal)")
        #expect(cluster["a"].rows == before && !cluster["a"].superReadOnly, "nothing was changed")
    }

    @Test func whatComesBetweenTheLastLookAndTheFenceIsNotDiscardedEither() async throws {
        let cluster = try await KilledBetweenStepsTests.promoted()
        var environment = Self.environment(cluster)
        environment.crashesAt = { place in
            if place == "before examine" { Self.writeMore(cluster) }
            return false
        }
        let outcome = await Self.rejoin().prepare(in: environment).execute()
        guard case .incomplete(let report) = outcome else {
            Issue.record("\(Outcomes.text(outcome))")
            return
        }
        #expect(report.failedStep?.code == .examine)
        #expect(report.failure?.message.contains("5 transaction(s)") == true)
        #expect(report.lost?.transactions.count == 5)
        #expect(cluster["a"].rows.contains("late 4"))
        // The fence holds: the same again shows all of them, and is done.
        guard case .done(let second) = await Self.rejoin().prepare(in: Self.environment(cluster)).execute() else {
            Issue.record("did not converge")
            return
        }
        #expect(second.lost?.transactions.count == 5)
        #expect(cluster.rows("a") == cluster.rows("b"))
    }

    @Test func thatNothingWasLostIsKnown() async throws {
        let cluster = SimulatedCluster.running()
        cluster.change("a") { $0.isAlive = false }
        let promoted = await KilledBetweenStepsTests.execute(
            PromoteOperation(candidate: KilledBetweenStepsTests.b),
            cluster
        )
        guard case .done = promoted else { throw KilledBetweenStepsTests.Unexpected() }
        cluster.change("a") {
            $0.restart()
            $0.readOnly = true
        }
        let outcome = await Self.rejoin(.refuse).prepare(in: Self.environment(cluster)).execute()
        guard case .done(let report) = outcome else {
            Issue.record("\(Outcomes.text(outcome))")
            return
        }
        #expect(report.lost?.transactions == [])
    }

    @Test func whatCannotBeToldNeedsAPlaceToBeSavedIn() async throws {
        let folder = NSTemporaryDirectory() + "replica-kit-journal-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for withoutAnchor in [false, true] {
            let cluster = try await KilledBetweenStepsTests.promoted()
            var environment = Self.environment(cluster)
            environment.reconciler = SimulatedReconciler(cluster: cluster, hidesRows: true)
            let operation = Self.rejoin(withoutAnchor: withoutAnchor)
            guard case .refused(let refusal) = await operation.prepare(in: environment).execute() else {
                Issue.record("what nobody can tell was discarded")
                return
            }
            #expect(refusal.reasons.map(\.code) == [.journal])
            environment.journal = Journal(directory: folder)
            let outcome = await operation.prepare(in: environment).execute()
            guard case .done(let report) = outcome else {
                Issue.record("\(Outcomes.text(outcome))")
                return
            }
            #expect(report.lost == nil, "unknown, and not none")
            let entries = Journal(directory: folder).entries(of: report.operation)
            #expect(entries.contains { $0.entry == .saved })
            if !withoutAnchor {
                #expect(entries.contains { $0.message?.contains("their rows are unknown") == true })
            }
        }
    }

    @Test func theRowsAreInTheJournalOnce() async throws {
        let folder = NSTemporaryDirectory() + "replica-kit-journal-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cluster = try await KilledBetweenStepsTests.promoted()
        var environment = Self.environment(cluster)
        environment.journal = Journal(directory: folder)
        guard case .done(let report) = await Self.rejoin().prepare(in: environment).execute() else {
            throw KilledBetweenStepsTests.Unexpected()
        }
        let entries = Journal(directory: folder).entries(of: report.operation)
        #expect(entries.first?.plan?.tail == .lost(count: 1, summary: ["lost"], report: nil))
        #expect(entries.compactMap(\.lost).map(\.transactions.count) == [1])
    }

    @Test func aLogThatCannotBeReadByRowsSaysWhy() async throws {
        let log = BinlogEventsScanTests.Log(
            files: [("binlog.000001", "452"), ("binlog.000002", "9999")],
            events: ["binlog.000002": BinlogEventsScanTests.restart + BinlogEventsScanTests.transaction("d.t")]
        )
        // Statements find a server; nobody listens where its binary log would be read.
        let old = Server(
            name: "old",
            configuration: MySQLConfiguration(endpoint: .tcp(host: "127.0.0.1", port: 1), username: "u"),
            advertised: HostAndPort(host: "127.0.0.1", port: 1)
        )
        let scan = try await SnapshotReconciler(connector: Always(session: log))
            .scan(old, after: BinlogEventsScanTests.start)
        guard case .lost(1, let summary, nil) = scan else {
            Issue.record("\(scan)")
            return
        }
        #expect(summary.first == "binlog.000002:158 rows of d.t")
        #expect(summary.last?.hasPrefix("their rows are unknown: old: cannot connect") == true, "\(summary)")
    }

    private struct Always: ServerConnector {
        let session: BinlogEventsScanTests.Log

        func connect(to server: Server) async throws(MySQLError) -> any SQLSession { session }
    }
}
