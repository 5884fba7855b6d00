import NIOCore
import Testing

@testable import MySQLWire

@Suite(.timeLimit(.minutes(1))) struct ConnectionExecutorTests {
    @Test func `a task that prefers it runs on the connection's event loop, and goes on there after an answer`()
        async throws
    {
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            let connection = try await server.connect()
            let eventLoop = connection.channel.eventLoop
            #expect(!eventLoop.inEventLoop)
            try await withTaskExecutorPreference(connection.taskExecutor) {
                #expect(eventLoop.inEventLoop)
                for _ in 0..<3 {
                    _ = try await connection.collect(sql: "DO 1")
                    #expect(eventLoop.inEventLoop)
                }
                // Who waits for an answer there does not hold it up.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 { group.addTask { _ = try await connection.collect(sql: "DO 1") } }
                    try await group.waitForAll()
                }
            }
            #expect(!eventLoop.inEventLoop)
            await connection.close()
        }
    }

    @Test func `rows that are left there are let go before the next statement`() async throws {
        let start = Script.segment(1, Script.columnCount(1), Script.column)
        let rest = Script.segment(3, Script.row("x"), Script.row("y"), Script.end)
        try await ScriptedServer.run(
            Script.login + [.expect, .bytes(start), .bytes(rest), .answer(Script.pong)]
        ) { server in
            let connection = try await server.connect()
            try await withTaskExecutorPreference(connection.taskExecutor) {
                for try await _ in try await connection.query(sql: "SELECT 1") { break }
                try await connection.ping(timeout: .seconds(10))
            }
            await connection.close()
        }
    }
}
