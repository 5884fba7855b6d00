import MySQLWire
import NIOCore
import Synchronization
import Testing

@Suite("Row 15: prepared statements do not pile up at the server", .timeLimit(.minutes(1))) struct StatementLimitTests {
    /// The commands that came, by their first byte.
    private final class Commands: Sendable {
        private let all = Mutex<[ByteBuffer]>([])
        var step: ScriptedServer.Step { .inspect { payload in self.all.withLock { $0.append(payload) } } }
        var names: [String] {
            all.withLock { payloads in
                payloads.map { payload in
                    let code = payload.getInteger(at: payload.readerIndex, as: UInt8.self) ?? 0
                    return String(code, radix: 16)
                }
            }
        }
    }

    private static func prepared(_ id: UInt32) -> ByteBuffer {
        Script.segment(1, PrepareOK(statementID: id, columnCount: 0, parameterCount: 1).encode(), Script.column)
    }

    private static let done = ScriptedServer.Step.bytes(Script.pong)

    @Test func `the one that was used last longest ago is closed, before the next command and without an answer`()
        async throws
    {
        let commands = Commands()
        let script: [ScriptedServer.Step] = [
            commands.step, .bytes(Self.prepared(1)), commands.step, Self.done,
            commands.step, .bytes(Self.prepared(2)), commands.step, Self.done,
            // The first is used again: so it is the second that goes.
            commands.step, Self.done,
            commands.step, .bytes(Self.prepared(3)), commands.step, commands.step, Self.done, commands.step, Self.done,
        ]
        try await ScriptedServer.run(Script.login + script + [.silence]) { server in
            let connection = try await server.connect { $0.statementCacheSize = 2 }
            _ = try await connection.collect("A \(1)")
            _ = try await connection.collect("B \(1)")
            _ = try await connection.collect("A \(2)")
            _ = try await connection.collect("C \(1)")
            _ = try await connection.collect("A \(3)")
            await connection.close()
            let closed = server.received.suffix(200)
            #expect(closed.contains([5, 0, 0, 0, 0x19, 2, 0, 0, 0]))
            #expect(!closed.contains([5, 0, 0, 0, 0x19, 1, 0, 0, 0]))
        }
        #expect(commands.names == ["16", "17", "16", "17", "17", "16", "19", "17", "17"])
    }

    @Test func `where the server has no room, what is kept is given back, and prepared once more, once`() async throws {
        for isFull in [false, true] {
            let commands = Commands()
            let refused = ScriptedServer.Step.packet(1, Script.error(1461))
            let script: [ScriptedServer.Step] = [
                commands.step, .bytes(Self.prepared(1)), commands.step, Self.done,
                commands.step, refused, commands.step, commands.step,
            ]
            let end: [ScriptedServer.Step] = isFull ? [refused] : [.bytes(Self.prepared(2)), commands.step, Self.done]
            try await ScriptedServer.run(Script.login + script + end + [.silence]) { server in
                let connection = try await server.connect()
                _ = try await connection.collect("A \(1)")
                let error = await mysqlError { _ = try await connection.collect("B \(1)") }
                #expect(error?.server?.number == (isFull ? 1461 : nil))
                await connection.close()
            }
            #expect(commands.names == ["16", "17", "16", "19", "16"] + (isFull ? [] : ["17"]))
        }
    }

    @Test(arguments: [1243, 1615]) func `one that the server has lost is forgotten, and not tried again by itself`(
        number: UInt16
    ) async throws {
        let commands = Commands()
        let script: [ScriptedServer.Step] = [
            commands.step, .bytes(Self.prepared(1)), commands.step, .packet(1, Script.error(number)),
            commands.step, commands.step, .bytes(Self.prepared(2)), commands.step, Self.done,
        ]
        try await ScriptedServer.run(Script.login + script + [.silence]) { server in
            let connection = try await server.connect()
            let error = await mysqlError { _ = try await connection.collect("A \(1)") }
            #expect(error?.server?.number == number && error?.fate == .rejected)
            _ = try await connection.collect("A \(1)")
            await connection.close()
        }
        #expect(commands.names == ["16", "17", "19", "16", "17"])
    }

    @Test func `a reset and a change of the user end them all, so that none is closed or run afterwards`() async throws
    {
        for changesUser in [false, true] {
            try await ScriptedServer.run(MatrixCell.login) { server in
                let connection = try await server.connect()
                let kept = try await connection.prepare("SELECT twelve ?")
                try MatrixCall.check(await connection.collect("SELECT twelve \(1)"))
                if changesUser {
                    try await connection.changeUser("other", password: nil)
                } else {
                    try await connection.reset()
                }
                let sent = server.received.count
                let error = await mysqlError { _ = try await connection.collect(kept, [1]) }
                #expect(error?.code == .invalidArgument && error?.fate == .notSent)
                // Prepared anew.
                try MatrixCall.check(await connection.collect("SELECT twelve \(1)"))
                #expect(!server.received.dropFirst(sent).contains([5, 0, 0, 0, 0x19]))
                await connection.close()
            }
        }
    }

    @Test func `one that is let go behind a reset is not closed, for its number may be another's by then`() async throws
    {
        try await ScriptedServer.run(MatrixCell.login) { server in
            let connection = try await server.connect()
            let kept = Mutex<MySQLStatement?>(try await connection.prepare("SELECT twelve ?"))
            try await connection.reset()
            kept.withLock { $0 = nil }
            try await connection.ping()
            #expect(!server.received.contains([5, 0, 0, 0, 0x19]))
            await connection.close()
        }
    }

    @Test func `one that is let go while a reset is under way is not closed behind it`() async throws {
        let pause = PausePoint()
        // Behind the answer to the PREPARE: its OK, a parameter and three columns.
        let fault = WireFault.pause(before: MatrixCell.loginPackets(.close) + 5, pause)
        try await ScriptedServer.run(MatrixCell.login, fault: fault) { server in
            let connection = try await server.connect()
            let kept = Mutex<MySQLStatement?>(try await connection.prepare("SELECT twelve ?"))
            let reset = Task { try await connection.reset() }
            await pause.reached.wait()
            kept.withLock { $0 = nil }
            // It has come to the connection, as far as a test can know.
            try await Task.sleep(for: .milliseconds(50))
            pause.end(.goOn)
            try await reset.value
            try await connection.ping()
            #expect(!server.received.contains([5, 0, 0, 0, 0x19]))
            await connection.close()
        }
    }

    @Test func `one that is prepared behind a reset of another task is of the session after it`() async throws {
        let pause = PausePoint()
        let fault = WireFault.pause(before: MatrixCell.loginPackets(.close), pause)
        try await ScriptedServer.run(MatrixCell.login, fault: fault) { server in
            let connection = try await server.connect()
            let reset = Task { try await connection.reset() }
            await pause.reached.wait()
            let prepared = Task { try await connection.prepare("SELECT twelve ?") }
            let collected = Task { try await connection.collect("SELECT twelve \(1)") }
            // They stand in the queue, as far as a test can know.
            try await Task.sleep(for: .milliseconds(50))
            pause.end(.goOn)
            try await reset.value
            try MatrixCall.check(await connection.collect(try await prepared.value, [1]))
            try MatrixCall.check(await collected.value)
            try MatrixCall.check(await connection.collect("SELECT twelve \(1)"))
            await connection.close()
        }
    }
}
