import Foundation
import MySQLWire
import ReplicaKit
import Synchronization
import Testing

@testable import ReplicaLab

@Suite("A drill that does not get far")
struct DrillTests {
    @Test("still tells of twelve steps: those before, the failed one, and the skipped ones")
    func failureInTheFirstStep() async throws {
        let servers = UnusableServers()
        let log = EventLog()
        let drill = Drill(target: .own(keep: true)) { log.add($0) }
        let report = await drill.run(on: servers, keep: true)
        #expect(report.steps.map(\.number) == Array(1...12))
        #expect(report.steps.map(\.outcome) == [.failed] + Array(repeating: .skipped, count: 11))
        #expect(!report.isGreen)
        #expect(servers.finished.withLock { $0 } == [false], "servers of a failed drill do not stay")
        #expect(log.failures == ["source: no"])
    }

    @Test("that is cancelled skips what is left, and lets no server stay")
    func cancellation() async throws {
        let servers = UnusableServers()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await Drill(target: .own(keep: true)) { _ in }.run(on: servers, keep: true)
        }
        let report = await task.value
        #expect(report.steps.allSatisfy { $0.outcome == .skipped } && report.steps.count == 12)
        #expect(servers.finished.withLock { $0 } == [false])
    }

    @Test("is green only with every step passed and identical data")
    func green() {
        var report = DrillReport(
            server: nil,
            steps: DrillStepPlan.all.map {
                DrillStep(number: $0.number, name: $0.name, outcome: .passed, seconds: 0, statements: [])
            },
            lostTransactions: [],
            dataIdentical: true
        )
        #expect(report.isGreen)
        report.dataIdentical = nil
        #expect(!report.isGreen)
        report.dataIdentical = true
        report.steps[11].outcome = .failed
        #expect(!report.isGreen)
    }
}

@Suite("The book of a drill")
struct DrillRecorderTests {
    @Test("fails a step whose checks are not all good, and attributes statements to the step that is on")
    func checksDecide() {
        let recorder = DrillRecorder { _ in }
        recorder.begin(DrillStepPlan.all[4])
        recorder.record(DrillStatement(server: "a", sql: "STOP REPLICA", answer: "OK"), took: .zero, isOwn: false)
        recorder.advance(to: DrillStepPlan.all[5])
        recorder.record(
            DrillStatement(server: "a", sql: "SET GLOBAL read_only = OFF", answer: "OK"),
            took: .zero,
            isOwn: false
        )
        recorder.check("writable", false)
        recorder.end(failure: nil)
        #expect(recorder.steps.map(\.outcome) == [.passed, .failed])
        #expect(recorder.steps.map { $0.statements.map(\.sql) } == [["STOP REPLICA"], ["SET GLOBAL read_only = OFF"]])
    }

    private static let failures: [(String, @Sendable (inout ReplicaStatus) -> Void)] = [
        ("IO No", { $0.receiver = .no }), ("IO unknown", { $0.receiver = nil }), ("SQL No", { $0.applier = .no }),
        ("behind its source: unknown", { $0.secondsBehindSource = nil }),
        ("behind its source: 1 s", { $0.secondsBehindSource = 1 }),
        ("receiver error 2003: gone", { $0.receiverError = ReplicationError(number: 2003, message: "gone") }),
        ("applier error 1032: no row", { $0.applierError = ReplicationError(number: 1032, message: "no row") }),
    ]

    @Test(
        "fails a step whose replica does not run, lags, or has an error",
        arguments: [nil] + failures.indices.map { $0 }
    )
    func replication(index: Int?) {
        let log = EventLog()
        let recorder = DrillRecorder { log.add($0) }
        let course = DrillCourse(
            servers: UnusableServers(),
            lost: .discard,
            journal: nil,
            recorder: recorder,
            base: MySQLServerConnector()
        )
        var status = ReplicaStatus()
        (status.receiver, status.applier, status.secondsBehindSource) = (.yes, .yes, 0)
        let failure = index.map { Self.failures[$0] }
        failure?.1(&status)
        recorder.begin(DrillStepPlan.all[8])
        course.checkRunning(status)
        recorder.end(failure: nil)
        #expect(recorder.steps.map(\.outcome) == [failure == nil ? .passed : .failed])
        #expect(log.failures == (failure.map { ["not as it must be: \($0.0)"] } ?? []))
    }

    @Test(
        "tells what changes a server from what only reads",
        arguments: [
            ("SHOW REPLICA STATUS", false), ("select 1", false), ("START TRANSACTION READ ONLY", false),
            ("SET SESSION sql_log_bin = 0", false), ("SET NAMES utf8mb4", false),
            ("START REPLICA", true), ("SET GLOBAL super_read_only = ON", true), ("INSERT INTO a VALUES (1)", true),
            ("FLUSH TABLES WITH READ LOCK", true), ("CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'h'", true),
        ]
    )
    func changes(sql: String, expected: Bool) {
        #expect(DrillRecorder.changesServer(sql) == expected)
    }
}
