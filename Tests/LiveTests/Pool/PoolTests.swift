import MySQLWire
import ReplicaLab
import Synchronization
import TestSupport
import Testing

@Suite("A pool on a real server", .needsServer, .timeLimit(.minutes(2)))
struct PoolTests {
    private static func configuration(_ change: (inout MySQLConfiguration) -> Void = { _ in }) async throws
        -> MySQLConfiguration
    {
        var configuration = try await LivePair.shared().source.configuration
        configuration.connectTimeout = .seconds(30)
        change(&configuration)
        return configuration
    }

    @Test func `64 tasks over 8 connections leak nothing from one lease to the next`() async throws {
        let configuration = try await Self.configuration()
        let database = try await TestDatabase.create("pool_mixed", configuration)
        let pool = PoolConfiguration(maximumConnections: 8, leaseTimeout: .seconds(60))
        let ids = try await withPool(configuration, pool) { client in
            _ = try await client.collect(
                sql: "CREATE TABLE pool_mixed.t (task INT, turn INT, PRIMARY KEY (task, turn))"
            )
            let ids = try await withThrowingTaskGroup(of: Set<UInt32>.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        var ids: Set<UInt32> = []
                        for turn in 0..<6 { ids.insert(try await Self.turn(client, task, turn)) }
                        return ids
                    }
                }
                return try await group.reduce(into: Set<UInt32>()) { $0.formUnion($1) }
            }
            let sums = try await client.collect(sql: "SELECT COUNT(*), SUM(task * 100 + turn) FROM pool_mixed.t")
                .firstRow
            // Of six turns the third is rolled back.
            #expect(sums?.strings == ["320", String((0..<64).reduce(0) { $0 + $1 * 500 + 13 })])
            #expect(client.statistics.connections <= 8)
            return ids
        }
        #expect(ids.count <= 8)
        await database.drop()
    }

    private struct Stop: Error {}

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    /// One lease that leaves behind whatever a session can have.
    private static func turn(_ client: MySQLClient, _ task: Int, _ turn: Int) async throws -> UInt32 {
        do {
            return try await client.withConnection { connection in
                let before = try await connection.collect(sql: "SELECT @leak, DATABASE(), @@session.sql_mode").firstRow
                #expect(before?.string(at: 0) == nil)
                #expect(before?.string(at: 1) == nil)
                #expect(before?.string(at: 2)?.contains("STRICT") == true)
                _ = try await connection.collect(sql: "SET @leak = \(task), SESSION sql_mode = ''")
                // Fails if one is left.
                _ = try await connection.collect(sql: "CREATE TEMPORARY TABLE pool_mixed.leak (n INT)")
                if turn == 4 { _ = try await connection.query(sql: "SELECT 1 UNION SELECT 2") }
                try await connection.withTransaction(isolation: .readCommitted) { connection in
                    _ = try await connection.collect(sql: "INSERT INTO pool_mixed.t VALUES (\(task), \(turn))")
                    if turn == 2 { throw Stop() }
                }
                // Ended by the reset.
                _ = try await connection.collect(sql: "START TRANSACTION")
                _ = try await connection.collect(sql: "INSERT INTO pool_mixed.t VALUES (\(task), \(turn + 50))")
                return connection.connectionID
            }
        } catch is Stop {
            return try await client.withConnection { $0.connectionID }
        }
    }

    @Test func `neither USE nor a lock is left behind`() async throws {
        for database in [nil, "mysql"] {
            try await withPool(
                await Self.configuration { $0.database = database },
                PoolConfiguration(maximumConnections: 1)
            ) { client in
                try await client.withConnection { connection in
                    try await connection.selectDatabase("performance_schema")
                    _ = try await connection.collect(sql: "SELECT GET_LOCK('pool_lock', 0)")
                }
                #expect(try await client.collect(sql: "SELECT DATABASE()").scalar == database)
                #expect(try await client.collect(sql: "SELECT IS_FREE_LOCK('pool_lock')").scalar == "1")
            }
        }
    }

    @Test func `a killed connection leaves the pool, idle or lent`() async throws {
        let configuration = try await Self.configuration()
        let killer = try await MySQLConnection.connect(to: configuration)
        try await withPool(configuration, PoolConfiguration(maximumConnections: 1)) { client in
            let first = try await client.withConnection { $0.connectionID }
            try await PoolRunner.expectEventually { client.statistics.idle == 1 }
            _ = try await killer.collect(sql: "KILL \(first)")
            try await PoolRunner.expectEventually { client.statistics.connections == 0 }
            let second = try await client.withConnection { connection in
                let running = Task { try await connection.collect(sql: "SELECT SLEEP(30)") }
                let id = connection.connectionID
                try await PoolRunner.expectEventually {
                    try await killer.collect(sql: "SELECT INFO FROM information_schema.PROCESSLIST WHERE ID = \(id)")
                        .scalar == "SELECT SLEEP(30)"
                }
                _ = try await killer.collect(sql: "KILL \(id)")
                await #expect(throws: MySQLError.self) { try await running.value }
                return id
            }
            #expect(second != first)
            let third = try await client.withConnection { connection in
                try await connection.ping()
                return connection.connectionID
            }
            #expect(third != second)
        }
        await killer.close()
    }

    @Test func `a cancelled task gives its place to who waits`() async throws {
        let configuration = try await Self.configuration()
        let pool = PoolConfiguration(maximumConnections: 1, leaseTimeout: .seconds(60))
        try await withPool(configuration, pool) { client in
            let running = Task { try await client.collect(sql: "SELECT SLEEP(60)") }
            try await PoolRunner.expectEventually { client.statistics.leased == 1 }
            let leaving = Task { try await client.collect(sql: "SELECT 1") }
            try await PoolRunner.expectEventually { client.statistics.waiting == 1 }
            let staying = Task { try await client.collect(sql: "SELECT 2").scalar }
            try await PoolRunner.expectEventually { client.statistics.waiting == 2 }
            leaving.cancel()
            await #expect(throws: MySQLError.self) { try await leaving.value }
            running.cancel()
            await #expect(throws: MySQLError.self) { try await running.value }
            let value = try await staying.value
            #expect(value == "2")
        }
    }

    @Test func `the end of run() leaves no session on the server`() async throws {
        let purpose = "pool-\(UInt64.random(in: 0 ... .max))"
        let configuration = try await Self.configuration { $0.connectionAttributes = ["purpose": purpose] }
        let observer = try await MySQLConnection.connect(to: try await Self.configuration())
        func sessions() async throws -> Int? {
            try await observer.collect(
                sql: "SELECT COUNT(*) FROM performance_schema.session_connect_attrs WHERE ATTR_VALUE = '\(purpose)'"
            ).firstRow?.integer(at: 0)
        }
        let client = MySQLClient(configuration: configuration, pool: PoolConfiguration(minimumIdle: 3))
        let running = Task { await client.run() }
        let lent = Task { try await client.collect(sql: "SELECT SLEEP(1)") }
        try await PoolRunner.expectEventually { client.statistics.idle >= 3 && client.statistics.leased == 1 }
        #expect(try await sessions() ?? 0 >= 4)
        running.cancel()
        await running.value
        await #expect(throws: MySQLError.self) { try await lent.value }
        try await PoolRunner.expectEventually { try await sessions() == 0 }
        await observer.close()
    }

    @Test func `transactions are isolated, read-only and rolled back as asked for`() async throws {
        let configuration = try await Self.configuration()
        let database = try await TestDatabase.create("pool_transactions", configuration)
        try await withPool(configuration) { client in
            _ = try await client.collect(sql: "CREATE TABLE pool_transactions.t (n INT)")
            let level = """
                SELECT ISOLATION_LEVEL FROM performance_schema.events_transactions_current
                WHERE THREAD_ID = PS_CURRENT_THREAD_ID()
                """
            for (isolation, name) in [
                (TransactionIsolation.serializable, "SERIALIZABLE"), (.readCommitted, "READ COMMITTED"),
            ] {
                let found = try await client.withTransaction(isolation: isolation) { connection in
                    _ = try await connection.collect(sql: "INSERT INTO pool_transactions.t VALUES (1)")
                    return try await connection.collect(sql: level).scalar
                }
                #expect(found == name)
            }
            do {
                try await client.withTransaction(readOnly: true) { connection in
                    _ = try await connection.collect(sql: "INSERT INTO pool_transactions.t VALUES (2)")
                }
                Issue.record("a write in a read-only transaction")
            } catch let error as MySQLError {
                #expect(error.server?.number == 1792)
            }
            let cancelled = Task {
                try await client.withTransaction { connection in
                    _ = try await connection.collect(sql: "INSERT INTO pool_transactions.t VALUES (3)")
                    // The server comes to the rollback when this is over.
                    _ = try await connection.collect(sql: "SELECT SLEEP(1)")
                }
            }
            try await PoolRunner.expectEventually { client.statistics.leased == 1 }
            try await Task.sleep(for: .milliseconds(100))
            cancelled.cancel()
            await #expect(throws: MySQLError.self) { try await cancelled.value }
            #expect(try await client.collect(sql: "SELECT COUNT(*) FROM pool_transactions.t").scalar == "2")
        }
        await database.drop()
    }

    @Test func `a server that becomes read-only, and one that restarts, are got over`() async throws {
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer("pool", serverID: 1)
        let admin = try await MySQLConnection.connect(to: server.configuration)
        _ = try await admin.collect(sql: "CREATE DATABASE d")
        _ = try await admin.collect(sql: "CREATE TABLE d.t (n INT)")
        var pool = PoolConfiguration(minimumIdle: 2, maximumConnections: 4, leaseTimeout: .seconds(60))
        pool.maximumBackoff = .milliseconds(200)
        try await withPool(server.configuration, pool) { client in
            try await PoolRunner.expectEventually { client.statistics.idle == 2 }
            let first = try await client.withConnection { $0.connectionID }
            try await PoolRunner.expectEventually { client.statistics.inTransit == 0 }
            _ = try await admin.collect(sql: "SET GLOBAL super_read_only = ON")
            do {
                _ = try await client.collect(sql: "INSERT INTO d.t VALUES (1)")
                Issue.record("a write on a read-only server")
            } catch let error as MySQLError {
                #expect(error.server?.number == 1290 && error.meansReadOnlyServer)
            }
            _ = try await admin.collect(sql: "SET GLOBAL super_read_only = OFF, GLOBAL read_only = OFF")
            _ = try await client.collect(sql: "INSERT INTO d.t VALUES (1)")
            let later = try await client.withConnection { $0.connectionID }
            #expect(later > first, "those from before the switch were all closed")

            // Through a restart: whoever has a connection gets an error, whoever waits for one is served afterwards.
            let isBack = Flag()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var successes = 0
                        while successes < 20 {
                            do {
                                _ = try await client.collect(sql: "SELECT SLEEP(0.01)")
                                if isBack.value.load(ordering: .relaxed) { successes += 1 }
                            } catch let error as MySQLError {
                                #expect(error.code == .connectionClosed || error.server != nil, "\(error)")
                            }
                        }
                    }
                }
                try await Task.sleep(for: .milliseconds(200))
                try await server.restart()
                isBack.value.store(true, ordering: .relaxed)
                try await group.waitForAll()
            }
            #expect(client.statistics.connections <= 4)
        }
        await lab.stopAll()
    }

    @Test func `a lease that changes the account or lets several statements through costs the pool its connection`()
        async throws
    {
        let configuration = try await LivePair.shared().source.configuration
        let client = MySQLClient(configuration: configuration, pool: PoolConfiguration(maximumConnections: 1))
        let running = Task { await client.run() }
        let first = try await client.withConnection { $0.connectionID }
        #expect(try await client.withConnection { $0.connectionID } == first)
        try await client.withConnection { try await $0.allowSeveralStatements(true) }
        let second = try await client.withConnection { $0.connectionID }
        #expect(second != first)
        try await client.withConnection {
            try await $0.changeUser(configuration.username, password: configuration.password)
        }
        #expect(try await client.withConnection { $0.connectionID } != second)
        running.cancel()
        await running.value
    }
}
