import Foundation
import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

extension OperationSuites {
    @Suite("What an operation refuses, and leaves as it was")
    struct RefusalTests {
        /// What must not change by a refusal.
        private func state(_ lab: OperationPair) async throws -> String {
            var text = ""
            for server in [lab.a, lab.b] where server.isRunning {
                let seen = try await lab.observe(server)
                let channel =
                    seen.replica.map { "\($0.receiver as Any) \($0.applier as Any) \($0.sourceAddress as Any)" }
                    ?? "none"
                text +=
                    "\(server.name) \(seen.readOnly as Any) \(seen.superReadOnly as Any) \(seen.persistedVariables as Any) \(channel)\n"
            }
            return text
        }

        private func expectRefusal(
            _ lab: OperationPair,
            _ operation: any ReplicationOperation,
            _ code: Refusal.Code,
            connector: (any ServerConnector)? = nil,
            location: SourceLocation = #_sourceLocation
        ) async throws -> Refusal? {
            let before = try await state(lab)
            var environment = lab.environment(options: OperationOptions(partitionPatience: .milliseconds(600)))
            if let connector { environment.connector = connector }
            let outcome = await operation.prepare(in: environment).execute()
            #expect(try await state(lab) == before, sourceLocation: location)
            guard case .refused(let refusal) = outcome else {
                Issue.record("\(Unexpected(outcome))", sourceLocation: location)
                return nil
            }
            #expect(refusal.reasons.map(\.code) == [code], "\(refusal)", sourceLocation: location)
            #expect(refusal.reasons.allSatisfy { !$0.instead.isEmpty }, sourceLocation: location)
            return refusal
        }

        @Test("While source and replica are well")
        func healthyPair() async throws {
            let lab = try await OperationPair.fresh()
            let (a, b) = (lab.a.server, lab.b.server)
            // Promoting while the source lives.
            _ = try await expectRefusal(lab, PromoteOperation(candidate: b), .sourceAlive)
            // The source cannot be reached from here, but the replica still replicates.
            _ = try await expectRefusal(
                lab,
                PromoteOperation(candidate: b),
                .partition,
                connector: Deaf(to: lab.a.port)
            )
            // The two are swapped.
            _ = try await expectRefusal(lab, PromoteOperation(candidate: a), .swappedRoles)
            _ = try await expectRefusal(lab, RejoinOperation(old: a, new: b), .swappedRoles)
            // No change of roles where there is none to change.
            let same = await lab.execute(SwitchoverOperation(candidate: a, others: [b]))
            guard case .alreadyDone = same else { throw Unexpected(same) }
            // One server by two names.
            var twin = a
            twin.name = "twin"
            _ = try await expectRefusal(lab, RejoinOperation(old: twin, new: a), .sameServer)
            // An account that the future source does not know.
            let wrong = ReplicationCredentials(username: "nobody", password: Secret("nothing"))
            _ = try await expectRefusal(
                lab,
                SwitchoverOperation(candidate: b, others: [a], credentials: wrong),
                .credentialsRejected
            )
            // A wrong password of our own is an answer of a living server.
            var stranger = a
            stranger.configuration.password = Secret("wrong")
            _ = try await expectRefusal(lab, PromoteOperation(candidate: b, others: [stranger]), .sourceAlive)
            // Nobody at that address.
            var nobody = b
            nobody.configuration.endpoint = .tcp(host: "127.0.0.1", port: 1)
            _ = try await expectRefusal(lab, PromoteOperation(candidate: nobody), .unreachable)
            await lab.end()
        }

        @Test("While only this program is cut off, and the receiver was stopped by hand or is refused")
        func receiverIsNoWitnessOfDeath() async throws {
            let lab = try await OperationPair.fresh()
            let promote = PromoteOperation(candidate: lab.b.server)
            let cutOff = Deaf(to: lab.a.port)
            try await lab.run("STOP REPLICA IO_THREAD", on: lab.b)
            // It is started, reaches the source, and is stopped again.
            _ = try await expectRefusal(lab, promote, .partition, connector: cutOff)
            try await lab.run("ALTER USER '\(lab.credentials.username)' IDENTIFIED BY 'changed'", on: lab.a)
            _ = try await expectRefusal(lab, promote, .receiverError, connector: cutOff)
            try await lab.run("START REPLICA IO_THREAD", on: lab.b)
            for _ in 0..<400 where try await lab.observe(lab.b).replica?.receiverError == nil {
                try await Task.sleep(for: .milliseconds(25))
            }
            let refusal = try await expectRefusal(lab, promote, .receiverError, connector: cutOff)
            #expect(refusal?.description.contains("1045") == true)
            // What it says to do instead works, once the source is dead.
            try await lab.a.kill()
            try await lab.run("STOP REPLICA IO_THREAD", on: lab.b)
            try await lab.run("START REPLICA IO_THREAD", on: lab.b)
            let outcome = await lab.execute(promote)
            guard case .done = outcome else { throw Unexpected(outcome) }
            await lab.end()
        }

