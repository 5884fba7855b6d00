import MySQLWire
import NIOCore
import Synchronization
import Testing

/// LOCAL INFILE against a scripted server: who gets which bytes, and when.
@Suite(.timeLimit(.minutes(2))) struct LocalInfileTests {
    private static let capabilities = Script.capabilities.union([.localFiles])
    private static let loaded = ByteBuffer(bytes: [0, 3, 0, 2, 0, 0, 0])
    private static let request = ByteBuffer(bytes: [0xFB] + Array("/etc/passwd".utf8))

    private static let login: [ScriptedServer.Step] = [
        .packet(0, SampleSession.greeting(capabilities: capabilities, plugin: "mysql_native_password")), .expect,
        .packet(2, Script.ok), .expect, .packet(1, Script.ok),
    ]

    private static func allowed(_ configuration: inout MySQLConfiguration) { configuration.allowsLocalInfile = true }

    /// What came of the client, payload by payload.
    private final class Received: Sendable {
        let payloads = Mutex<[ByteBuffer]>([])
        var step: ScriptedServer.Step { .inspect { payload in self.payloads.withLock { $0.append(payload) } } }
        var all: [ByteBuffer] { payloads.withLock { $0 } }
    }

    @Test(arguments: [false, true], ["SELECT 1", "LOAD DATA LOCAL INFILE 'x' INTO TABLE t"])
    func `a server that asks for a file gets none, allowed or not, and the connection stays usable`(
        isAllowed: Bool,
        sql: String
    ) async throws {
        let received = Received()
        let script =
            Self.login + [.expect, .packet(1, Self.request), received.step, .packet(3, Script.ok)]
            + [.expect, .packet(1, Script.ok), .silence]
        for streams in [false, true] {
            try await ScriptedServer.run(script) { server in
                let connection = try await server.connect { $0.allowsLocalInfile = isAllowed }
                let error = await mysqlError {
                    if streams {
                        _ = try await connection.query(sql: sql)
                    } else {
                        _ = try await connection.collect(sql: sql)
                    }
                }
                #expect(error?.code == .localInfileRefused)
                #expect(error?.fate == .maybeExecuted)
                #expect(error?.message.contains("/etc/passwd") == true)
                try await connection.ping()
                await connection.close()
            }
        }
        #expect(received.all == [ByteBuffer(), ByteBuffer()])
    }

    @Test func `the name that the server gives is shown cut, and without what controls a terminal`() async throws {
        let name = "\u{1B}[2J/etc/\u{85}p\u{7F}\n\0" + String(repeating: "x", count: 5000)
        let request = ByteBuffer(bytes: [0xFB] + Array(name.utf8))
        try await ScriptedServer.run(
            Self.login + [.expect, .packet(1, request), .expect, .packet(3, Script.ok), .silence]
        ) {
            let connection = try await $0.connect()
            let error = await mysqlError { _ = try await connection.collect(sql: "SELECT 1") }
            let message = try #require(error?.message)
            #expect(message.contains("\"?[2J/etc/?p???x"), "\(message)")
            #expect(message.utf8.count < 300)
            #expect(message.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) })
            await connection.close()
        }
    }

    @Test func `what the server says of the empty file comes with the error`() async throws {
        let script =
            Self.login + [.expect, .packet(1, Self.request), .expect, .packet(3, Script.error(1148)), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let error = await mysqlError { _ = try await connection.collect(sql: "SELECT 1") }
            #expect(error?.code == .localInfileRefused)
            #expect(error?.server?.number == 1148)
            #expect(error?.fate == .rejected)
            await connection.close()
        }
    }

    @Test func `contents without leave are refused before anything is sent`() async throws {
        try await ScriptedServer.run(Self.login + [.silence]) { server in
            let connection = try await server.connect()
            let sent = server.received.count
            let error = await mysqlError {
                _ = try await connection.execute(sql: "LOAD DATA", localInfile: MySQLLocalInfile(bytes: [1]))
            }
            #expect(error?.code == .invalidArgument && error?.fate == .notSent)
            #expect(server.received.count == sent)
            await connection.close()
        }
    }

    @Test func `the caller's bytes arrive, empty pieces left out, and the end once`() async throws {
        let received = Received()
        let script =
            Self.login + [.expect, .packet(1, Self.request)] + Array(repeating: received.step, count: 5)
            + [.packet(7, Self.loaded), .expect, .packet(1, Script.ok), .silence]
        let large = [UInt8](repeating: 9, count: 40_000)
        let pieces: [[UInt8]] = [[], [1, 2], [], large, []]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect(Self.allowed)
            let next = Mutex(pieces[...])
            let source = MySQLLocalInfile { next.withLock { $0.popFirst() } }
            let completion = try await connection.execute(sql: "LOAD DATA", localInfile: source)
            #expect(completion.affectedRows == 3)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all.map(\.readableBytes) == [2, 16384, 16384, 7232, 0])
        #expect(received.all.flatMap { Array(buffer: $0) } == [1, 2] + large)
    }

    @Test func `a second request within a command gets nothing`() async throws {
        let received = Received()
        let script =
            Self.login + [.expect, .packet(1, Self.request), received.step, received.step, .packet(4, Self.request)]
            + [received.step, .packet(6, Script.ok), .expect, .packet(1, Script.ok), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect(Self.allowed)
            let error = await mysqlError {
                _ = try await connection.execute(sql: "LOAD DATA", localInfile: MySQLLocalInfile(bytes: [5]))
            }
            #expect(error?.code == .localInfileRefused)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all == [ByteBuffer(bytes: [5]), ByteBuffer(), ByteBuffer()])
    }

    @Test func `a request behind the first result is served when that was dropped`() async throws {
        let received = Received()
        let results = [Script.columnCount(1), Script.column, Script.row("1"), Script.endWithMore, Self.request]
        let script =
            Self.login + [.expect, .bytes(Script.segment(1, results)), received.step, received.step]
            + [.packet(8, Self.loaded), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect(Self.allowed)
            let contents = MySQLLocalInfile(bytes: [5])
            #expect(try await connection.execute(sql: "SELECT 1; LOAD", localInfile: contents).affectedRows == 3)
            await connection.close()
        }
        #expect(received.all == [ByteBuffer(bytes: [5]), ByteBuffer()])
    }

    private struct SourceError: Error {}

    @Test(arguments: [false, true])
    func `a source that fails is an error whatever the server says, and the connection stays usable`(
        isRejected: Bool
    ) async throws {
        let received = Received()
        let script =
            Self.login + [.expect, .packet(1, Self.request), received.step, received.step]
            + [.packet(4, isRejected ? Script.error(1366) : Script.ok), .expect, .packet(1, Script.ok), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect(Self.allowed)
            let count = Atomic(0)
            let source = MySQLLocalInfile {
                if count.wrappingAdd(1, ordering: .relaxed).oldValue > 0 { throw SourceError() }
                return [3]
            }
            let error = await mysqlError { _ = try await connection.execute(sql: "LOAD DATA", localInfile: source) }
            #expect(error?.code == .localInfileFailed)
            #expect(error?.fate == .maybeExecuted)
            #expect(error?.message.contains("SourceError") == true)
            try await connection.ping()
            await connection.close()
        }
        #expect(received.all == [ByteBuffer(bytes: [3]), ByteBuffer()])
    }

    @Test func `a deadline ends the wait for a slow source, and half a file is not ended`() async throws {
        let script = Self.login + [.expect, .packet(1, Self.request), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect(Self.allowed)
            let source = MySQLLocalInfile {
                try await Task.sleep(for: .seconds(100))
                return nil
            }
            let error = await mysqlError {
                _ = try await connection.execute(sql: "LOAD DATA", localInfile: source, timeout: .milliseconds(300))
            }
            #expect(error?.code == .timedOut)
            await server.clientsGone()
            #expect(Array(server.received.suffix(4)) != [0, 0, 0, 2])
        }
    }

    @Test func `a cancelled caller closes the connection, and half a file is not ended`() async throws {
        let script = Self.login + [.expect, .packet(1, Self.request), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect(Self.allowed)
            let isAsked = Gate()
            let source = MySQLLocalInfile {
                isAsked.open()
                try await Task.sleep(for: .seconds(100))
                return nil
            }
            let task = Task { try await connection.execute(sql: "LOAD DATA", localInfile: source) }
            await isAsked.wait()
            task.cancel()
            let error = await mysqlError { _ = try await task.value }
            #expect(error?.code == .cancelled)
            #expect(error?.fate == .maybeExecuted)
            await server.clientsGone()
            #expect(Array(server.received.suffix(4)) != [0, 0, 0, 2])
        }
    }

    @Test(arguments: MatrixCell.Ending.allCases)
    func `where the policy is to kill, half a file is not ended either: the connection is closed`(
        ending: MatrixCell.Ending
    ) async throws {
        try await ScriptedServer.run(MatrixCell.login) { server in
            let connection = try await server.connect {
                $0.allowsLocalInfile = true
                $0.cancellation = .killQuery(within: .seconds(40))
            }
            let isAsked = Gate()
            let source = MySQLLocalInfile {
                isAsked.open()
                try await Task.sleep(for: .seconds(100))
                return nil
            }
            let timeout: Duration? = ending == .timedOut ? .seconds(1) : nil
            let task = Task {
                try await connection.execute(sql: "LOAD DATA LOCAL INFILE", localInfile: source, timeout: timeout)
            }
            await isAsked.wait()
            if ending == .cancelled { task.cancel() }
            let error = await mysqlError { _ = try await task.value }
            #expect(error?.code == (ending == .cancelled ? .cancelled : .timedOut))
            #expect(error?.fate == .maybeExecuted)
            #expect(await mysqlError { try await connection.ping() }?.fate == .notSent)
            await server.clientsGone()
            #expect(String(decoding: server.received, as: UTF8.self).hasSuffix("LOAD DATA LOCAL INFILE"))
            #expect(server.connections == 1, "nobody tried to kill it")
        }
    }

    @Test func `a server that does not read holds the source up`() async throws {
        let script = Self.login + [.expect, .packet(1, Self.request), .deaf, .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect(Self.allowed)
            let pieces = Atomic(0)
            let source = MySQLLocalInfile {
                pieces.add(1, ordering: .relaxed)
                return [UInt8](repeating: 1, count: 256 << 10)
            }
            let error = await mysqlError {
                _ = try await connection.execute(sql: "LOAD DATA", localInfile: source, timeout: .seconds(1))
            }
            #expect(error?.code == .timedOut)
            // What the kernel's buffers take, and no more: far below what an endless source makes in that time.
            let taken = pieces.load(ordering: .relaxed)
            #expect(taken < 200, "\(taken) pieces of 256 KiB were taken")
        }
    }
}
