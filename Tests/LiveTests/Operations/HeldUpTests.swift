import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

extension OperationSuites {
    @Suite("An operation that is held up by others")
    struct HeldUpTests {
        /// A lock of somebody else, given back by `release`.
        private func lock(_ server: LabServer, _ lab: OperationPair) async throws -> any SQLSession {
            let holder = try await lab.connector.connect(to: server.server)
            _ = try await holder.collect(sql: "LOCK TABLES testdb.products WRITE", timeout: .seconds(10))
            return holder
        }

        private func wait(_ what: Comment, _ holds: () async throws -> Bool) async throws {
            for _ in 0..<800 {
                if try await holds() { return }
                try await Task.sleep(for: .milliseconds(25))
            }
            Issue.record("never seen: \(what)")
        }

        @Test("is taken back at a step's deadline, refused beside another one, and done when the way is free")
        func heldUp() async throws {
            let lab = try await OperationPair.fresh()
            try await drainTimesOut(lab)
            try await secondIsRefused(lab)
            await lab.end()
        }

        /// The applier waits for a lock, and a promotion for the applier: not for ever.
        private func drainTimesOut(_ lab: OperationPair) async throws {
            let holder = try await lock(lab.b, lab)
            try await lab.run("INSERT INTO testdb.products VALUES ('received')", on: lab.a)
            let end = try await lab.run("SHOW BINARY LOG STATUS", on: lab.a).firstRow?.string("Position")
            try await wait("the row is received") {
                let status = try await lab.run("SHOW REPLICA STATUS", on: lab.b).firstRow
                return status?.string("Read_Source_Log_Pos") == end
            }
            try await lab.a.kill()
            let promote = PromoteOperation(candidate: lab.b.server)
            let outcome = await lab.execute(promote, options: OperationOptions(applySeconds: 1))
            guard case .failedRolledBack(let report) = outcome else { throw Unexpected(outcome) }
            #expect(report.failedStep?.code == .drain && report.failure?.kind == .timedOut, "\(Unexpected(outcome))")
            let status = try #require(try await lab.observe(lab.b).replica)
            #expect(status.receiver == .connecting && status.applier == .yes, "both run, as before")
            await holder.close()
            let again = await lab.execute(promote)
            guard case .done = again else { throw Unexpected(again) }
            #expect(try await lab.rows(on: lab.b).contains("received"))
        }

        /// The first one waits for a lock of the new source, and meanwhile the second one is told to wait as well.
        private func secondIsRefused(_ lab: OperationPair) async throws {
            try await lab.a.start()
            let holder = try await lock(lab.b, lab)
            let rejoin = RejoinOperation(
                old: lab.a.server,
                new: lab.b.server,
                credentials: lab.credentials,
                lost: .discard
            )
            let first = Task { await lab.execute(rejoin) }
            try await wait("the first waits") {
                let sql = "SELECT COUNT(*) FROM performance_schema.processlist WHERE info LIKE 'FLUSH TABLES WITH%'"
                return try await lab.run(sql, on: lab.b).scalar == "1"
            }
            let second = await lab.execute(rejoin)
            guard case .refused(let refusal) = second else { throw Unexpected(second) }
            #expect(refusal.reasons.map(\.code) == [.locked] && !refusal.reasons[0].instead.isEmpty)
            await holder.close()
            let outcome = await first.value
            guard case .done(let report) = outcome else { throw Unexpected(outcome) }
            #expect(report.comparison?.isIdentical == true)
        }
    }
}