        @Test("A replica whose applier was stopped by an error, and one that is stopped")
        func brokenReplica() async throws {
            let lab = try await OperationPair.fresh()
            try await lab.run("INSERT INTO testdb.products VALUES ('x')", on: lab.a)
            try await lab.waitForRows(3, on: lab.b)
            let switchover = SwitchoverOperation(candidate: lab.b.server, others: [lab.a.server])
            try await lab.run("STOP REPLICA", on: lab.b)
            _ = try await expectRefusal(lab, switchover, .notReplicating)
            try await lab.run("DELETE FROM testdb.products WHERE text = 'x'", on: lab.b)
            try await lab.run("DELETE FROM testdb.products WHERE text = 'x'", on: lab.a)
            try await lab.run("START REPLICA", on: lab.b)
            for _ in 0..<200 where try await lab.observe(lab.b).replica?.applierError == nil {
                try await Task.sleep(for: .milliseconds(25))
            }
            // 1032: the row to delete is not there.
            let refusal = try await expectRefusal(lab, switchover, .applierError)
            #expect(refusal?.description.contains("1032") == true)
            try await lab.a.kill()
            _ = try await expectRefusal(lab, PromoteOperation(candidate: lab.b.server), .applierError)
            // Not reachable: a switchover is for the living.
            _ = try await expectRefusal(
                lab,
                SwitchoverOperation(candidate: lab.b.server, others: [lab.a.server]),
                .unreachable
            )
            await lab.end()
        }

        @Test("Two servers that no operation parted")
        func noAnchor() async throws {
            let lab = try await OperationPair.fresh()
            // By hand, as the tutorials do it.
            try await lab.loseTransactionAndKillSource("never received")
            try await lab.run("STOP REPLICA", on: lab.b)
            try await lab.run("RESET REPLICA ALL", on: lab.b)
            _ = try await expectRefusal(lab, PromoteOperation(candidate: lab.b.server), .notAReplica)
            try await lab.run("INSERT INTO testdb.products VALUES ('by hand')", on: lab.b)
            try await lab.a.start()
            let rejoin = RejoinOperation(
                old: lab.a.server,
                new: lab.b.server,
                credentials: lab.credentials,
                lost: .discard
            )
            let refusal = try await expectRefusal(lab, rejoin, .noAnchor)
            #expect(refusal?.reasons.first?.instead.contains("--without-anchor") == true)
            #expect(refusal?.reasons.first?.instead.contains("shown and saved") == true)
            // What it says to do instead works, and keeps its word: before the row goes it is shown, and on disk.
            var instead = rejoin
            instead.withoutAnchor = true
            let log = EventLog()
            let outcome = await lab.execute(instead, log)
            guard case .done(let report) = outcome else { throw Unexpected(outcome) }
            let saved = try #require(report.repair?.saved)
            let path = try #require(saved.path)
            #expect(path == lab.journal.directory + "/\(report.operation)-rows.sql")
            let script = try String(contentsOfFile: path, encoding: .utf8)
            #expect(script.contains("INSERT INTO `testdb`.`products` (`text`) VALUES ('never received');\n"))
            #expect((saved.rows, saved.definitions) == (1, 0))
            #expect(report.notes.contains { $0.contains(path) })
            let row = try #require(log.lines.firstIndex { $0.contains("testdb.products: text=never received") })
            let place = try #require(log.lines.firstIndex { $0.contains("saved in \(path)") })
            let opened = try #require(log.lines.firstIndex { $0.contains("super_read_only = OFF") })
            let closed = try #require(log.lines.lastIndex { $0.contains("SET GLOBAL super_read_only = ON") })
            #expect(opened < row && row < place && place < closed, "\(log.lines)")
            let journal = lab.journal.entries(of: report.operation)
            #expect(journal.contains { $0.entry == .saved && $0.message == path })
            #expect(lab.journal.operations().first == report.operation, "the file of rows is no operation")
            #expect(report.comparison?.isIdentical == true)
            #expect(try await lab.rows(on: lab.a) == ["by hand", "one", "two"])
            let again = await lab.execute(rejoin)
            guard case .alreadyDone = again else { throw Unexpected(again) }
            // It runs well, and then somebody writes to it: shown, refused, and mended by what the refusal names.
            try await lab.run("SET GLOBAL super_read_only = OFF", on: lab.a)
            try await lab.run("INSERT INTO testdb.products VALUES ('rogue')", on: lab.a)
            try await lab.run("SET GLOBAL super_read_only = ON", on: lab.a)
            var asking = rejoin
            asking.lost = .refuse
            let differs = try await expectRefusal(lab, asking, .dataDiffers)
            #expect(differs?.description.contains("only on \(lab.a.name): text=rogue") == true)
            let mended = await lab.execute(rejoin)
            guard case .done = mended else { throw Unexpected(mended) }
            #expect(try await lab.rows(on: lab.a) == ["by hand", "one", "two"])
            await lab.end()
        }

