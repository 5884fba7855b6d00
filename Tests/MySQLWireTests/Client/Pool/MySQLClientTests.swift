import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

/// The pool over real sockets, against servers that do what a script says.
@Suite(.timeLimit(.minutes(1))) struct MySQLClientTests {
    private typealias Step = ScriptedServer.Step

    private static let obedient: [Step] = Script.login + [.answer(Script.pong)]

    private func commands(_ server: ScriptedServer) -> String { String(decoding: server.received, as: UTF8.self) }

    @Test func `leases one after the other share a connection, reset in between`() async throws {
        try await ScriptedServer.run(Self.obedient) { server in
            try await withPool(server.configuration()) { client in
                _ = try await client.collect(sql: "DO 1")
                _ = try await client.withConnection { try await $0.collect(sql: "DO 2") }
                #expect(server.connections == 1)
                try await expectEventually { client.statistics == PoolStatistics(idle: 1) }
                // COM_RESET_CONNECTION, and what it takes along.
                let sent = commands(server)
                let between = try #require(sent.split(separator: "DO 1").last?.split(separator: "DO 2").first)
                for text in ["\u{1}\0\0\0\u{1F}", "SET NAMES utf8mb4", "SELECT DATABASE()"] {
                    #expect(between.contains(text))
                }
            }
            await server.clientsGone()
        }
    }

    @Test func `without resets nothing is sent between two leases`() async throws {
        try await ScriptedServer.run(Self.obedient) { server in
            try await withPool(server.configuration(), PoolConfiguration(resetsOnReturn: false)) { client in
                _ = try await client.collect(sql: "DO 1")
                try await expectEventually { client.statistics.idle == 1 }
                #expect(commands(server).hasSuffix("DO 1"))
            }
        }
    }

    @Test func `the default database of the login is chosen again`() async throws {
        let greeting = SampleSession.greeting(
            capabilities: Script.capabilities.union([.connectWithDB]),
            plugin: "mysql_native_password"
        )
        let script = [.packet(0, greeting)] + Self.obedient.dropFirst()
        try await ScriptedServer.run(script) { server in
            try await withPool(server.configuration { $0.database = "shop" }) { client in
                _ = try await client.collect(sql: "USE other")
                try await expectEventually { client.statistics.idle == 1 }
                #expect(commands(server).hasSuffix("\u{5}\0\0\0\u{2}shop"))
            }
        }
    }

    @Test func `a connection left in a database that nobody configured is not used again`() async throws {
        let answer = Script.segment(1, Script.columnCount(1), Script.column, Script.row("other"), Script.end)
        let script: [Step] =
            Script.login + [
                .expect, .bytes(Script.pong), .expect, .bytes(Script.pong), .expect, .bytes(Script.pong), .expect,
                .bytes(answer),
            ]
        try await ScriptedServer.run(script, Self.obedient) { server in
            try await withPool(server.configuration()) { client in
                _ = try await client.collect(sql: "USE other")
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 2)
            }
        }
    }

    @Test(arguments: [false, true])
    func `a connection whose account or option a lease changed is not lent again, since a reset keeps both`(
        changesUser: Bool
    ) async throws {
        try await ScriptedServer.run(MatrixCell.login, MatrixCell.login) { server in
            try await withPool(server.configuration()) { client in
                try await client.withConnection { connection in
                    if changesUser {
                        try await connection.changeUser("other", password: nil)
                    } else {
                        try await connection.allowSeveralStatements(true)
                    }
                }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 2)
            }
        }
    }

    @Test(arguments: [false, true])
    func `a connection that is left in a transaction is lent again only where a reset has ended it`(
        resets: Bool
    ) async throws {
        try await ScriptedServer.run(MatrixCell.login, MatrixCell.login) { server in
            try await withPool(server.configuration(), PoolConfiguration(resetsOnReturn: resets)) { client in
                _ = try await client.collect(sql: "START TRANSACTION")
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == (resets ? 1 : 2))
            }
        }
    }

    @Test func `what was lent takes no commands afterwards, and cannot close the connection`() async throws {
        try await ScriptedServer.run(Self.obedient) { server in
            try await withPool(server.configuration()) { client in
                let kept = try await client.withConnection { connection in
                    try await connection.ping()
                    return connection
                }
                let error = await mysqlError { try await kept.ping() }
                #expect(error?.code == .invalidArgument)
                #expect(error?.phase == .pool)
                #expect(error?.fate == .notSent)
                await kept.close()
                try await expectEventually { client.statistics.idle == 1 }
                try await client.withConnection { connection in
                    await kept.close()
                    #expect(await mysqlError { try await kept.ping() }?.phase == .pool)
                    try await connection.ping()
                }
                #expect(server.connections == 1)
            }
        }
    }

    @Test(arguments: [true, false]) func `a command still under way at the end of a lease costs its connection`(
        resets: Bool
    ) async throws {
        let gate = Gate()
        let script: [Step] = Script.login + [.expect, .reached { gate.open() }, .silence]
        try await ScriptedServer.run(script, Self.obedient) { server in
            let pool = PoolConfiguration(maximumConnections: 1, healthTimeout: .seconds(50), resetsOnReturn: resets)
            try await withPool(server.configuration(), pool) { client in
                let left = try await client.withConnection { connection in
                    let task = Task { _ = try await connection.collect(sql: "SELECT SLEEP(1000)") }
                    await gate.wait()
                    return task
                }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 2)
                let error = await mysqlError { try await left.value }
                #expect(error?.code == .connectionClosed)
                #expect(error?.fate == .maybeExecuted)
            }
        }
    }

    @Test func `rows that were let go are read away; those still to come for somebody cost the connection`()
        async throws
    {
        let rows = [Script.columnCount(1), Script.column, Script.row("x")]
        for isHeld in [false, true] {
            let answer = Script.segment(1, isHeld ? rows : rows + [Script.end])
            let script: [Step] = Script.login + [.expect, .bytes(answer), .answer(Script.pong)]
            try await ScriptedServer.run(script, Self.obedient) { server in
                try await withPool(server.configuration()) { client in
                    let held = try await client.withConnection { connection in
                        let rows = try await connection.query(sql: "SELECT 1")
                        return isHeld ? rows : nil
                    }
                    _ = try await client.collect(sql: "DO 1")
                    #expect(server.connections == (isHeld ? 2 : 1))
                    guard let held else { return }
                    let error = await mysqlError { for try await _ in held {} }
                    #expect(error?.code == .connectionClosed)
                }
            }
        }
    }

    @Test func `a connection that the server ends while it is idle is gone at once`() async throws {
        let gate = Gate()
        let script: [Step] = Script.login + [.hold(gate), .cut]
        try await ScriptedServer.run(script, Self.obedient) { server in
            try await withPool(server.configuration(), PoolConfiguration(resetsOnReturn: false)) { client in
                try await client.withConnection { _ in }
                try await expectEventually { client.statistics.idle == 1 }
                gate.open()
                try await expectEventually { client.statistics.connections == 0 }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 2)
            }
        }
    }

    @Test func `one that does not take its reset, or its ping, is replaced`() async throws {
        let refusing: [Step] = Script.login + [.expect, .packet(1, Script.error(1047)), .silence]
        try await ScriptedServer.run(refusing, Self.obedient) { server in
            try await withPool(server.configuration(), PoolConfiguration(maximumConnections: 1)) { client in
                try await client.withConnection { _ in }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 2)
            }
        }
        let silent: [Step] = Script.login + [.silence]
        try await ScriptedServer.run(silent, Self.obedient) { server in
            var pool = PoolConfiguration(maximumConnections: 1, resetsOnReturn: false)
            pool.pingAfter = .zero
            pool.healthTimeout = .milliseconds(100)
            try await withPool(server.configuration(), pool) { client in
                try await client.withConnection { _ in }
                try await expectEventually { client.statistics.idle == 1 }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 2)
            }
        }
    }

    @Test(arguments: [1290, 1792, 1836])
    func `a read-only server costs its connection, also where the error was caught`(
        number: UInt16
    ) async throws {
        let script: [Step] = Script.login + [.expect, .packet(1, Script.error(number)), .answer(Script.pong)]
        try await ScriptedServer.run(script, Self.obedient) { server in
            try await withPool(server.configuration()) { client in
                try await client.withConnection { connection in
                    let error = await mysqlError { _ = try await connection.collect(sql: "INSERT") }
                    #expect(error?.meansReadOnlyServer == true)
                    try await connection.ping()
                }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 2)
            }
        }
    }

    /// 1792 may be of a transaction that the caller began as READ ONLY.
    @Test(arguments: [(1290, 3), (1836, 3), (1792, 2)])
    func `what is of the server as a whole costs the other connections too`(number: UInt16, count: Int) async throws {
        let script: [Step] = Script.login + [.expect, .packet(1, Script.error(number)), .answer(Script.pong)]
        try await ScriptedServer.run(script, Self.obedient) { server in
            try await withPool(server.configuration()) { client in
                try await client.withConnection { first in
                    try await client.withConnection { _ in }
                    try await expectEventually { client.statistics.idle == 1 }
                    let error = await mysqlError { _ = try await first.collect(sql: "INSERT") }
                    #expect(error?.server?.number == number)
                }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == count)
            }
        }
    }

    @Test func `who does not want that keeps the connection to a read-only server`() async throws {
        let script: [Step] = Script.login + [.expect, .packet(1, Script.error(1290)), .answer(Script.pong)]
        try await ScriptedServer.run(script, Self.obedient) { server in
            try await withPool(server.configuration(), PoolConfiguration(discardsOnReadOnly: false)) { client in
                let error = await mysqlError { _ = try await client.collect(sql: "INSERT") }
                #expect(error?.meansReadOnlyServer == true)
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 1)
            }
        }
    }

    @Test func `a refused login fails at once, and as what it is`() async throws {
        let script: [Step] = [.packet(0, Script.greeting()), .expect, .packet(2, Script.error(1045)), .cut]
        try await ScriptedServer.run(script) { server in
            try await withPool(server.configuration(), PoolConfiguration(leaseTimeout: .seconds(50))) { client in
                let start = ContinuousClock.now
                let error = await mysqlError { _ = try await client.collect(sql: "DO 1") }
                #expect(error?.server?.number == 1045)
                #expect(error?.phase == .authentication)
                #expect(start.duration(to: .now) < .seconds(40))
            }
        }
    }

    @Test func `an unreachable server is told at the end of the wait`() async throws {
        let configuration = MySQLConfiguration(
            endpoint: .tcp(host: "127.0.0.1", port: 1),
            username: "someone",
            tls: TLSConfiguration(mode: .disabled)
        )
        try await withPool(configuration, PoolConfiguration(leaseTimeout: .milliseconds(300))) { client in
            let error = await mysqlError { _ = try await client.collect(sql: "DO 1") }
            #expect(error?.code == .unreachable)
            #expect(error?.message.hasPrefix("no connection within") == true)
        }
    }

    @Test func `who forgot run() is told so`() async throws {
        try await ScriptedServer.run(Self.obedient) { server in
            let pool = PoolConfiguration(leaseTimeout: .milliseconds(100))
            let client = MySQLClient(configuration: server.configuration(), pool: pool)
            let error = await mysqlError { _ = try await client.collect(sql: "DO 1") }
            #expect(error?.code == .poolExhausted)
            #expect(error?.message.contains("run()") == true)
            #expect(server.connections == 0)
        }
    }

    @Test func `waits end by deadline, by cancel, and by the shutdown`() async throws {
        try await ScriptedServer.run(Self.obedient) { server in
            var pool = PoolConfiguration(maximumConnections: 1)
            pool.leaseTimeout = .milliseconds(200)
            try await withPool(server.configuration(), pool) { client in
                try await client.withConnection { _ in
                    let error = await mysqlError { _ = try await client.collect(sql: "DO 1") }
                    #expect(error?.code == .poolExhausted)
                    #expect(error?.phase == .pool)
                }
            }
            pool.leaseTimeout = .seconds(50)
            try await withPool(server.configuration(), pool) { client in
                try await client.withConnection { _ in
                    let waiting = Task { _ = try await client.collect(sql: "DO 1") }
                    try await expectEventually { client.statistics.waiting == 1 }
                    waiting.cancel()
                    #expect(await mysqlError { try await waiting.value }?.code == .cancelled)
                    #expect(client.statistics.waiting == 0)
                    let gone = Task {
                        while !Task.isCancelled { await Task.yield() }
                        _ = try await client.collect(sql: "DO 1")
                    }
                    gone.cancel()
                    #expect(await mysqlError { try await gone.value }?.code == .cancelled)
                }
            }
            #expect(!commands(server).contains("DO 1"))
        }
    }

    @Test func `cancelling run() ends waits, leases and connections, and nothing comes after`() async throws {
        let gate = Gate()
        let script: [Step] = Script.login + [.expect, .reached { gate.open() }, .silence]
        try await ScriptedServer.run(script) { server in
            let client = MySQLClient(
                configuration: server.configuration(),
                pool: PoolConfiguration(maximumConnections: 1, leaseTimeout: .seconds(50))
            )
            let running = Task { await client.run() }
            let leased = Task { _ = try await client.collect(sql: "INSERT") }
            await gate.wait()
            let waiting = Task { _ = try await client.collect(sql: "DO 1") }
            try await expectEventually { client.statistics.waiting == 1 }
            running.cancel()
            await running.value
            #expect(client.statistics == PoolStatistics())
            let lost = await mysqlError { try await leased.value }
            #expect(lost?.code == .connectionClosed && lost?.fate == .maybeExecuted)
            #expect(await mysqlError { try await waiting.value }?.phase == .pool)
            let late = await mysqlError { _ = try await client.collect(sql: "DO 1") }
            #expect(late?.code == .connectionClosed && late?.phase == .pool)
            await client.run()
            await server.clientsGone()
        }
    }

    @Test func `cancelling run() ends an attempt to connect`() async throws {
        try await ScriptedServer.run([.silence]) { server in
            let client = MySQLClient(configuration: server.configuration { $0.connectTimeout = .seconds(50) })
            let running = Task { await client.run() }
            let waiting = Task { _ = try await client.collect(sql: "DO 1") }
            try await expectEventually { server.connections == 1 }
            running.cancel()
            await running.value
            #expect(await mysqlError { try await waiting.value }?.phase == .pool)
            await server.clientsGone()
        }
    }

    @Test func `a shutdown in good order lets leases end`() async throws {
        try await ScriptedServer.run(Self.obedient) { server in
            let client = MySQLClient(configuration: server.configuration())
            let running = Task { await client.run() }
            try await client.withConnection { connection in
                client.shutDown()
                #expect(await mysqlError { _ = try await client.collect(sql: "DO 1") }?.phase == .pool)
                try await connection.ping()
            }
            await running.value
            await server.clientsGone()
        }
    }

    @Test func `a minimum is opened beforehand`() async throws {
        try await ScriptedServer.run(Self.obedient) { server in
            try await withPool(server.configuration(), PoolConfiguration(minimumIdle: 3)) { client in
                try await expectEventually { client.statistics.idle == 3 }
                #expect(server.connections == 3)
            }
        }
    }
}
