import Foundation
import ReplicaKit
import ReplicaLab
import Synchronization
import Testing

@Suite("The drill", .needsServer, .serialized)
struct DrillTests {
    @Test("passes all twelve steps, whatever becomes of the lost transaction", arguments: Drill.LostPolicy.allCases)
    func passes(lost: Drill.LostPolicy) async throws {
        let log = DrillLog()
        let report = try await Drill(target: .own(keep: false), lost: lost, listener: log.add).run()
        #expect(log.failures == [] && report.isGreen)
        #expect(report.steps.map(\.number) == Array(1...12))
        #expect(report.lostTransactions.count == 1)
        #expect(report.lostTransactions.first?.changes.contains { "\($0)".contains("text=never_received_") } == true)
        #expect(try #require(report.promotionSeconds) > 0)
        #expect(try #require(report.writePauseSeconds) > 0)
        // Nothing secret in anything that was told.
        #expect(log.all.allSatisfy { !$0.contains("PASSWORD = '") || $0.contains("PASSWORD = '<redacted>'") })
        #expect(log.serversLeft.isEmpty, "servers were left")
    }

    @Test("on servers that exist already, twice in a row, stops and starts them by command")
    func givenServers() async throws {
        let pair = try await LivePair.fresh()
        let control = try CommandControl(of: pair.source)
        let servers = GivenDrillServers(
            source: pair.source.server,
            replica: pair.replica.server,
            credentials: pair.credentials,
            stopCommand: control.stopCommand,
            startCommand: control.startCommand
        )
        for lost in Drill.LostPolicy.allCases {
            let log = DrillLog()
            let report = try await Drill(target: .given(servers), lost: lost, listener: log.add).run()
            #expect(log.failures == [] && report.isGreen, "\(lost)")
        }
        #expect(pair.source.isRunning && pair.replica.isRunning, "given servers stay")
        control.end()
        await pair.lab.stopAll()
    }

    @Test("with a step that fails is not green, and tells of twelve steps all the same")
    func failingStep() async throws {
        let pair = try await LivePair.fresh()
        let servers = GivenDrillServers(
            source: pair.source.server,
            replica: pair.replica.server,
            credentials: pair.credentials,
            stopCommand: "echo no such container; false",
            startCommand: "true"
        )
        let log = DrillLog()
        let report = try await Drill(target: .given(servers), listener: log.add).run()
        #expect(!report.isGreen)
        #expect(report.steps.map(\.outcome) == [.passed, .passed, .failed] + Array(repeating: .skipped, count: 9))
        #expect(log.failures.contains { $0.contains("no such container") })
        await pair.lab.stopAll()
    }

    @Test("that is interrupted stops its servers, also where they were to be kept", arguments: [1, 6, 10])
    func interrupted(at number: Int) async throws {
        let log = DrillLog()
        let cancel = Mutex<(@Sendable () -> Void)?>(nil)
        let task = Task {
            try await Drill(target: .own(keep: true)) { event in
                log.add(event)
                if case .stepStarted(let plan) = event, plan.number == number { cancel.withLock { $0 }?() }
            }.run()
        }
        cancel.withLock { $0 = { task.cancel() } }
        let report = try await task.value
        #expect(report.steps.count == 12 && !report.isGreen)
        #expect(report.steps.last?.outcome == .skipped)
        #expect(log.serversLeft.isEmpty, "servers were left")
    }
}