        @Test("A source that cannot be fenced in time: everything is taken back")
        func fenceTimesOut() async throws {
            let lab = try await OperationPair.fresh()
            let before = try await state(lab)
            let holder = try await lab.connector.connect(to: lab.a.server)
            _ = try await holder.collect(sql: "LOCK TABLES testdb.products WRITE", timeout: .seconds(5))
            let outcome = await lab.execute(
                SwitchoverOperation(candidate: lab.b.server, others: [lab.a.server]),
                options: OperationOptions(lockWaitSeconds: 1)
            )
            guard case .failedRolledBack(let report) = outcome else { throw Unexpected(outcome) }
            #expect(report.failedStep?.code == .fence)
            #expect(report.failure?.underlying?.server?.number == 1205)
            await holder.close()
            #expect(try await state(lab) == before)
            try await lab.run("INSERT INTO testdb.products VALUES ('goes on')", on: lab.a)
            try await lab.waitForRows(3, on: lab.b)
            await lab.end()
        }

        @Test("A statement that hangs: its session is ended, and the rest is taken back")
        func statementHangs() async throws {
            let lab = try await OperationPair.fresh()
            for sql in AnchorTable.create { try await lab.run(sql, on: lab.a) }
            try await lab.run("INSERT INTO testdb.products VALUES ('three')", on: lab.a)
            try await lab.waitForRows(3, on: lab.b)
            // Keeps the record of the parting waiting for a gap in its table, and nothing else.
            let holder = try await lab.connector.connect(to: lab.b.server)
            _ = try await holder.collect(sql: "START TRANSACTION", timeout: .seconds(5))
            _ = try await holder.collect(sql: "SELECT * FROM replicakit.anchor FOR UPDATE", timeout: .seconds(5))
            let outcome = await lab.execute(
                SwitchoverOperation(candidate: lab.b.server, others: [lab.a.server]),
                options: OperationOptions(statementSeconds: 3)
            )
            await holder.close()
            guard case .incomplete(let report) = outcome else { throw Unexpected(outcome) }
            #expect(report.failedStep?.code == .recordAnchor && report.failure?.kind == .timedOut)
            // The record itself cannot be taken back while that lasts.
            #expect(report.undoFailures.map(\.kind) == [.timedOut])
            let (a, b) = (try await lab.observe(lab.a), try await lab.observe(lab.b))
            #expect(a.isWritable == true && a.persistedVariables?["super_read_only"] == nil)
            #expect(b.replica?.isRunning == true)
            let again = await lab.execute(SwitchoverOperation(candidate: lab.b.server, others: [lab.a.server]))
            guard case .done = again else { throw Unexpected(again) }
            await lab.end()
        }

        @Test("A source that is stopped in its tracks is not dead")
        func suspendedSource() async throws {
            let lab = try await OperationPair.fresh()
            let process = try #require(lab.a.processID)
            kill(process, SIGSTOP)
            var source = lab.a.server
            source.configuration.connectTimeout = .seconds(1)
            let outcome = await PromoteOperation(candidate: lab.b.server, others: [source])
                .prepare(in: lab.environment(options: OperationOptions(partitionPatience: .milliseconds(600))))
                .execute()
            kill(process, SIGCONT)
            guard case .refused(let refusal) = outcome else { throw Unexpected(outcome) }
            #expect(refusal.reasons.map(\.code) == [.partition])
            await lab.end()
        }
    }

    /// Does not reach what listens on one port.
    struct Deaf: ServerConnector {
        let port: UInt16

        init(to port: UInt16) { self.port = port }

        func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
            if case .tcp(_, port) = server.configuration.endpoint {
                throw MySQLError(.unreachable, phase: .connecting, message: "no route to host")
            }
            return try await MySQLServerConnector().connect(to: server)
        }
    }
}
