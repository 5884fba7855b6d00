import MySQLWire
import TestSupport
import Testing

/// An ERR in place of every packet of an answer: the call ends with it, and the connection goes on.
@Suite("Row 21: an ERR in the middle keeps the connection", .timeLimit(.minutes(2))) struct ErrorMatrixTests {
    private static func run(_ call: MatrixCall, packet: Int) async throws {
        let place = "\(call.testDescription), packet \(packet)"
        let fault = WireFault.error(packet: MatrixCell.loginPackets(.close) + packet)
        try await ScriptedServer.run(MatrixCell.login, fault: fault) { server in
            let connection = try await server.connect { $0.allowsLocalInfile = true }
            let result = try await bounded { await Task { try await call.run(.connection(connection)) }.result }
            guard case .failure(let error as MySQLError) = result else {
                Issue.record("\(place): \(result)")
                return
            }
            #expect(error.server?.number == 1317, "\(place): \(error)")
            // What a result before it has said cannot be undone: the first of several has five packets.
            let hasResult = call.text == "CALL" && packet >= 5
            #expect(error.fate == (hasResult ? .maybeExecuted : .rejected), "\(place)")
            // A change of the user that is refused ends the session.
            if call.testDescription == "changeUser", packet < 2 {
                #expect(connection.closeReason != nil)
                return
            }
            let next = try await bounded { try await connection.collect(sql: "SELECT 1").scalar }
            #expect(next == "1", "\(place)")
            #expect(connection.closeReason == nil, "\(place)")
            await connection.close()
        }
    }

    @Test(arguments: MatrixCall.statements + MatrixCall.commands)
    func `an ERR in place of any packet is the call's error, and the connection stays usable`(call: MatrixCall)
        async throws
    {
        try await forEachAtOnce(0..<call.packets) { try await Self.run(call, packet: $0) }
    }

    @Test func `what a pool lent goes back to it, and is lent again`() async throws {
        let fault = WireFault.error(packet: MatrixCell.loginPackets(.close) + 6)
        try await ScriptedServer.run(MatrixCell.login, fault: fault) { server in
            try await withPool(server.configuration()) { client in
                let error = await mysqlError { _ = try await client.collect("SELECT twelve") }
                #expect(error?.server?.number == 1317)
                let next = try await client.collect(sql: "SELECT 1").scalar
                #expect(next == "1")
                #expect(server.connections == 1)
            }
        }
    }
}
