import MySQLWire
import NIOCore
import TestSupport
import Testing

@Suite("Row 2: no statement is sent twice", .timeLimit(.minutes(2))) struct NothingIsRepeatedTests {
    struct Way: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: @Sendable (MySQLClient) async throws -> Void
    }

    static let ways = [
        Way(testDescription: "collect") { _ = try await $0.collect(sql: "INSERT once") },
        Way(testDescription: "collect with a value") { _ = try await $0.collect("INSERT once \(1)") },
        Way(testDescription: "withConnection") { client in
            try await client.withConnection { _ = try await $0.collect(sql: "INSERT once") }
        },
        Way(testDescription: "withTransaction") { client in
            try await client.withTransaction { _ = try await $0.collect(sql: "INSERT once") }
        },
    ]

    @Test(arguments: ways, [1, 4, 6])
    func `an answer that is cut off leaves the fate open, and the statement is sent once`(way: Way, bytes: Int)
        async throws
    {
        // Behind the greeting, two OKs, and what comes before the INSERT.
        let sent = SentBytes()
        try await ScriptedServer.run(MatrixCell.login, sent: sent) { server in
            try await withPool(server.configuration(), PoolConfiguration(resetsOnReturn: false)) {
                try await way.run($0)
            }
        }
        let before = sent.packets.prefix(way.testDescription == "withTransaction" ? 4 : 3)
        let end = before.reduce(0) { $0 + $1.readableBytes } + bytes
        try await ScriptedServer.run(MatrixCell.login, fault: .cut(after: end)) { server in
            try await withPool(server.configuration()) { client in
                let error = await mysqlError { try await way.run(client) }
                #expect(error?.code == .connectionClosed)
                #expect(error?.fate == .maybeExecuted)
                // The pool goes on with another connection, which has nothing to catch up on.
                let next = try await client.collect(sql: "SELECT 1").scalar
                #expect(next == "1")
                #expect(server.connections == 2)
            }
            #expect(server.times("INSERT once") == 1)
        }
    }

    @Test(arguments: [1205, 1213, 1290, 1317, 2013, 4031]) func `what the server refuses is not tried again`(
        number: UInt16
    ) async throws {
        let refusing: [ScriptedServer.Step] =
            Script.login + [.expect, .packet(1, Script.error(number)), .answer(Script.pong)]
        for way in Self.ways.prefix(3) {
            try await ScriptedServer.run(refusing, Script.login + [.answer(Script.pong)]) { server in
                try await withPool(server.configuration()) { client in
                    let error = await mysqlError { try await way.run(client) }
                    #expect(error?.server?.number == number)
                    #expect(error?.fate == .rejected)
                }
                #expect(server.times("INSERT once") == 1)
            }
        }
    }

    @Test func `on a connection that is closed nothing is sent, which the error says`() async throws {
        try await ScriptedServer.run(MatrixCell.login) { server in
            let connection = try await server.connect()
            await connection.close()
            let error = await mysqlError { _ = try await connection.collect(sql: "INSERT once") }
            #expect(error?.fate == .notSent)
            #expect(server.times("INSERT once") == 0)
        }
    }
}
