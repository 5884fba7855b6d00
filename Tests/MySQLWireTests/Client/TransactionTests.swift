import NIOCore
import Testing

@testable import MySQLWire

@Suite(.timeLimit(.minutes(1))) struct TransactionTests {
    private struct Stop: Error {}

    private func texts(_ server: ScriptedServer) -> [String] {
        var bytes = ByteBuffer(bytes: server.received)
        var texts: [String] = []
        while let header = bytes.readInteger(endianness: .little, as: UInt32.self),
            let payload = bytes.readSlice(length: Int(header & 0xFF_FFFF))
        {
            if payload.getInteger(at: payload.readerIndex, as: UInt8.self) == 3 {
                texts.append(
                    String(
                        buffer: payload.getSlice(at: payload.readerIndex + 1, length: payload.readableBytes - 1)
                            ?? .init()
                    )
                )
            }
        }
        return texts
    }

    @Test func `a return commits, with the isolation and the access that were asked for`() async throws {
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            let connection = try await server.connect()
            let value = try await connection.withTransaction(isolation: .serializable, readOnly: true) {
                _ = try await $0.collect(sql: "DO 1")
                return 5
            }
            #expect(value == 5)
            try await connection.withTransaction { _ in }
            #expect(
                texts(server) == [
                    "SET NAMES utf8mb4", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "START TRANSACTION READ ONLY",
                    "DO 1", "COMMIT", "START TRANSACTION", "COMMIT",
                ]
            )
            await connection.close()
        }
    }

    @Test func `a throw rolls back, also for a task that was cancelled`() async throws {
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            let connection = try await server.connect()
            await #expect(throws: Stop.self) { try await connection.withTransaction { _ in throw Stop() } }
            let task = Task {
                try await connection.withTransaction { _ in
                    while !Task.isCancelled { await Task.yield() }
                }
            }
            try await expectEventually { texts(server).count == 4 }
            task.cancel()
            #expect(await mysqlError { try await task.value }?.code == .cancelled)
            #expect(
                texts(server) == [
                    "SET NAMES utf8mb4", "START TRANSACTION", "ROLLBACK", "START TRANSACTION", "ROLLBACK",
                ]
            )
            #expect(connection.closeReason == nil)
            await connection.close()
        }
    }

    @Test func `a rollback that fails closes the connection, and the first error is the one that is told`() async throws
    {
        let script: [ScriptedServer.Step] =
            Script.login + [.expect, .bytes(Script.pong), .expect, .packet(1, Script.error(1064)), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            await #expect(throws: Stop.self) { try await connection.withTransaction { _ in throw Stop() } }
            #expect(connection.closeReason != nil)
            await server.clientsGone()
        }
    }

    @Test func `a commit whose answer is lost says that nobody knows`() async throws {
        let script: [ScriptedServer.Step] = Script.login + [.expect, .bytes(Script.pong), .expect, .cut]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let error = await mysqlError { try await connection.withTransaction { _ in } }
            #expect(error?.fate == .maybeExecuted)
        }
    }

    @Test func `transactions do not nest`() async throws {
        let begun = SampleSession.framed(1, ByteBuffer(bytes: [0, 0, 0, 3, 0, 0, 0]))
        let script: [ScriptedServer.Step] =
            Script.login + [.expect, .bytes(begun), .answer(Script.pong)]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            try await connection.withTransaction { connection in
                let error = await mysqlError { try await connection.withTransaction { _ in } }
                #expect(error?.code == .invalidArgument)
            }
            #expect(texts(server) == ["SET NAMES utf8mb4", "START TRANSACTION", "COMMIT"])
            await connection.close()
        }
    }
}
