import MySQLWire
import Testing

@Suite("Row 9: what is too large is refused here", .timeLimit(.minutes(1))) struct LargeStatementTests {
    @Test func `over 1 GiB nothing is sent, and the connection stays usable`() async throws {
        try await ScriptedServer.run(MatrixCell.login) { server in
            let connection = try await server.connect()
            // One text, 17 times: so that it is in memory only once.
            let statement = try await connection.prepare("SELECT twelve " + String(repeating: "?", count: 17))
            let text = String(repeating: "z", count: 64 << 20)
            let sent = server.received.count
            let values = [String](repeating: text, count: 17)
            let error = await mysqlError { _ = try await connection.collect(statement, values) }
            #expect(error?.code == .invalidArgument && error?.fate == .notSent)
            // At most what the server takes was asked for.
            #expect(server.received.count < sent + 100)
            #expect(try await connection.collect(sql: "SELECT 1").scalar == "1")
            await connection.close()
        }
    }
}
