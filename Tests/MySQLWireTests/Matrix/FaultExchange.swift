import MySQLWire
import NIOCore

/// What a client does in the matrix of faults: a login, rows of a text and of a prepared statement, several results, a
/// ping. Each answer is looked at.
enum FaultExchange {
    /// - Parameter patience: of the connect and of each statement.
    static func run(_ server: ScriptedServer, patience: Duration = .seconds(60)) async throws {
        let connection = try await server.connect {
            $0.connectTimeout = patience
            $0.queryTimeout = patience
        }
        do {
            try await statements(connection)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private static func statements(_ connection: MySQLConnection) async throws {
        try MatrixCall.check(await connection.collect("SELECT twelve"))
        try await MatrixCall.read(try await connection.query("SELECT twelve \(1)"))
        let first = try await connection.query("CALL p()")
        try await MatrixCall.read(first, ModelSession.results[0])
        guard let second = try await first.nextResult() else { throw MatrixCall.WrongAnswer(found: "one result") }
        try await MatrixCall.read(second, ModelSession.results[1])
        guard try await second.nextResult() != nil else { throw MatrixCall.WrongAnswer(found: "no OK") }
        try await connection.ping()
    }

    /// The bytes of the server where nothing goes wrong, packet by packet.
    static func packets() async throws -> [ByteBuffer] {
        let sent = SentBytes()
        try await ScriptedServer.run(MatrixCell.login, sent: sent) { try await run($0) }
        return sent.packets
    }
}
