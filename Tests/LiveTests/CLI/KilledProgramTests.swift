import Foundation
import MySQLWire
import ReplicaLab
import Synchronization
import TestSupport
import Testing

/// The built program is killed (SIGKILL) anywhere in the middle, and run again: it comes to its end, no row that a
/// client was told of is lost, and the two servers never take writes at the same time.
@Suite(.needsServer, .serialized) struct KilledProgramTests {
    /// Spread over the length of a run that was not killed, from its first connection to its last statement.
    private static let kills = 10

    /// Runs a command that is killed after `delay`, then again until it is done.
    ///
    /// The lock of a killed run goes when the server notices that its session is gone; until then the command is
    /// refused, which is the only refusal that is allowed here.
    private func runKilled(
        _ arguments: [String],
        after delay: Duration,
        _ lab: ProgramPair,
        between: () async throws -> Void
    )
        async throws -> String
    {
        let program = try lab.start(arguments)
        try await Task.sleep(for: delay)
        program.send(SIGKILL)
        _ = await program.end()
        let first = "killed after \(delay):\n\(program.output)\nand run again:\n"
        try await between()
        for _ in 0..<60 {
            let outcome = try await lab.run(arguments)
            if outcome.status == 6, outcome.errors.contains("another operation is at work") {
                try await Task.sleep(for: .milliseconds(500))
                continue
            }
            #expect(outcome.status == 0, "\(first)\(outcome.errors)\(outcome.text)")
            return first + outcome.errors + outcome.text
        }
        Issue.record("killed after \(delay): the lock was never given back")
        return first
    }

    /// Runs a command that nobody kills: how long it takes.
    private func whole(_ arguments: [String], _ lab: ProgramPair) async throws -> Duration {
        let began = ContinuousClock.now
        let outcome = try await lab.run(arguments)
        #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return ContinuousClock.now - began
    }

    private func expectOneWriter(_ lab: ProgramPair, _ when: String) async throws {
        let writers = try await (lab.isWritable(lab.source), lab.isWritable(lab.replica))
        #expect(!(writers.0 && writers.1), "both servers take writes \(when)")
    }

    private func expectIdentical(
        _ source: LabServer,
        _ replica: LabServer,
        _ lab: ProgramPair,
        _ told: String = ""
    ) async throws {
        let outcome = try await lab.run(
            ["compare", "--source", ProgramPair.address(source), "--replica", ProgramPair.address(replica)]
        )
        #expect(outcome.status == 0, "\(told)\(outcome.errors)\(outcome.text)")
    }

    @Test func `switchover, back and forth, while clients write to whichever server takes it`() async throws {
        let lab = try await ProgramPair.fresh()
        try await lab.query("SET PERSIST super_read_only = ON", on: lab.replica)
        let clients = WritingClients(lab)
        var (source, replica) = (lab.source, lab.replica)
        let length = try await whole(["switchover", "--to", ProgramPair.address(replica), "--yes"], lab)
        swap(&source, &replica)
        for kill in 1...Self.kills {
            let delay = length * (Double(kill) - Double.random(in: 0..<1)) / Double(Self.kills)
            let arguments = ["switchover", "--to", ProgramPair.address(replica), "--yes"]
            let told = try await runKilled(arguments, after: delay, lab) {
                try await expectOneWriter(lab, "after a kill at \(delay)")
            }
            swap(&source, &replica)
            try await expectIdentical(source, replica, lab, told)
            #expect(try await lab.isWritable(source))
            #expect(try await !lab.isWritable(replica))
        }
        let acknowledged = await clients.stop()
        #expect(acknowledged.count > Self.kills)
        try await expectIdentical(source, replica, lab)
        #expect(Set(acknowledged).subtracting(try await lab.rows(on: source)) == [], "rows that were acknowledged")
        await lab.end()
    }

    @Test func `promote and rejoin, with a lost transaction each time`() async throws {
        let lab = try await ProgramPair.fresh()
        try await lab.query("SET PERSIST super_read_only = ON", on: lab.replica)
        var (source, replica) = (lab.source, lab.replica)
        // Of the runs that were not killed, the first of each.
        var lengths = (promote: Duration.zero, rejoin: Duration.zero)
        var kept: Set<String> = ["one", "two"]
        for kill in 0...Self.kills {
            let part = (Double(kill) - Double.random(in: 0..<1)) / Double(Self.kills)
            try await lab.loseRowAndKillSource("lost \(kill)", from: source, to: replica)
            let promote = ["promote", ProgramPair.address(replica), "--yes"]
            let rejoin = lab.rejoin(source, to: replica, ["--lost", "discard", "--yes"])
            if kill == 0 {
                lengths.promote = try await whole(promote, lab)
            } else {
                _ = try await runKilled(promote, after: lengths.promote * part, lab) {}
            }
            try await lab.query("INSERT INTO testdb.products VALUES ('kept \(kill)')", on: replica)
            kept.insert("kept \(kill)")
            try await source.start()
            if kill == 0 {
                lengths.rejoin = try await whole(rejoin, lab)
            } else {
                try await expectOneWriter(lab, "after the old source came back")
                _ = try await runKilled(rejoin, after: lengths.rejoin * part, lab) {
                    try await expectOneWriter(lab, "after a rejoin was killed")
                }
            }
            #expect(try await lab.isWritable(replica))
            #expect(try await !lab.isWritable(source))
            try await expectIdentical(replica, source, lab)
            #expect(Set(try await lab.rows(on: source)) == kept)
            swap(&source, &replica)
        }
        await lab.end()
    }
}

/// Clients that insert rows into both servers, over and over, and remember which inserts were acknowledged.
private final class WritingClients: Sendable {
    private let acknowledged: AcknowledgedRows
    private let tasks: [Task<Void, Never>]

    init(_ lab: ProgramPair) {
        let rows = AcknowledgedRows()
        acknowledged = rows
        tasks = [lab.source, lab.replica].map { server in
            let (name, configuration) = (server.name, server.configuration)
            return Task.detached {
                var number = 0
                while !Task.isCancelled {
                    guard let session = try? await MySQLConnection.connect(to: configuration) else { continue }
                    while !Task.isCancelled, session.closeReason == nil {
                        number += 1
                        // 1290: this server is fenced, and it is the other one's turn.
                        let sql = "INSERT INTO testdb.products VALUES ('\(name) \(number)')"
                        if (try? await session.collect(sql: sql, timeout: .seconds(30))) != nil {
                            rows.add("\(name) \(number)")
                        }
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                    await session.close()
                }
            }
        }
    }

    /// - Returns: the rows that the servers said they have.
    func stop() async -> [String] {
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        return acknowledged.all
    }
}

private final class AcknowledgedRows: Sendable {
    private let rows = Mutex<[String]>([])
    func add(_ row: String) { rows.withLock { $0.append(row) } }
    var all: [String] { rows.withLock { $0 } }
}
