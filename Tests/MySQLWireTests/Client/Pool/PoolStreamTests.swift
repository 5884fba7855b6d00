import MySQLWire
import NIOCore
import TestSupport
import Testing

/// Rows that come straight from a pool: their connection is lent for as long as they do.
@Suite(.timeLimit(.minutes(1))) struct PoolStreamTests {
    private typealias Step = ScriptedServer.Step
    private typealias Pieces = StatementScript

    private static let pool = PoolConfiguration(maximumConnections: 1, resetsOnReturn: false)
    private static let result = Script.segment(
        1,
        [
            Script.columnCount(1), Script.column, Script.row("1"), Script.row("2"), Script.endWithMore, Script.ok,
        ]
    )

    @Test func `a connection is lent until the last result was read to its end`() async throws {
        let script: [Step] = Script.login + [.expect, .bytes(Self.result), .answer(Script.pong)]
        try await ScriptedServer.run(script) { server in
            try await withPool(server.configuration(), Self.pool) { client in
                let rows = try await client.query("CALL p()")
                #expect(client.statistics.leased == 1)
                var count = 0
                for try await batch in rows { count += batch.count }
                #expect(count == 2)
                #expect(client.statistics.leased == 1)
                #expect(try await rows.nextResult()?.completion != nil)
                #expect(client.statistics.leased == 0)
                try await expectEventually { client.statistics.idle == 1 }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 1)
                withExtendedLifetime(rows) {}
            }
        }
    }

    @Test func `rows that are let go give their connection back, read away`() async throws {
        let script: [Step] = Script.login + [.expect, .bytes(Self.result), .answer(Script.pong)]
        try await ScriptedServer.run(script) { server in
            try await withPool(server.configuration(), PoolConfiguration(maximumConnections: 1)) { client in
                do {
                    let rows = try await client.query(sql: "CALL p()")
                    for try await _ in rows { break }
                    #expect(client.statistics.leased == 1)
                }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 1)
            }
        }
    }

    @Test func `a statement that fails gives its connection back, at once or among its rows`() async throws {
        let broken = Script.segment(1, Script.columnCount(1), Script.column, Script.row("1"), Script.error(1317))
        let script: [Step] =
            Script.login + [.expect, .packet(1, Script.error(1064)), .expect, .bytes(broken), .answer(Script.pong)]
        try await ScriptedServer.run(script) { server in
            try await withPool(server.configuration(), Self.pool) { client in
                #expect(await mysqlError { _ = try await client.query("SELEC") }?.server?.number == 1064)
                let rows = try await client.query("SELECT 1")
                #expect(await mysqlError { for try await _ in rows {} }?.server?.number == 1317)
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 1)
                withExtendedLifetime(rows) {}
            }
        }
    }

    @Test func `rows in a cursor that are let go close it before anybody else has the connection`() async throws {
        let received = ReceivedPayloads()
        let script =
            Script.login + received.answering(Pieces.prepared()) + received.answering(Pieces.cursorOpened)
            + received.answering(Pieces.rows("1", status: 0x42)) + received.answering(Script.pong)
            + Array(repeating: received.answering(Script.pong), count: 4).flatMap(\.self)
        try await ScriptedServer.run(script) { server in
            try await withPool(server.configuration(), PoolConfiguration(maximumConnections: 1)) { client in
                do {
                    let rows = try await client.query("SELECT a FROM t", cursor: .fetching(rows: 1))
                    for try await _ in rows { break }
                }
                _ = try await client.collect(sql: "DO 1")
                #expect(server.connections == 1)
            }
        }
        #expect(Array(received.all[3...4]) == [Pieces.reset, [0x1F]])
        #expect(received.all.last == Pieces.sql(0x03, "DO 1"))
    }

    @Test func `statements are prepared anew behind the reset between two leases`() async throws {
        let received = ReceivedPayloads()
        let prepared = received.answering(Pieces.prepared(parameters: 1, columns: 0))
        let reset = Array(repeating: received.answering(Script.pong), count: 3).flatMap(\.self)
        let script =
            Script.login + prepared + received.answering(Script.pong) + reset + prepared
            + received.answering(Script.pong) + reset
        try await ScriptedServer.run(script) { server in
            try await withPool(server.configuration(), PoolConfiguration(maximumConnections: 1)) { client in
                for _ in 0..<2 { _ = try await client.collect("DO \(1)") }
                try await expectEventually { client.statistics.idle == 1 }
            }
        }
        let commands = received.all.map { $0.first ?? 0 }
        // Prepare, execute, reset, SET NAMES, SELECT DATABASE(); and no close of what the reset has ended.
        #expect(commands == [0x16, 0x17, 0x1F, 0x03, 0x03, 0x16, 0x17, 0x1F, 0x03, 0x03])
    }
}
