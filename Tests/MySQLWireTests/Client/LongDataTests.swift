import MySQLWire
import NIOCore
import Synchronization
import Testing

/// Values that go piece by piece, against a scripted server.
@Suite(.timeLimit(.minutes(2))) struct LongDataTests {
    private typealias Step = ScriptedServer.Step
    private typealias Pieces = StatementScript

    private static let text = "INSERT INTO t VALUES (?)"
    private static let limitQuery = Pieces.sql(0x03, "SELECT @@max_allowed_packet")
    private static let prepare = Pieces.sql(0x16, text)
    /// One value, of bytes, that was sent before.
    private static let execute = Pieces.execute() + [0, 1, 0xFC, 0]

    private static func insert(_ value: MySQLLongData) -> MySQLQuery { "INSERT INTO t VALUES (\(longData: value))" }

    private static func beginning(_ received: ReceivedPayloads, limit: Int = 1024) -> [Step] {
        Script.login + received.answering(Pieces.prepared(parameters: 1, columns: 0))
            + received.answering(Pieces.limit(limit))
    }

    private static let begun = [prepare, limitQuery]

    private static func source(_ pieces: [[UInt8]]) -> MySQLLongData {
        let next = Mutex(pieces[...])
        return MySQLLongData { next.withLock { $0.popFirst() } }
    }

    @Test func `the pieces arrive in packets that the server takes, and the statement behind them`() async throws {
        let received = ReceivedPayloads()
        let large = [UInt8](repeating: 9, count: 1020)
        let script =
            Self.beginning(received) + Array(repeating: received.step, count: 4) + received.answering(Script.ok(1))
            + received.answering(Script.pong) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let result = try await connection.collect(Self.insert(Self.source([[], [1, 2], [], large, []])))
            #expect(result.completion.affectedRows == 1)
            try await connection.ping()
            await connection.close()
        }
        // A payload of 1024 bytes is one too many.
        let pieces = [[], [1, 2], Array(large.prefix(1016)), Array(large.suffix(4))].map { Pieces.longData($0) }
        #expect(received.all == Self.begun + pieces + [Self.execute, Pieces.reset, Pieces.ping])
    }

    @Test func `a statement of the caller's takes long data by the parameter's index`() async throws {
        let received = ReceivedPayloads()
        let script =
            Script.login + received.answering(Pieces.prepared(parameters: 2, columns: 0))
            + received.answering(Pieces.limit(1024)) + [received.step, received.step]
            + received.answering(Script.ok(1)) + [.silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let statement = try await connection.prepare("INSERT INTO t VALUES (?, ?)")
            let contents = AsyncStream { continuation in
                continuation.yield(Array("{}".utf8))
                continuation.finish()
            }
            let longData = [1: MySQLLongData(contents, isText: true)]
            #expect(try await connection.execute(statement, [5, 0], longData: longData).affectedRows == 1)
            let error = await mysqlError {
                _ = try await connection.collect(statement, [5, 0], longData: [2: MySQLLongData { nil }])
            }
            #expect(error?.code == .invalidArgument && error?.fate == .notSent)
            await connection.close()
        }
        let execution = Pieces.execute() + [0, 1, 8, 0, 0xFD, 0, 5, 0, 0, 0, 0, 0, 0, 0]
        let pieces = [Pieces.longData([], parameter: 1), Pieces.longData(Array("{}".utf8), parameter: 1)]
        #expect(Array(received.all.dropFirst(2)) == pieces + [execution])
    }

    private struct SourceError: Error {}

    @Test func `a source that fails has nothing executed, and the connection stays usable`() async throws {
        let received = ReceivedPayloads()
        let script =
            Self.beginning(received) + [received.step, received.step] + received.answering(Script.pong)
            + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let count = Atomic(0)
            let source = MySQLLongData {
                if count.wrappingAdd(1, ordering: .relaxed).oldValue > 0 { throw SourceError() }
                return [3]
            }
            let error = await mysqlError { _ = try await connection.collect(Self.insert(source)) }
            #expect(error?.code == .longDataFailed && error?.fate == .notSent)
            #expect(error?.message.contains("SourceError") == true)
            try await connection.ping()
            await connection.close()
        }
        let pieces = [Pieces.longData([]), Pieces.longData([3])]
        #expect(received.all == Self.begun + pieces + [Pieces.reset, Pieces.ping])
    }

    @Test(arguments: [true, false])
    func `who waits for a slow source no longer has nothing executed, and the connection stays usable`(
        byDeadline: Bool
    ) async throws {
        let received = ReceivedPayloads()
        let script =
            Self.beginning(received) + [received.step] + received.answering(Script.pong)
            + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let isAsked = Gate()
            let source = MySQLLongData {
                isAsked.open()
                try await Task.sleep(for: .seconds(100))
                return nil
            }
            let timeout: Duration? = byDeadline ? .seconds(1) : nil
            let task = Task { _ = try await connection.query(Self.insert(source), timeout: timeout) }
            await isAsked.wait()
            if !byDeadline { task.cancel() }
            let error = await mysqlError { try await task.value }
            #expect(error?.code == (byDeadline ? .timedOut : .cancelled) && error?.fate == .notSent)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all == Self.begun + [Pieces.longData([]), Pieces.reset, Pieces.ping])
    }

    @Test func `what the server has against a value it says to the execution`() async throws {
        let received = ReceivedPayloads()
        let script =
            Self.beginning(received) + [received.step, received.step]
            + received.answering(Script.segment(1, Script.error(1105)))
            + received.answering(Script.pong) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let error = await mysqlError { _ = try await connection.collect(Self.insert(Self.source([[1]]))) }
            #expect(error?.server?.number == 1105 && error?.fate == .rejected)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all.suffix(3) == [Self.execute, Pieces.reset, Pieces.ping])
    }

    @Test func `a server that gives up among the pieces has executed nothing`() async throws {
        let received = ReceivedPayloads()
        let script = Self.beginning(received) + [.expect, .packet(1, Script.error(1153)), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let source = MySQLLongData {
                try await Task.sleep(for: .milliseconds(1))
                return [1]
            }
            let error = await mysqlError { _ = try await connection.collect(Self.insert(source)) }
            #expect(error?.code == .connectionClosed && error?.server?.number == 1153 && error?.fate == .notSent)
        }
    }

    @Test func `a value that is longer than the server takes is not sent on`() async throws {
        let received = ReceivedPayloads()
        let script =
            Self.beginning(received) + [received.step, received.step] + received.answering(Script.pong)
            + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let piece = [UInt8](repeating: 1, count: 1000)
            let error = await mysqlError {
                _ = try await connection.collect(Self.insert(Self.source([piece, piece, piece])))
            }
            #expect(error?.code == .packetTooLarge && error?.fate == .notSent)
            try await connection.ping()
            await connection.close()
        }
        let pieces = [Pieces.longData([]), Pieces.longData([UInt8](repeating: 1, count: 1000))]
        #expect(received.all == Self.begun + pieces + [Pieces.reset, Pieces.ping])
    }

    @Test func `values that do not fit into one packet together go before it, the longest first`() async throws {
        let received = ReceivedPayloads()
        let script =
            Script.login + received.answering(Pieces.prepared(parameters: 2, columns: 0))
            + received.answering(Pieces.limit(100_000)) + [received.step, received.step]
            + received.answering(Script.ok(1)) + received.answering(Script.pong) + [.silence]
        let short = String(repeating: "s", count: 40_000)
        let long = String(repeating: "l", count: 70_000)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            _ = try await connection.collect("INSERT INTO t VALUES (\(short), \(long))")
            await connection.close()
        }
        let pieces = [Pieces.longData([], parameter: 1), Pieces.longData(Array(long.utf8), parameter: 1)]
        #expect(Array(received.all[2..<4]) == pieces)
        let head = Pieces.execute() + [0, 1, 0xFD, 0, 0xFD, 0, 0xFC, 0x40, 0x9C]
        #expect(received.all[4] == head + Array(short.utf8))
        #expect(received.all[5] == Pieces.reset)
    }

    @Test func `a command that is longer than the server takes is not sent, and the connection stays usable`()
        async throws
    {
        let received = ReceivedPayloads()
        let script =
            Script.login + received.answering(Pieces.limit(70_000)) + received.answering(Script.pong)
            + received.answering(Pieces.prepared(parameters: 1, columns: 0)) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            // With the command's own byte just what the server refuses, and one less.
            let text = String(repeating: " ", count: 69_998)
            let error = await mysqlError { _ = try await connection.collect(sql: text + " ") }
            #expect(error?.code == .packetTooLarge && error?.fate == .notSent)
            #expect(error?.message.contains("70000") == true)
            _ = try await connection.collect(sql: text)
            let value = [UInt8](repeating: 1, count: 70_001)
            let second = await mysqlError { _ = try await connection.collect("INSERT INTO t VALUES (\(value))") }
            #expect(second?.code == .packetTooLarge && second?.fate == .notSent)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all.map(\.count) == [Self.limitQuery.count, 69_999, Self.prepare.count, 1])
    }

    @Test func `the limit is asked for anew behind a reset`() async throws {
        let received = ReceivedPayloads()
        let large = String(repeating: " ", count: 65_536)
        let script =
            Script.login + received.answering(Pieces.limit(70_000)) + received.answering(Script.pong)
            + received.answering(Script.pong) + received.answering(Script.pong) + received.answering(Script.pong)
            + received.answering(Pieces.limit(65_000))
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            for _ in 0..<2 { _ = try await connection.collect(sql: large) }
            try await connection.reset()
            #expect(await mysqlError { _ = try await connection.collect(sql: large) }?.code == .packetTooLarge)
            await connection.close()
        }
        #expect(received.all.filter { $0 == Self.limitQuery }.count == 2)
    }
}
