import NIOCore
import Testing

@testable import MySQLWire

/// Answers in so many small pieces that more is waited for at once (``ReadPace``), over a real socket.
@Suite(.timeLimit(.minutes(1))) struct SlowAnswerTests {
    private static let count = 3 * ReadPace.patience
    private static let head = Script.segment(1, Script.columnCount(1), Script.column)
    private static let rows = (0..<count).map { number in
        Script.segment(UInt8(truncatingIfNeeded: 3 + number), Script.row("row \(number)"))
    }
    private static let end = Script.segment(UInt8(truncatingIfNeeded: 3 + count), Script.end)

    @Test func `its last rows come although they are few, and nothing follows`() async throws {
        let gate = Gate()
        let script =
            Script.login + [
                .expect, .bytes(Self.head), .pieces(Self.rows), .hold(gate), .bytes(Self.end), .expect,
                .bytes(Script.pong),
                .silence,
            ]
        try await ScriptedServer.run(script) { server in
            let connection = try await MySQLConnection.connect(to: server.configuration())
            var texts: [String?] = []
            for try await batch in try await connection.query(sql: "SELECT 1") {
                texts += batch.map { $0.string(at: 0) }
                // The server sends no more before all of them are here.
                if texts.count == Self.count { gate.open() }
            }
            #expect(texts == (0..<Self.count).map { "row \($0)" })
            try await connection.ping()
            await connection.close()
        }
    }

    @Test func `a whole result ends, and so does the next command`() async throws {
        let script =
            Script.login + [
                .expect, .bytes(Self.head), .pieces(Self.rows + [Self.end]), .expect, .bytes(Script.pong), .silence,
            ]
        try await ScriptedServer.run(script) { server in
            let connection = try await MySQLConnection.connect(to: server.configuration())
            #expect(try await connection.collect(sql: "SELECT 1").rows.count == Self.count)
            try await connection.ping()
            await connection.close()
        }
    }
}
