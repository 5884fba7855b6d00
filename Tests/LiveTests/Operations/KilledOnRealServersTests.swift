import MySQLWire
import ReplicaKit
import ReplicaLab
import Synchronization
import Testing

extension OperationSuites {
    @Suite("Killed between two steps on real servers, then run again")
    struct KilledOnRealServersTests {
        /// Stops the operation at the place of that number, counting only the borders of steps.
        private final class Border: Sendable {
            private let state: Mutex<(left: Int, place: String?)>
            init(_ number: Int) { state = Mutex((number, nil)) }

            func crashes(at place: String) -> Bool {
                guard place.hasPrefix("before ") || place.hasPrefix("after ") else { return false }
                return state.withLock { state in
                    guard state.place == nil else { return true }
                    state.left -= 1
                    guard state.left < 0 else { return false }
                    state.place = place
                    return true
                }
            }

            var place: String? { state.withLock { $0.place } }
        }

        private func execute(_ operation: any ReplicationOperation, _ lab: OperationPair, killedAt number: Int) async
            -> (OperationOutcome, String?)
        {
            let border = Border(number)
            var environment = lab.environment()
            environment.crashesAt = { border.crashes(at: $0) }
            let outcome = await operation.prepare(in: environment).execute()
            return (outcome, border.place)
        }

        private func expectEqual(_ source: LabServer, _ replica: LabServer, _ lab: OperationPair, _ place: String)
            async throws
        {
            let report = try await SnapshotReconciler(connector: lab.connector)
                .compare(source: source.server, replica: replica.server, note: { _ in })
            #expect(report.isIdentical, "\(place)")
        }

        @Test("Switchover, back and forth, killed at each border of its steps")
        func switchover() async throws {
            let lab = try await OperationPair.fresh()
            var (source, replica) = (lab.a, lab.b)
            var number = 0
            while true {
                let operation = SwitchoverOperation(candidate: replica.server, others: [source.server])
                let (first, place) = await execute(operation, lab, killedAt: number)
                if place != nil {
                    let second = await lab.execute(operation)
                    switch second {
                    case .done, .alreadyDone: break
                    default: throw Unexpected(second)
                    }
                } else {
                    guard case .done = first else { throw Unexpected(first) }
                }
                let seen = (try await lab.observe(replica), try await lab.observe(source))
                #expect(seen.0.isWritable == true && seen.0.isReplica == false, "\(place ?? "-")")
                #expect(seen.1.isFenced && seen.1.replica?.isRunning == true, "\(place ?? "-")")
                try await lab.run("INSERT INTO testdb.products VALUES ('round \(number)')", on: replica)
                try await expectEqual(replica, source, lab, place ?? "not killed")
                swap(&source, &replica)
                guard place != nil else { break }
                number += 1
            }
            #expect(number >= 20)
            #expect(try await lab.rows(on: source).count == 2 + number + 1)
            await lab.end()
        }

        @Test("Promotion and rejoin with a lost transaction, killed at each border of their steps")
        func promoteAndRejoin() async throws {
            let lab = try await OperationPair.fresh()
            var (source, replica) = (lab.a, lab.b)
            var number = 0
            var promotionBorders = 0
            while true {
                // Its receiver is held back, so that the source commits what the replica never gets.
                try await lab.run("STOP REPLICA IO_THREAD", on: replica)
                try await lab.run("INSERT INTO testdb.products VALUES ('lost \(number)')", on: source)
                try await source.kill()
                try await lab.run("START REPLICA IO_THREAD", on: replica)
                let promote = PromoteOperation(candidate: replica.server, others: [source.server])
                let (first, place) = await execute(promote, lab, killedAt: number)
                if place != nil {
                    promotionBorders += 1
                    let second = await lab.execute(promote)
                    switch second {
                    case .done, .alreadyDone: break
                    default: throw Unexpected(second)
                    }
                } else {
                    guard case .done = first else { throw Unexpected(first) }
                }
                try await lab.run("INSERT INTO testdb.products VALUES ('after \(number)')", on: replica)
                try await source.start()
                let rejoin = RejoinOperation(
                    old: source.server,
                    new: replica.server,
                    credentials: lab.credentials,
                    lost: .discard
                )
                let (third, rejoinPlace) = await execute(rejoin, lab, killedAt: number)
                if rejoinPlace != nil {
                    let fourth = await lab.execute(rejoin)
                    switch fourth {
                    case .done, .alreadyDone: break
                    default: throw Unexpected(fourth)
                    }
                } else {
                    guard case .done = third else { throw Unexpected(third) }
                }
                try await expectEqual(replica, source, lab, "\(place ?? "-"), \(rejoinPlace ?? "-")")
                let rows = try await lab.rows(on: source)
                #expect(!rows.contains("lost \(number)") && rows.contains("after \(number)"))
                swap(&source, &replica)
                guard place != nil || rejoinPlace != nil else { break }
                number += 1
            }
            #expect(promotionBorders >= 18)
            await lab.end()
        }

        @Test("Switchover killed behind the opening, both restarted, the source dead, and the candidate promoted")
        func promotionAfterSwitchover() async throws {
            let lab = try await OperationPair.fresh()
            try await lab.run("SET PERSIST_ONLY super_read_only = ON", on: lab.b)
            var environment = lab.environment()
            environment.crashesAt = { $0 == "after open" }
            let switchover = SwitchoverOperation(candidate: lab.b.server, others: [lab.a.server])
            _ = await switchover.prepare(in: environment).execute()
            try await lab.run("INSERT INTO testdb.products VALUES ('since the opening')", on: lab.b)
            // A restart begins a new file on the source, to which the candidate's position moves without any data.
            for server in [lab.a, lab.b] {
                try await server.kill()
                try await server.start()
            }
            #expect(try await lab.observe(lab.a).isFenced, "two writable servers")
            let moved = try await lab.observe(lab.a).source?.coordinates
            for _ in 0..<400 where try await lab.observe(lab.b).replica?.executed != moved {
                try await Task.sleep(for: .milliseconds(25))
            }
            try await lab.a.kill()
            let promoted = await lab.execute(PromoteOperation(candidate: lab.b.server, others: [lab.a.server]))
            guard case .done = promoted else { throw Unexpected(promoted) }
            try await lab.a.start()
            // Nothing was lost, so that nothing needs to be said about it.
            let rejoin = RejoinOperation(old: lab.a.server, new: lab.b.server, credentials: lab.credentials)
            let rejoined = await lab.execute(rejoin)
            guard case .done(let report) = rejoined else { throw Unexpected(rejoined) }
            #expect(report.comparison?.isIdentical == true && report.repair == nil)
            #expect(try await lab.rows(on: lab.a) == ["one", "since the opening", "two"])
            await lab.end()
        }
    }
}
