import NIOCore
import Testing

@testable import MySQLWire

/// Commands one behind the other, and what becomes of those that wait when something happens to the first.
@Suite(.timeLimit(.minutes(1))) struct CommandOrderTests {
    @Test func `closing under a running command leaves its fate open`() async throws {
        let gate = Gate()
        try await ScriptedServer.run(Script.login + [.expect, .reached { gate.open() }, .silence]) { server in
            let connection = try await server.connect()
            let insert = Task { _ = try await connection.collect(sql: "INSERT") }
            await gate.wait()
            await connection.close()
            let error = await mysqlError { try await insert.value }
            #expect(error?.code == .connectionClosed)
            #expect(error?.fate == .maybeExecuted)
            #expect(error?.phase == .command)
        }
    }

    @Test func `nothing is sent for a caller who has already gone`() async throws {
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            let connection = try await server.connect()
            let before = server.received.count
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                _ = try await connection.collect(sql: "DELETE FROM t")
            }
            task.cancel()
            let cancelled = await mysqlError { try await task.value }
            #expect(cancelled?.code == .cancelled)
            #expect(cancelled?.fate == .notSent)
            let late = await mysqlError { _ = try await connection.collect(sql: "DELETE FROM t", timeout: .zero) }
            #expect(late?.code == .timedOut)
            #expect(late?.fate == .notSent)
            try await connection.ping()
            #expect(server.received.count == before + 5, "the ping, and nothing else")
            await connection.close()
        }
    }

    @Test func `a result that is kept whole has a limit`() async throws {
        let start = Script.segment(1, Script.columnCount(1), Script.column)
        try await ScriptedServer.run(Script.login + [.expect, .bytes(start), .endless(Script.rows)]) { server in
            let connection = try await server.connect { $0.maximumResult = 1 << 20 }
            let error = await mysqlError { _ = try await connection.collect(sql: "SELECT 1") }
            #expect(error?.code == .limitExceeded)
            #expect(error?.phase == .rows)
            #expect(error?.fate == .maybeExecuted)
            await server.clientsGone()
        }
    }

    @Test func `leaving a large result is not taken for a cancellation`() async throws {
        let start = Script.segment(1, Script.columnCount(1), Script.column)
        try await ScriptedServer.run(Script.login + [.expect, .bytes(start), .endless(Script.rows)]) { server in
            let connection = try await server.connect()
            for try await _ in try await connection.query(sql: "SELECT 1") { break }
            let error = await mysqlError { try await connection.ping() }
            #expect(error?.code == .connectionClosed)
            #expect(error?.fate == .notSent)
        }
    }

    @Test func `a deadline counts while a command waits for its turn`() async throws {
        let gate = Gate()
        try await ScriptedServer.run(Script.login + [.expect, .reached { gate.open() }, .silence]) { server in
            let connection = try await server.connect()
            let first = Task { _ = try await connection.collect(sql: "SELECT SLEEP(1000)") }
            await gate.wait()
            let error = await mysqlError { try await connection.ping(timeout: .milliseconds(50)) }
            #expect(error?.code == .timedOut)
            #expect(error?.fate == .notSent)
            #expect(connection.closeReason == nil)
            await connection.close()
            _ = await first.result
        }
    }

    @Test func `a command that waits can be cancelled alone`() async throws {
        let gate = Gate()
        let release = Gate()
        let steps: [ScriptedServer.Step] = [.expect, .reached { gate.open() }, .hold(release), .bytes(Script.pong)]
        try await ScriptedServer.run(Script.login + steps + [.answer(Script.pong)]) { server in
            let connection = try await server.connect()
            let before = server.received.count
            let first = Task { try await connection.ping() }
            await gate.wait()
            let second = Task { try await connection.ping() }
            // It stands in the queue, as far as a test can know.
            try await Task.sleep(for: .milliseconds(50))
            second.cancel()
            let error = await mysqlError { try await second.value }
            #expect(error?.code == .cancelled)
            #expect(error?.fate == .notSent)
            release.open()
            try await first.value
            try await connection.ping()
            #expect(server.received.count == before + 10, "the first and the last, and nothing else")
            await connection.close()
        }
    }

    @Test func `who waits behind a command that is cancelled is told of the closing, not of that cancel`() async throws
    {
        let gate = Gate()
        try await ScriptedServer.run(Script.login + [.expect, .reached { gate.open() }, .silence]) { server in
            let connection = try await server.connect { $0.cancellation = .close }
            let first = Task { _ = try await connection.collect(sql: "SELECT SLEEP(1000)") }
            await gate.wait()
            let second = try connection.stream(Command.ping.encode())
            first.cancel()
            #expect(await mysqlError { try await first.value }?.code == .cancelled)
            guard case .failed(let error) = await second.next() else {
                Issue.record("an answer to what was not sent")
                return
            }
            #expect(error.code == .connectionClosed && error.fate == .notSent)
            #expect(error.message.contains("with an earlier command on it"))
        }
    }

    @Test func `a packet too many is not taken for the answer of the next command`() async throws {
        let gate = Gate()
        let release = Gate()
        // Two answers to one command, in one segment: the second is numbered like the answer of the next command.
        var two = Script.pong
        two.writeImmutableBuffer(Script.pong)
        let steps: [ScriptedServer.Step] = [.expect, .reached { gate.open() }, .hold(release), .bytes(two), .silence]
        try await ScriptedServer.run(Script.login + steps) { server in
            let connection = try await server.connect()
            let first = Task { try await connection.ping() }
            await gate.wait()
            // It stands in the queue when the answer comes.
            let second = try connection.stream(Command.ping.encode())
            release.open()
            try await first.value
            guard case .failed(let error) = await second.next() else {
                Issue.record("an answer to what was not asked")
                return
            }
            #expect(error.code == .protocolViolation)
            #expect(error.fate == .notSent)
        }
    }

    @Test func `an error in a later result does not say that nothing was executed`() async throws {
        let answer = Script.segment(1, Script.columnCount(1), Script.column, Script.row("1"), Script.endWithMore)
        let failure = Script.segment(5, Script.error(1644))
        try await ScriptedServer.run(Script.login + [.expect, .bytes(answer), .bytes(failure), .answer(Script.pong)]) {
            server in
            let connection = try await server.connect()
            let error = await mysqlError { _ = try await connection.collect(sql: "CALL p()") }
            #expect(error?.server?.number == 1644)
            #expect(error?.fate == .maybeExecuted)
            try await connection.ping()
            await connection.close()
        }
    }

    @Test func `asking the first result for the next again and again comes to an end`() async throws {
        let answer = Script.segment(
            1,
            Script.columnCount(1),
            Script.column,
            Script.endWithMore,
            Script.columnCount(1),
            Script.column,
            Script.endWithMore,
            Script.ok
        )
        try await ScriptedServer.run(Script.login + [.expect, .bytes(answer), .silence]) { server in
            let connection = try await server.connect()
            let first = try await connection.query(sql: "CALL p()")
            var count = 0
            while count < 10, let next = try await first.nextResult() {
                for try await _ in next {}
                count += 1
            }
            #expect(count == 2)
            await connection.close()
        }
    }

    @Test func `a stream that is let go while it waits is never begun`() async throws {
        let gate = Gate()
        let release = Gate()
        let steps: [ScriptedServer.Step] = [.expect, .reached { gate.open() }, .hold(release), .bytes(Script.pong)]
        try await ScriptedServer.run(Script.login + steps + [.answer(Script.pong)]) { server in
            let connection = try await server.connect()
            let first = Task { try await connection.ping() }
            await gate.wait()
            var stream: RunningRequest? = try connection.stream(ByteBuffer(bytes: [0x12]))
            #expect(stream != nil)
            stream = nil
            release.open()
            try await first.value
            try await connection.ping(timeout: .seconds(10))
            #expect(!server.received.suffix(10).contains(0x12))
            await connection.close()
        }
    }

    @Test func `two tasks that read one result get the rows once, or an error`() async throws {
        let start = Script.segment(1, Script.columnCount(1), Script.column)
        let gate = Gate()
        try await ScriptedServer.run(Script.login + [.expect, .bytes(start), .hold(gate), .bytes(Script.rows), .cut]) {
            server in
            let connection = try await server.connect()
            let rows = try await connection.query(sql: "SELECT 1")
            let readers = (0..<2).map { _ in
                Task {
                    var count = 0
                    for try await batch in rows { count += batch.count }
                    return count
                }
            }
            gate.open()
            for reader in readers {
                let error = await mysqlError { _ = try await reader.value }
                #expect([.busy, .connectionClosed].contains(error?.code))
            }
        }
    }

    @Test func `a second reader is turned away, which ends nothing for the first, and the connection goes on`()
        async throws
    {
        let start = Script.segment(1, Script.columnCount(1), Script.column)
        let rest = Script.segment(3, Script.row("x"), Script.row("y"), Script.end)
        let gate = Gate()
        try await ScriptedServer.run(
            Script.login + [.expect, .bytes(start), .hold(gate), .bytes(rest), .answer(Script.pong)]
        ) { server in
            let connection = try await server.connect()
            let rows = try await connection.query(sql: "SELECT 1")
            let results = await withTaskGroup(of: Result<Int, any Error>.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        do {
                            var count = 0
                            for try await batch in rows { count += batch.count }
                            return .success(count)
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                let first = await group.next()
                gate.open()
                return [first, await group.next()]
            }
            let error = await mysqlError { _ = try results[0]?.get() }
            #expect(error?.code == .busy)
            #expect(try results[1]?.get() == 2)
            #expect(rows.completion != nil)
            try await connection.ping(timeout: .seconds(10))
            await connection.close()
        }
    }

    @Test func `cancelling at the moment of completion gives one or the other`() async throws {
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            var connection = try await server.connect()
            for round in 0..<100 {
                let current = connection
                let task = Task { try await current.ping() }
                for _ in 0..<(round % 60) { await Task.yield() }
                task.cancel()
                let error = await mysqlError { try await task.value }
                #expect(error == nil || error?.code == .cancelled)
                if error != nil || connection.closeReason != nil { connection = try await server.connect() }
            }
            try await connection.ping()
            await connection.close()
        }
    }

    @Test func `nothing of a closed connection stays in memory`() async throws {
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            weak var weakConnection: MySQLConnection?
            do {
                let connection = try await server.connect()
                weakConnection = connection
                try await connection.ping()
                await connection.close()
            }
            #expect(weakConnection == nil)
            do {
                let connection = try await server.connect()
                weakConnection = connection
            }
            #expect(weakConnection == nil)
        }
    }
}
