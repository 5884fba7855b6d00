import InMemoryLogging
import Logging
import TestSupport
import Testing

@testable import MySQLWire

/// What is logged, with which names, and what is not.
@Suite(.timeLimit(.minutes(1))) struct LoggingTests {
    private func logger(_ level: Logger.Level) -> (Logger, () -> [InMemoryLogHandler.Entry]) {
        var handler = InMemoryLogHandler()
        handler.logLevel = level
        return (Logger(label: "test") { [handler] _ in handler }, { [handler] in handler.entries })
    }

    @Test func `a connection's beginning and end are lines of level debug`() async throws {
        let (logger, lines) = logger(.debug)
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            let connection = try await MySQLConnection.connect(to: server.configuration(), logger: logger)
            _ = try await connection.collect(sql: "DO 'hunter2'")
            await connection.close()
            try await expectEventually { lines().count == 2 }
            #expect(lines().allSatisfy { $0.level == .debug && $0.metadata["server.port"] == "\(server.port)" })
        }
        #expect(lines().map { $0.message.description.split(separator: ":").first ?? "" } == ["connected", "closed"])
        #expect(lines().last?.metadata["error.type"] == "connectionClosed")
        #expect(lines().last?.metadata["mysql.connection_id"] == "\(SampleSession.connectionID)")
    }

    @Test func `the kinds of packets are lines of level trace, without anything that is in them`() async throws {
        let (logger, lines) = logger(.trace)
        let rows = Script.segment(1, Script.columnCount(1), Script.column, Script.row("hunter2"), Script.end)
        try await ScriptedServer.run(Script.login + [.expect, .bytes(rows)]) { server in
            let connection = try await MySQLConnection.connect(to: server.configuration(), logger: logger)
            #expect(try await connection.collect(sql: "SELECT 'hunter2'").scalar == "hunter2")
            await connection.close()
        }
        let packets = lines().filter { $0.level == .trace }.map { "\($0.message) \($0.metadata["packet"] ?? "")" }
        #expect(
            packets == [
                "received greeting", "sent handshakeResponse", "received ok", "sent COM_QUERY", "received ok",
                "sent COM_QUERY", "received columnCount", "received columnDefinition", "received row", "received ok",
                "sent COM_QUIT",
            ]
        )
        for line in lines() {
            for secret in ["hunter2", "the_password", "someone"] { #expect(!"\(line)".contains(secret)) }
        }
    }

    @Test func `a server that goes away is one warning, and its return is told`() async throws {
        let (logger, lines) = logger(.debug)
        let refusal: [ScriptedServer.Step] = [.packet(0, Script.error(1040)), .cut]
        try await ScriptedServer.run(refusal, refusal, Script.login + [.answer(Script.pong)]) { server in
            let client = MySQLClient(
                configuration: server.configuration(),
                pool: PoolConfiguration(minimumBackoff: .milliseconds(1)),
                logger: logger
            )
            let running = Task { await client.run() }
            _ = try await client.collect("DO 1")
            running.cancel()
            await running.value
        }
        let failures = lines().filter { $0.message.description.hasPrefix("a connection could not be opened") }
        #expect(failures.map(\.level) == [.warning, .debug])
        #expect(failures.allSatisfy { $0.metadata["db.response.status_code"] == "1040" })
        #expect(lines().filter { $0.level == .notice }.map(\.message) == ["connections can be opened again"])
        #expect(lines().allSatisfy { $0.metadata["server.address"] == "127.0.0.1" })
    }

    @Test func `who waits in vain leaves a notice with the pool's numbers`() async throws {
        let (logger, lines) = logger(.notice)
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            let client = MySQLClient(
                configuration: server.configuration(),
                pool: PoolConfiguration(maximumConnections: 1, leaseTimeout: .milliseconds(50)),
                logger: logger
            )
            let running = Task { await client.run() }
            try await client.withConnection { _ in
                #expect(await mysqlError { _ = try await client.collect("DO 1") }?.code == .poolExhausted)
            }
            running.cancel()
            await running.value
        }
        #expect(lines().map(\.message) == ["no connection came free in time"])
        #expect(lines().first?.metadata["db.client.connection.used"] == "1")
        #expect(lines().first?.metadata["db.client.connection.pool.name"] != nil)
    }
}
