import Foundation
import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

@Suite("Operations on real servers", .serialized, .needsServer)
enum OperationSuites {}

extension OperationSuites {
    @Suite("The whole failover lab")
    struct FailoverLabTests {
        @Test(
            "Promote, rejoin with a lost transaction, switch back: nothing is lost that was not named, and the data are equal"
        )
        func wholeLab() async throws {
            let lab = try await OperationPair.fresh()
            let log = EventLog()
            do {
                try await lab.loseTransactionAndKillSource()
                try await promote(lab, log)
                try await rejoin(lab, log)
                try await switchBack(lab, log)
            } catch {
                Issue.record("\(error)\n\(log.lines.joined(separator: "\n"))")
            }
            if ProcessInfo.processInfo.environment["REPLICA_TEST_VERBOSE"] != nil {
                print(log.lines.joined(separator: "\n"))
            }
            await lab.end()
        }

        private func promote(_ lab: OperationPair, _ log: EventLog) async throws {
            let outcome = await lab.execute(PromoteOperation(candidate: lab.b.server), log)
            guard case .done(let report) = outcome else { throw Unexpected(outcome) }
            #expect(try #require(report.promotionSeconds) < 5)
            #expect(report.anchor?.state == .promoted)
            let seen = try await lab.observe(lab.b)
            #expect(seen.isReplica == false && seen.isWritable == true)
            #expect(seen.persistedVariables?["super_read_only"] == "ON")
            try await lab.run("INSERT INTO testdb.products VALUES ('i_am_new_master')", on: lab.b)
            // The same once more: nothing to do.
            guard case .alreadyDone = await lab.execute(PromoteOperation(candidate: lab.b.server)) else {
                throw Unexpected(outcome)
            }
        }

        private func rejoin(_ lab: OperationPair, _ log: EventLog) async throws {
            try await lab.a.start()
            func operation(_ policy: LostPolicy) -> RejoinOperation {
                RejoinOperation(old: lab.a.server, new: lab.b.server, credentials: lab.credentials, lost: policy)
            }
            let refused = await lab.execute(operation(.refuse), log)
            guard case .refused(let refusal) = refused else { throw Unexpected(refused) }
            #expect(refusal.reasons.map(\.code) == [.lostTransactions])
            #expect(try await lab.observe(lab.a).isWritable == true, "a refusal changes nothing")
            let outcome = await lab.execute(operation(.discard), log)
            guard case .done(let report) = outcome else { throw Unexpected(outcome) }
            #expect(report.comparison?.isIdentical == true)
            #expect(try await lab.rows(on: lab.a) == ["i_am_new_master", "one", "two"])
            // What the anchored way discards is saved as well.
            let path = try #require(report.repair?.saved.path)
            #expect(try String(contentsOfFile: path, encoding: .utf8).contains("VALUES ('lost');\n"))
            let seen = try await lab.observe(lab.a)
            #expect(seen.isFenced && seen.replica?.isRunning == true && seen.offlineMode == false)
            let again = await lab.execute(operation(.refuse), log)
            guard case .alreadyDone = again else { throw Unexpected(again) }
        }

        private func switchBack(_ lab: OperationPair, _ log: EventLog) async throws {
            let operation = SwitchoverOperation(candidate: lab.a.server, others: [lab.b.server])
            let outcome = await lab.execute(operation, log)
            guard case .done(let report) = outcome else { throw Unexpected(outcome) }
            #expect(try #require(report.writePauseSeconds) < 2)
            let (a, b) = (try await lab.observe(lab.a), try await lab.observe(lab.b))
            #expect(a.isWritable == true && a.isReplica == false)
            #expect(b.isFenced && b.replica?.isRunning == true)
            try await lab.run("INSERT INTO testdb.products VALUES ('back')", on: lab.a)
            try await lab.waitForRows(4, on: lab.b)
            let again = await lab.execute(operation, log)
            guard case .alreadyDone = again else { throw Unexpected(again) }
        }
    }
}

/// An outcome that the test did not expect.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ outcome: OperationOutcome) {
        switch outcome {
        case .refused(let refusal): description = "refused: \(refusal)"
        case .failedRolledBack(let report):
            description = "failed at \(report.failedStep?.title ?? "?"): \(report.failure.map { "\($0)" } ?? "")"
        case .incomplete(let report):
            description = "incomplete at \(report.failedStep?.title ?? "?"): \(report.failure.map { "\($0)" } ?? "")"
        case .done: description = "done"
        case .alreadyDone(let text, _): description = "already done: \(text)"
        }
    }
}
