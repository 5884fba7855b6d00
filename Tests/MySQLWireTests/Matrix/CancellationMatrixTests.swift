import MySQLWire
import TestSupport
import Testing

/// The server stands still before every packet of an answer, and the caller leaves: for each call, by cancel and by
/// deadline, with the policy to close and with KILLs that are honoured, late and ignored. The call ends with a typed
/// error, and what comes next gets its own row, or the connection is closed: never a row of somebody else.
@Suite("Cancellation at every packet", .timeLimit(.minutes(5))) struct CancellationMatrixTests {
    @Test(arguments: MatrixCall.statements + MatrixCall.commands)
    func `a call that is left at any packet ends, and what comes next gets its own answer`(call: MatrixCall)
        async throws
    {
        try await forEachAtOnce(MatrixCell.all(of: call)) { try await $0.run() }
    }

    @Test(arguments: MatrixCall.pooled)
    func `of a pool too, which goes on with this connection or with another`(call: MatrixCall) async throws {
        try await forEachAtOnce(MatrixCell.all(of: call)) { try await $0.run() }
    }

    @Test(arguments: MatrixCall.statements + MatrixCall.commands)
    func `without a pause each call gives what it should, by as many packets as the matrix has`(call: MatrixCall)
        async throws
    {
        let sent = SentBytes()
        try await ScriptedServer.run(MatrixCell.login, sent: sent) { server in
            let connection = try await server.connect { $0.allowsLocalInfile = true }
            try await call.run(.connection(connection))
            #expect(sent.packets.count == MatrixCell.loginPackets(.close) + call.packets)
            await connection.close()
        }
    }
}
