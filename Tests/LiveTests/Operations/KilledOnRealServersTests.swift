import MySQLWire
import ReplicaKit
import ReplicaLab
import Synchronization
import Testing

extension OperationSuites {
    @Suite("Killed between two steps on real servers, then run again")
    struct KilledOnRealServersTests {
        /// Stops the operation at the border of two steps: the one of that number, or of that name.
        private final class Border: Sendable {
            private let name: String?
            private let state: Mutex<(left: Int, place: String?)>

            init(_ number: Int) {
                name = nil
                state = Mutex((number, nil))
            }

            init(_ name: String) {
                self.name = name
                state = Mutex((0, nil))
            }

            func crashes(at place: String) -> Bool {
                guard place.hasPrefix("before ") || place.hasPrefix("after ") else { return false }
                return state.withLock { state in
                    guard state.place == nil else { return true }
                    if let name, name != place { return false }
                    state.left -= 1
                    guard state.left < 0 else { return false }
                    state.place = place
                    return true
                }
            }

            var place: String? { state.withLock { $0.place } }
        }

        private func execute(_ operation: any ReplicationOperation, _ lab: OperationPair, killedAt border: Border) async
            -> (OperationOutcome, String?)
        {
            var environment = lab.environment()
            environment.crashesAt = { border.crashes(at: $0) }
            let outcome = await operation.prepare(in: environment).execute()
            return (outcome, border.place)
        }

        private func requireDone(_ outcome: OperationOutcome, _ place: String?) throws {
            switch outcome {
            case .done, .alreadyDone: return
            default:
                Issue.record("killed \(place ?? "-")")
                throw Unexpected(outcome)
            }
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
                let (first, place) = await execute(operation, lab, killedAt: Border(number))
                if place != nil {
                    try requireDone(await lab.execute(operation), place)
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

        /// Around what a rejoin does to keep the lost transactions: they must be there once, and not twice.
        private static let keepBorders = ["before keep-lost", "after keep-lost", "before repair", "after repair"]

        @Test("Promotion and rejoin with a lost transaction, killed at each border of their steps")
        func promoteAndRejoin() async throws {
            let lab = try await OperationPair.fresh()
            var (source, replica) = (lab.a, lab.b)
            var number = 0
            var promotionBorders = 0
            // When the rejoins that discard were killed everywhere, those that keep have their turn.
            var keepBorders: ArraySlice<String>?
            while true {
                // Its receiver is held back, so that the source commits what the replica never gets.
                try await lab.run("STOP REPLICA IO_THREAD", on: replica)
                try await lab.run("INSERT INTO testdb.products VALUES ('lost \(number)')", on: source)
                try await source.kill()
                try await lab.run("START REPLICA IO_THREAD", on: replica)
                let promote = PromoteOperation(candidate: replica.server, others: [source.server])
                let (first, place) = await execute(promote, lab, killedAt: Border(number))
                if place != nil {
                    promotionBorders += 1
                    try requireDone(await lab.execute(promote), place)
                } else {
                    guard case .done = first else { throw Unexpected(first) }
                }
                try await lab.run("INSERT INTO testdb.products VALUES ('after \(number)')", on: replica)
                try await source.start()
                let rejoin = RejoinOperation(
                    old: source.server,
                    new: replica.server,
                    credentials: lab.credentials,
                    lost: keepBorders == nil ? .discard : .keep
                )
                let border = keepBorders.map { $0.first.map { Border($0) } ?? Border(.max) } ?? Border(number)
                let (third, rejoinPlace) = await execute(rejoin, lab, killedAt: border)
                if rejoinPlace != nil {
                    try requireDone(await lab.execute(rejoin), rejoinPlace)
                } else {
                    guard case .done = third else { throw Unexpected(third) }
                }
                try await expectEqual(replica, source, lab, "\(place ?? "-"), \(rejoinPlace ?? "-")")
                let rows = try await lab.rows(on: source)
                let lost = rows.count { $0 == "lost \(number)" }
                #expect(lost == (keepBorders == nil ? 0 : 1), "\(place ?? "-"), \(rejoinPlace ?? "-")")
                #expect(rows.contains("after \(number)"))
                if rejoinPlace == nil, keepBorders == nil {
                    keepBorders = Self.keepBorders[...]
                } else {
                    keepBorders = keepBorders?.dropFirst()
                }
                swap(&source, &replica)
                guard place != nil || rejoinPlace != nil else { break }
                number += 1
            }
            #expect(promotionBorders >= 18 && keepBorders?.isEmpty == true)
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
