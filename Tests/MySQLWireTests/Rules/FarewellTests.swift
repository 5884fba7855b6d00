import MySQLWire
import NIOCore
import Testing

@Suite("Row 4: what an end leaves at the server", .timeLimit(.minutes(1))) struct FarewellTests {
    private static let quit: [UInt8] = [1, 0, 0, 0, 1]

    @Test func `an idle connection says COM_QUIT before it closes, also one that is let go`() async throws {
        for isLetGo in [false, true] {
            try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
                var connection: MySQLConnection? = try await server.connect()
                try await connection?.ping()
                if !isLetGo { await connection?.close() }
                connection = nil
                await server.clientsGone()
                #expect(Array(server.received.suffix(5)) == Self.quit)
            }
        }
    }

    @Test func `with a statement under way it just closes, since nobody would read it`() async throws {
        let gate = Gate()
        try await ScriptedServer.run(Script.login + [.expect, .reached { gate.open() }, .silence]) { server in
            let connection = try await server.connect()
            let task = Task { try await connection.collect(sql: "SELECT SLEEP(1000)") }
            await gate.wait()
            await connection.close()
            _ = await task.result
            await server.clientsGone()
            #expect(Array(server.received.suffix(5)) != Self.quit)
        }
    }

    @Test func `by the policy to kill the statement is ended at the server, by its own number`() async throws {
        let pause = PausePoint()
        try await ScriptedServer.run(MatrixCell.login, fault: .pause(before: 10, pause)) { server in
            let connection = try await server.connect { $0.cancellation = .killQuery(within: .seconds(40)) }
            let task = Task { try await connection.collect(sql: "SELECT twelve") }
            await pause.reached.wait()
            task.cancel()
            _ = await task.result
            #expect(try await connection.collect(sql: "SELECT 1").scalar == "1")
            #expect(server.times("KILL QUERY \(connection.connectionID)") == 1)
            await connection.close()
        }
    }
}
