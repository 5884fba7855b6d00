import Foundation
import MySQLWire
import Testing

@testable import ReplicaKit

@Suite struct JournalTests {
    private func withJournal(_ body: (Journal) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "replica-kit-test-\(UInt64.random(in: 0 ... .max))/deep"
        defer { try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent) }
        try await body(Journal(directory: folder))
    }

    @Test func anOperationIsThereFromItsBeginningToItsEndWithoutSecrets() async throws {
        try await withJournal { journal in
            let cluster = SimulatedCluster.running()
            let environment = KilledBetweenStepsTests.environment(cluster, nil, journal: journal)
            let outcome = await SwitchoverOperation(
                candidate: KilledBetweenStepsTests.b,
                others: [KilledBetweenStepsTests.a]
            ).prepare(in: environment).execute()
            guard case .done(let report) = outcome else {
                Issue.record("\(Outcomes.text(outcome))")
                return
            }
            let entries = journal.entries(of: report.operation)
            #expect(entries.first?.entry == .begin && entries.last?.entry == .end && entries.last?.message == "done")
            #expect(entries.filter { $0.entry == .step }.count == report.steps.count)
            #expect(entries.filter { $0.entry == .stepDone }.count == report.steps.count)
            #expect(journal.anchors().parting(oldUUID: "uuid-a", newUUID: "uuid-b")?.operation == report.operation)
            #expect(journal.interruptedPlan() == nil)
            let text = try String(contentsOfFile: "\(journal.directory)/\(report.operation).jsonl", encoding: .utf8)
            #expect(!text.contains("replpass"))
            #expect(cluster.log.contains { $0.contains("replpass") }, "the server was given the password")
            #expect(report.steps.flatMap(\.statements).allSatisfy { !$0.sql.contains("replpass") })
            let mode = try FileManager.default.attributesOfItem(
                atPath: "\(journal.directory)/\(report.operation).jsonl"
            )[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }

    @Test func aKilledOperationIsKnownAsSuchAndATornLineIsLeftOut() async throws {
        try await withJournal { journal in
            let cluster = SimulatedCluster.running()
            let environment = KilledBetweenStepsTests.environment(
                cluster,
                KilledBetweenStepsTests.Places(limit: 12),
                journal: journal
            )
            _ = await SwitchoverOperation(
                candidate: KilledBetweenStepsTests.b,
                others: [KilledBetweenStepsTests.a]
            ).prepare(in: environment).execute()
            #expect(journal.interruptedPlan()?.kind == .switchover)
            let operation = try #require(journal.operations().first)
            let path = "\(journal.directory)/\(operation).jsonl"
            let before = journal.entries(of: operation).count
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data(#"{"schema":1,"ti"#.utf8))
            try file.close()
            #expect(journal.entries(of: operation).count == before)
            // What is added later is a line of its own.
            try journal.writer(for: operation, .switchover).add(.end) { $0.message = "incomplete" }
            #expect(journal.entries(of: operation).count == before + 1)
            #expect(journal.entries(of: operation).last?.entry == .end)
        }
    }

    @Test func aJournalThatCannotBeWrittenStopsTheOperationBeforeItBegins() async throws {
        let cluster = SimulatedCluster.running()
        let environment = KilledBetweenStepsTests.environment(
            cluster,
            nil,
            journal: Journal(directory: "/dev/null/journal")
        )
        let outcome = await SwitchoverOperation(
            candidate: KilledBetweenStepsTests.b,
            others: [KilledBetweenStepsTests.a]
        ).prepare(in: environment).execute()
        guard case .refused(let refusal) = outcome else {
            Issue.record("\(Outcomes.text(outcome))")
            return
        }
        #expect(refusal.reasons.map(\.code) == [.journal])
        #expect(!cluster["a"].superReadOnly)
    }

    @Test func anIdOfAServerCannotLeaveTheFolder() {
        #expect(Journal(directory: "/nowhere").entries(of: "../../etc/passwd").isEmpty)
    }
}
