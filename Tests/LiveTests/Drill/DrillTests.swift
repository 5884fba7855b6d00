import Foundation
import MySQLWire
import ReplicaKit
import ReplicaLab
import Synchronization
import Testing

@Suite("The drill", .needsServer, .serialized)
struct DrillTests {
    @Test(
        "passes all twelve steps, each with all that it has to send, look at and say",
        arguments: Drill.LostPolicy.allCases
    )
    func passes(lost: Drill.LostPolicy) async throws {
        let servers = try await LabDrillServers.start()
        try await expectFilePositions(servers)
        let log = DrillLog()
        let report = await Drill(target: .own(keep: false), lost: lost, listener: log.add).run(on: servers, keep: false)
        #expect(log.failures == [] && report.isGreen)
        #expect(report.steps.map(\.number) == Array(1...12))
        #expect(log.steps.map(\.number) == Array(1...12))
        for (step, expected) in zip(log.steps, ExpectedStep.all(lost)) { expected.expect(step, "step \(step.number)") }
        expectKnownPosition(log.steps[7])
        let refused = log.steps[6].statements.first { $0.sql.contains("'refused'") }
        #expect(refused?.answer.hasPrefix("ERROR 1290 (HY000)") == true)

        #expect(report.lostTransactions?.count == 1)
        #expect(report.lostTransactions?.first?.changes.contains { "\($0)".contains("text=never_received_") } == true)
        #expect(try #require(report.promotionSeconds) > 0)
        #expect(try #require(report.writePauseSeconds) > 0)
        expectNothingSecret(servers, log.text + "\(report)")
        #expect(log.serversLeft.isEmpty, "servers were left")
    }

    /// The lab's way: by file and position, without GTIDs.
    private func expectFilePositions(_ servers: LabDrillServers) async throws {
        for server in [servers.source, servers.replica] {
            let session = try await MySQLServerConnector().connect(to: server)
            #expect(try await session.collect(sql: "SELECT @@GLOBAL.gtid_mode", timeout: .seconds(10)).scalar == "OFF")
            await session.close()
        }
    }

    /// The old source follows from the very place at which the data that it was repaired with were read.
    private func expectKnownPosition(_ rejoin: DrillLog.Step) {
        let repair = rejoin.statements.drop { $0.sql != "SET GLOBAL offline_mode = ON" }
        let snapshot = repair.drop { !($0.server == "mysql-replica" && $0.sql.hasPrefix("START TRANSACTION WITH")) }
        let place = snapshot.first { $0.server == "mysql-replica" && $0.sql == "SHOW BINARY LOG STATUS" }?.answer
        let parts = (place ?? "").split(whereSeparator: { ": ,".contains($0) }).map(String.init)
        let follow = repair.first { $0.sql.hasPrefix("CHANGE REPLICATION SOURCE TO") }?.sql ?? "none"
        guard parts.count == 4 else {
            Issue.record("no position: \(String(describing: place))")
            return
        }
        #expect(follow.contains("SOURCE_LOG_FILE = '\(parts[1])', SOURCE_LOG_POS = \(parts[3]),"), "\(parts)")
    }

    private func expectNothingSecret(_ servers: LabDrillServers, _ told: String) {
        let secrets = [servers.source.configuration.password, servers.credentials?.password].compactMap { $0 }
        #expect(secrets.count == 2)
        for secret in secrets {
            let password = secret.withBytes { String(decoding: $0, as: UTF8.self) }
            #expect(password.count == 24 && !told.contains(password))
        }
    }

    @Test("that is interrupted at its very end stops its servers all the same, although they were to be kept")
    func interruptedAtTheEnd() async throws {
        let log = DrillLog()
        let cancel = Mutex<(@Sendable () -> Void)?>(nil)
        let task = Task {
            try await Drill(target: .own(keep: true)) { event in
                log.add(event)
                if case .stepStarted(let plan) = event, plan.number == 12 { cancel.withLock { $0 }?() }
            }.run()
        }
        cancel.withLock { $0 = { task.cancel() } }
        _ = try await task.value
        #expect(log.steps.count == 12)
        #expect(log.serversLeft.isEmpty, "servers were left")
    }
}
