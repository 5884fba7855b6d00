import MySQLWire
import NIOCore
import Testing

/// Errors of prepared statements that ask for something else than being told.
@Suite(.timeLimit(.minutes(2))) struct StatementErrorTests {
    private typealias Pieces = StatementScript

    private static func prepare(_ text: String) -> [UInt8] { Pieces.sql(0x16, text) }
    private static let prepared = Pieces.prepared(parameters: 1, columns: 0)
    private static let one = Pieces.execute() + [0, 1, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    private static func error(_ number: UInt16) -> ByteBuffer { Script.segment(1, Script.error(number)) }

    @Test func `too many statements on the server: those kept are closed, and the prepare alone is tried once more`()
        async throws
    {
        let received = ReceivedPayloads()
        let script =
            Script.login + received.answering(Self.prepared) + received.answering(Script.pong)
            + received.answering(Self.error(1461)) + [received.step] + received.answering(Self.error(1461))
            + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            _ = try await connection.collect("DO 1 + \(1)")
            let error = await mysqlError { _ = try await connection.collect("DO 2 + \(1)") }
            #expect(error?.server?.number == 1461 && error?.fate == .rejected)
            try await connection.ping()
            await connection.close()
        }
        let again = [Self.prepare("DO 2 + ?"), Pieces.close, Self.prepare("DO 2 + ?")]
        #expect(received.all == [Self.prepare("DO 1 + ?"), Self.one] + again + [Pieces.ping])
    }

    @Test func `the same for a statement of the caller's; without any to close the first answer counts`() async throws {
        let received = ReceivedPayloads()
        let script =
            Script.login + received.answering(Self.error(1461)) + received.answering(Self.prepared)
            + received.answering(Script.pong) + received.answering(Self.error(1461)) + [received.step]
            + received.answering(Pieces.prepared(parameters: 0, columns: 0, id: 8)) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            #expect(await mysqlError { _ = try await connection.prepare("DO 0") }?.server?.number == 1461)
            _ = try await connection.collect("DO 1 + \(1)")
            let statement = try await connection.prepare("DO 3")
            _ = try await connection.collect(statement)
            await connection.close()
        }
        let again = [Self.prepare("DO 3"), Pieces.close, Self.prepare("DO 3"), Pieces.execute(id: 8)]
        #expect(received.all == [Self.prepare("DO 0"), Self.prepare("DO 1 + ?"), Self.one] + again)
    }

    @Test(arguments: [1243, 1615] as [UInt16])
    func `a statement that the server does not know is not run again by itself, and prepared anew the next time`(
        number: UInt16
    ) async throws {
        let received = ReceivedPayloads()
        let script =
            Script.login + received.answering(Self.prepared) + received.answering(Self.error(number))
            + [received.step] + received.answering(Self.prepared) + received.answering(Script.pong)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let error = await mysqlError { _ = try await connection.collect("DO 1 + \(1)") }
            #expect(error?.server?.number == number && error?.fate == .rejected)
            _ = try await connection.collect("DO 1 + \(1)")
            await connection.close()
        }
        let first = [Self.prepare("DO 1 + ?"), Self.one]
        #expect(received.all == first + [Pieces.close] + first)
    }

    @Test func `rows of a statement that was prepared without columns are rows`() async throws {
        let received = ReceivedPayloads()
        // As MariaDB answers to INSERT … RETURNING.
        let answer = Script.segment(1, Script.columnCount(1), Script.column, Pieces.row("x"), Pieces.end(2))
        let script = Script.login + received.answering(Self.prepared) + received.answering(answer) + [.silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let result = try await connection.collect("INSERT INTO t VALUES (\(1)) RETURNING a")
            #expect(result.columns.names == ["a"] && result.scalar == "x")
            await connection.close()
        }
    }
}
