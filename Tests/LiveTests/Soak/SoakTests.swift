import Foundation
import MySQLWire
import ReplicaLab
import Synchronization
import TestSupport
import Testing

/// 64 connections, bare and of pools, over TCP that is cut now and then, with statements that are cancelled and time out.
///
/// `REPLICA_SOAK` is the number of operations (scripts/soak: 200,000), `REPLICA_SOAK_SEED` where the random numbers begin.
@Suite("A soak on a real server", .needsServer, .serialized, .timeLimit(.minutes(60)))
struct SoakTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let operations = environment["REPLICA_SOAK"].flatMap { Int($0) } ?? 16_000
    private static let seed = environment["REPLICA_SOAK_SEED"].flatMap { UInt64($0) } ?? 9_7
    private static let workers = 64
    private static let parts = 4
    /// Between the end of the first part and the end of the last, in KiB.
    private static let growth = MemoryUse(resident: 16 << 10, allocated: 1 << 10)

    @Test func `no wrong row, no statement twice, no memory, task or connection left behind`() async throws {
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer("soak", serverID: 1, settings: ["max_connections": "1000"])
        let administrator = try await MySQLConnection.connect(to: server.configuration)
        for sql in SoakCall.tables { _ = try await administrator.collect(sql: sql) }

        let ledger = SoakLedger(workers: Self.workers)
        let budgets = Mutex(SeededGenerator(seed: Self.seed))
        let cuts = Mutex(0)
        let proxy = try await CuttingProxy(to: server.port) {
            budgets.withLock { random in
                guard Int.random(in: 0..<10, using: &random) < 7 else { return nil }
                cuts.withLock { $0 += 1 }
                // From within a greeting to a few results.
                return Int.random(in: 1...(1 << Int.random(in: 6...21, using: &random)), using: &random)
            }
        }
        var configuration = server.configuration
        configuration.endpoint = .tcp(host: "127.0.0.1", port: proxy.port)
        configuration.connectTimeout = .seconds(60)
        configuration.database = "soak"
        let begin = ContinuousClock.now
        var memory: [MemoryUse] = []
        for part in 0..<Self.parts {
            try await ErrorBacktraces.without {
                try await run(configuration, ledger, seed: Self.seed &+ UInt64(part) &* 77)
            }
            memory.append(try MemoryUse.now())
            print("soak:", memory[part])
        }
        let elapsed = begin.duration(to: .now)

        // Statements whose connection was closed over them end at the server by themselves.
        try await PoolRunner.expectEventually {
            try await administrator.collect(
                sql: "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'root' AND id <> CONNECTION_ID()"
            ).scalar == "0"
        }
        var rows: [[Int]: Int] = [:]
        for try await batch in try await administrator.query(sql: "SELECT worker, number FROM soak.ledger") {
            for row in batch {
                let (worker, number) = try row.decode((Int, Int).self)
                rows[[worker, number], default: 0] += 1
            }
        }
        ledger.check(rows)
        for what in ledger.wrong { Issue.record("\(what)") }
        let counts = ledger.counts
        print("soak:", counts, "ledger: \(rows.count) rows, \(elapsed)")
        #expect(counts.operations == Self.operations / Self.workers / Self.parts * Self.parts * Self.workers)
        // Each kind of an end has happened, or nothing was shown.
        #expect(counts.answered > counts.operations / 2)
        #expect(counts.cancelled > counts.operations / 100 && counts.timedOut > counts.operations / 100)
        #expect(counts.closed > counts.operations / 1000)
        if let first = memory.first, let last = memory.last {
            #expect(last.resident - first.resident < Self.growth.resident, "\(memory)")
            #expect(last.allocated - first.allocated < Self.growth.allocated, "\(memory)")
        }
        await administrator.close()
        await proxy.stop()
        await lab.stopAll()
    }

    /// One part of the operations, by workers, connections and pools of its own.
    private func run(_ configuration: MySQLConfiguration, _ ledger: SoakLedger, seed: UInt64) async throws {
        var killing = configuration
        killing.cancellation = .killQuery(within: .seconds(20))
        let pool = PoolConfiguration(
            maximumConnections: 16,
            leaseTimeout: .seconds(110),
            healthTimeout: .seconds(60),
            minimumBackoff: .milliseconds(1),
            maximumBackoff: .milliseconds(20)
        )
        let clients = [configuration, killing].map { MySQLClient(configuration: $0, pool: pool) }
        try await withThrowingTaskGroup(of: Void.self) { background in
            for client in clients { background.addTask { await client.run() } }
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<Self.workers {
                    let home: SoakWorker.Home
                    if number % 2 == 0 {
                        home = .pool(clients[number / 2 % 2])
                    } else {
                        var own = number % 4 == 1 ? configuration : killing
                        // Of the 32 bare ones some are in plaintext, some compressed, the others over TLS.
                        if number % 3 == 0 { own.tls = TLSConfiguration(mode: .disabled) }
                        if number % 3 == 1 { own.compression = .zlib }
                        home = .bare(own)
                    }
                    group.addTask {
                        var worker = SoakWorker(number: number, home: home, ledger: ledger, seed: seed)
                        await worker.run(operations: Self.operations / Self.workers / Self.parts)
                    }
                }
            }
            background.cancelAll()
            try await background.waitForAll()
        }
    }
}
