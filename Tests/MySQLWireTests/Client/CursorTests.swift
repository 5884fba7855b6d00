import MySQLWire
import NIOCore
import Testing

/// Cursors against a scripted server: what is sent when, and what is left behind.
@Suite(.timeLimit(.minutes(2))) struct CursorTests {
    private typealias Step = ScriptedServer.Step
    private typealias Pieces = StatementScript

    private static let select: MySQLQuery = "SELECT a FROM t"
    private static let prepare = Pieces.sql(0x16, "SELECT a FROM t")

    /// Up to the opened cursor.
    private static func opening(_ received: ReceivedPayloads) -> [Step] {
        Script.login + received.answering(Pieces.prepared()) + received.answering(Pieces.cursorOpened)
    }

    private static let opened = [prepare, Pieces.execute(flags: 1)]

    @Test func `rows come fetch by fetch, up to the last`() async throws {
        let received = ReceivedPayloads()
        let script =
            Self.opening(received) + received.answering(Pieces.rows("1", "2", status: 0x42))
            + received.answering(Pieces.rows("3", status: 0x82)) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let rows = try await connection.query(Self.select, cursor: .fetching(rows: 2))
            #expect(rows.columns.names == ["a"])
            #expect(await mysqlError { try await connection.ping() }?.code == .busy)
            var found: [[String?]] = []
            for try await batch in rows {
                found.append(batch.map { $0.string(at: 0) })
                guard found.count == 1 else { continue }
                #expect(await mysqlError { try await connection.ping() }?.code == .busy)
            }
            #expect(found == [["1", "2"], ["3"]])
            #expect(rows.completion?.status.contains(.lastRowSent) == true)
            #expect(try await rows.nextResult() == nil)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all == Self.opened + [Pieces.fetch(2), Pieces.fetch(2), Pieces.ping])
    }

    @Test func `no rows are no rows`() async throws {
        let received = ReceivedPayloads()
        let script = Self.opening(received) + received.answering(Pieces.rows(status: 0x82)) + [.silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let rows = try await connection.query(Self.select, cursor: .fetching(rows: 0))
            for try await _ in rows { Issue.record("there is a row") }
            #expect(rows.completion != nil)
            await connection.close()
        }
        #expect(received.all == Self.opened + [Pieces.fetch(1)])
    }

    @Test(arguments: [0, 1])
    func `nothing is fetched that nobody wants, and rows that are let go close their cursor`(read: Int) async throws {
        let received = ReceivedPayloads()
        let fetches = read == 0 ? [] : received.answering(Pieces.rows("1", "2", status: 0x42))
        let script =
            Self.opening(received) + fetches + received.answering(Script.pong) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            do {
                let rows = try await connection.query(Self.select, cursor: .fetching(rows: 2))
                if read > 0 { for try await _ in rows { break } }
            }
            try await connection.ping()
            await connection.close()
        }
        let fetched = read == 0 ? [] : [Pieces.fetch(2)]
        #expect(received.all == Self.opened + fetched + [Pieces.reset, Pieces.ping])
    }

    @Test func `rows that are let go in the middle of a fetch are read away first`() async throws {
        let received = ReceivedPayloads()
        let gate = Gate()
        let script =
            Self.opening(received)
            + [received.step, .bytes(Script.segment(1, Pieces.row("1"))), .hold(gate)]
            + [.bytes(Script.segment(2, Pieces.row("2"), Pieces.end(0x42)))]
            + received.answering(Script.pong) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            do {
                let rows = try await connection.query(Self.select, cursor: .fetching(rows: 2))
                for try await _ in rows { break }
            }
            gate.open()
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all == Self.opened + [Pieces.fetch(2), Pieces.reset, Pieces.ping])
    }

    @Test func `a task that is cancelled between two fetches leaves the connection usable`() async throws {
        let received = ReceivedPayloads()
        let script =
            Self.opening(received) + received.answering(Pieces.rows("1", status: 0x42))
            + received.answering(Script.pong) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let (isThere, goOn) = (Gate(), Gate())
            let task = Task {
                for try await _ in try await connection.query(Self.select, cursor: .fetching(rows: 1)) {
                    isThere.open()
                    // It is not cancelled by what cancels the task.
                    await Task { await goOn.wait() }.value
                }
            }
            await isThere.wait()
            task.cancel()
            goOn.open()
            let error = await mysqlError { try await task.value }
            #expect(error?.code == .cancelled && error?.fate == .maybeExecuted && error?.phase == .rows)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all == Self.opened + [Pieces.fetch(1), Pieces.reset, Pieces.ping])
    }

    @Test func `a deadline that passes between two fetches leaves the connection usable`() async throws {
        let received = ReceivedPayloads()
        let isReset = Gate()
        let script =
            Self.opening(received) + received.answering(Pieces.rows("1", status: 0x42))
            + [received.step, .reached { isReset.open() }, .bytes(Script.pong)] + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let rows = try await connection.query(Self.select, cursor: .fetching(rows: 1), timeout: .seconds(1))
            var iterator = rows.makeAsyncIterator()
            #expect(try await iterator.next()?.count == 1)
            await isReset.wait()
            let error = await mysqlError { _ = try await iterator.next() }
            #expect(error?.code == .timedOut && error?.fate == .maybeExecuted)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all == Self.opened + [Pieces.fetch(1), Pieces.reset, Pieces.ping])
    }

    @Test func `a task that is cancelled in the middle of a fetch closes the connection`() async throws {
        let isAsked = Gate()
        let received = ReceivedPayloads()
        let script = Self.opening(received) + [.expect, .reached { isAsked.open() }, .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let task = Task {
                for try await _ in try await connection.query(Self.select, cursor: .fetching(rows: 1)) {}
            }
            await isAsked.wait()
            task.cancel()
            let error = await mysqlError { try await task.value }
            #expect(error?.code == .cancelled && error?.fate == .maybeExecuted)
            await server.clientsGone()
            #expect(connection.closeReason?.code == .cancelled)
        }
    }

    @Test func `a server that goes between two fetches is told as what it is`() async throws {
        let script = Self.opening(ReceivedPayloads()) + [.cut]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let rows = try await connection.query(Self.select, cursor: .fetching(rows: 1))
            await server.clientsGone()
            let error = await mysqlError { for try await _ in rows {} }
            #expect(error?.code == .connectionClosed && error?.fate == .maybeExecuted)
        }
    }

    @Test func `an error among the rows ends them, and the connection stays usable`() async throws {
        let received = ReceivedPayloads()
        let script =
            Self.opening(received)
            + received.answering(Script.segment(1, Pieces.row("1"), Script.error(1317)))
            + received.answering(Script.pong) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let rows = try await connection.query(Self.select, cursor: .fetching(rows: 9))
            let error = await mysqlError { for try await _ in rows {} }
            #expect(error?.server?.number == 1317)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all == Self.opened + [Pieces.fetch(9), Pieces.reset, Pieces.ping])
    }

    @Test func `where the server sends the rows at once, nothing is fetched`() async throws {
        let received = ReceivedPayloads()
        let rows = [Script.columnCount(1), Script.column, Pieces.row("1"), Pieces.end(0x42)]
        let script =
            Script.login + received.answering(Pieces.prepared()) + received.answering(Script.segment(1, rows))
            + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            var count = 0
            for try await batch in try await connection.query(Self.select, cursor: .fetching(rows: 2)) {
                count += batch.count
            }
            #expect(count == 1)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all == Self.opened + [Pieces.ping])
    }

    @Test func `no cursor is asked for where the server told no columns`() async throws {
        let received = ReceivedPayloads()
        let script =
            Script.login + received.answering(Pieces.prepared(columns: 0)) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let rows = try await connection.query("DELETE FROM t", cursor: .fetching(rows: 2))
            #expect(rows.completion != nil)
            await connection.close()
        }
        #expect(received.all == [Pieces.sql(0x16, "DELETE FROM t"), Pieces.execute()])
    }

    @Test func `a statement lives as long as its rows, and is closed behind its cursor`() async throws {
        let received = ReceivedPayloads()
        let script =
            Self.opening(received) + received.answering(Pieces.rows("1", status: 0x42))
            + received.answering(Script.pong) + [received.step] + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect { $0.statementCacheSize = 0 }
            do {
                let statement = try await connection.prepare("SELECT a FROM t")
                let rows = try await connection.query(statement, cursor: .fetching(rows: 2))
                for try await _ in rows { break }
            }
            try await connection.ping()
            await connection.close()
        }
        let end = [Pieces.reset, Pieces.close, Pieces.ping]
        #expect(received.all == Self.opened + [Pieces.fetch(2)] + end)
    }

    @Test func `one text with a cursor and without it is two statements`() async throws {
        let received = ReceivedPayloads()
        let fetched = received.answering(Pieces.rows("1", status: 0x82))
        let plain = Script.segment(1, Script.columnCount(1), Script.column, Pieces.row("2"), Script.end)
        let script =
            Script.login + received.answering(Pieces.prepared(parameters: 1))
            + received.answering(Pieces.cursorOpened) + fetched
            + received.answering(Pieces.prepared(parameters: 1, id: 8)) + received.answering(plain)
            + received.answering(Pieces.cursorOpened) + fetched + [.silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let query: MySQLQuery = "SELECT a FROM t WHERE b > \(1)"
            for try await _ in try await connection.query(query, cursor: .fetching(rows: 2)) {}
            #expect(try await connection.collect(query).scalar == "2")
            for try await _ in try await connection.query(query, cursor: .fetching(rows: 2)) {}
            await connection.close()
        }
        // Each command and the statement that it names.
        let ids = received.all.map { $0[0] == 0x16 ? [$0[0]] : [$0[0], $0[1]] }
        #expect(ids == [[0x16], [0x17, 7], [0x1C, 7], [0x16], [0x17, 8], [0x17, 7], [0x1C, 7]])
    }

    @Test func `a statement runs always with a cursor or always without`() async throws {
        let received = ReceivedPayloads()
        let fetched = received.answering(Pieces.rows("1", status: 0x82))
        try await ScriptedServer.run(Self.opening(received) + fetched + [.silence]) { server in
            let connection = try await server.connect()
            let statement = try await connection.prepare("SELECT a FROM t")
            for try await _ in try await connection.query(statement, cursor: .fetching(rows: 2)) {}
            let error = await mysqlError { _ = try await connection.collect(statement) }
            #expect(error?.code == .invalidArgument && error?.fate == .notSent)
            await connection.close()
        }
        #expect(received.all == Self.opened + [Pieces.fetch(2)])
    }

    @Test func `a statement that is kept opens its cursor again`() async throws {
        let received = ReceivedPayloads()
        let fetched = received.answering(Pieces.rows("1", status: 0x82))
        let script =
            Self.opening(received) + fetched + received.answering(Pieces.cursorOpened) + fetched + [.silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            for _ in 0..<2 {
                for try await _ in try await connection.query(Self.select, cursor: .fetching(rows: 2)) {}
            }
            await connection.close()
        }
        let execution = [Pieces.execute(flags: 1), Pieces.fetch(2)]
        #expect(received.all == [Self.prepare] + execution + execution)
    }
}
