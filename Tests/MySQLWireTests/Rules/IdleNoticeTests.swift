import MySQLWire
import NIOCore
import TestSupport
import Testing

@Suite("Row 6: what a server says to an idle connection", .timeLimit(.minutes(1))) struct IdleNoticeTests {
    /// ER_CLIENT_INTERACTION_TIMEOUT, ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED of MariaDB.
    static let numbers: [UInt16] = [4031, 1053, 1927]

    @Test(arguments: numbers, [0, 1, 9]) func `an ERR becomes the reason of the closing, whatever its own number is`(
        number: UInt16,
        sequence: UInt8
    ) async throws {
        try await ScriptedServer.run(Script.login + [.packet(sequence, Script.error(number)), .silence]) { server in
            let connection = try await server.connect()
            await server.clientsGone()
            #expect(connection.closeReason?.code == .connectionClosed)
            #expect(connection.closeReason?.server?.number == number)
            let error = await mysqlError { try await connection.ping() }
            #expect(error?.server?.number == number)
            #expect(error?.fate == .notSent)
        }
    }

    @Test(arguments: [[0], [0xFE, 0, 0, 2, 0], [1], [0xFB, 0x78], [0xFF], []] as [[UInt8]])
    func `anything else is a protocol violation, and no trap`(payload: [UInt8]) async throws {
        try await ScriptedServer.run(Script.login + [.packet(0, ByteBuffer(bytes: payload)), .silence]) { server in
            let connection = try await server.connect()
            await server.clientsGone()
            #expect(connection.closeReason?.code == .protocolViolation)
        }
    }

    @Test(arguments: numbers) func `a pool is rid of it at once, and lends another`(number: UInt16) async throws {
        let gate = Gate()
        let first: [ScriptedServer.Step] = Script.login + [.hold(gate), .packet(0, Script.error(number)), .silence]
        try await ScriptedServer.run(first, MatrixCell.login) { server in
            try await withPool(server.configuration(), PoolConfiguration(resetsOnReturn: false)) { client in
                try await client.withConnection { _ in }
                try await expectEventually { client.statistics.idle == 1 }
                gate.open()
                try await expectEventually { client.statistics.connections == 0 }
                #expect(try await client.collect(sql: "SELECT 1").scalar == "1")
                #expect(server.connections == 2)
            }
        }
    }
}
