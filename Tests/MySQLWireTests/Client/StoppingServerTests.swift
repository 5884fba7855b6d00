import NIOCore
import Testing

@testable import MySQLWire

/// A server that stops at each phase: by silence, by closing, by a reset; and a caller who leaves at each.
@Suite(.timeLimit(.minutes(1))) struct StoppingServerTests {
    struct Stop: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [ScriptedServer.Step]
        let phase: MySQLError.Phase
        var mode = TLSConfiguration.Mode.disabled
        var plugin = "mysql_native_password"
    }

    private static let nonce = ByteBuffer(bytes: (1...20) + [0])
    private static let greetingStart = SampleSession.framed(0, Script.greeting()).getSlice(at: 0, length: 30) ?? .init()

    static let login = [
        Stop(testDescription: "accepted, and nothing", steps: [], phase: .greeting),
        Stop(testDescription: "half a greeting", steps: [.bytes(greetingStart)], phase: .greeting),
        Stop(
            testDescription: "after the SSLRequest",
            steps: [.packet(0, Script.greeting(ssl: true)), .expect],
            phase: .tls,
            mode: .required
        ),
        Stop(
            testDescription: "in the TLS handshake",
            steps: [
                .packet(0, Script.greeting(ssl: true)), .expect, .bytes(ByteBuffer(bytes: [0x16, 3, 3, 0x40, 0, 2])),
            ],
            phase: .tls,
            mode: .required
        ),
        Stop(
            testDescription: "after the HandshakeResponse",
            steps: [.packet(0, Script.greeting()), .expect],
            phase: .authentication
        ),
        Stop(
            testDescription: "after AuthMoreData",
            steps: [
                .packet(0, Script.greeting(plugin: "caching_sha2_password")), .expect,
                .packet(2, ByteBuffer(bytes: [1, 3])),
            ],
            phase: .authentication
        ),
        Stop(
            testDescription: "after an auth switch",
            steps: [
                .packet(0, Script.greeting(plugin: "caching_sha2_password")), .expect,
                .packet(2, AuthSwitchRequest(plugin: "mysql_native_password", data: nonce).encode()), .expect,
            ],
            phase: .authentication
        ),
        Stop(
            testDescription: "after the login, at SET NAMES",
            steps: [.packet(0, Script.greeting()), .expect, .packet(2, Script.ok), .expect],
            phase: .command
        ),
    ]

    static let answer = [
        Stop(testDescription: "no answer", steps: [], phase: .command),
        Stop(testDescription: "half a header", steps: [.bytes(ByteBuffer(bytes: [1, 0]))], phase: .command),
        Stop(testDescription: "a column count", steps: [.packet(1, Script.columnCount(2))], phase: .command),
        Stop(
            testDescription: "one definition of two",
            steps: [.bytes(Script.segment(1, Script.columnCount(2), Script.column))],
            phase: .command
        ),
        Stop(
            testDescription: "all definitions",
            steps: [.bytes(Script.segment(1, Script.columnCount(1), Script.column))],
            phase: .rows
        ),
        Stop(
            testDescription: "half a row",
            steps: [
                .bytes(Script.segment(1, Script.columnCount(1), Script.column)), .bytes(.init(bytes: [9, 0, 0, 3, 8])),
            ],
            phase: .rows
        ),
        Stop(
            testDescription: "rows",
            steps: [.bytes(Script.segment(1, Script.columnCount(1), Script.column)), .bytes(Script.rows)],
            phase: .rows
        ),
        Stop(
            testDescription: "a second result is promised",
            steps: [.bytes(Script.segment(1, Script.columnCount(1), Script.column, Script.endWithMore))],
            phase: .command
        ),
    ]

    @Test(arguments: login) func `silence in the login ends at the deadline, with its phase`(stop: Stop) async throws {
        try await ScriptedServer.run(stop.steps + [.silence]) { server in
            let error = await mysqlError {
                _ = try await server.connect {
                    $0.connectTimeout = .seconds(1)
                    $0.tls.mode = stop.mode
                }
            }
            #expect(error?.code == .timedOut)
            #expect(error?.phase == stop.phase)
            #expect(error?.fate == .notSent)
            #expect(error.map { !"\($0) \($0.message)".contains("the_password") } == true)
        }
    }

    @Test(arguments: login, [ScriptedServer.Step.cut, .reset])
    func `an end in the login is told with its phase`(stop: Stop, end: ScriptedServer.Step) async throws {
        try await ScriptedServer.run(stop.steps + [end]) { server in
            let error = await mysqlError { _ = try await server.connect { $0.tls.mode = stop.mode } }
            #expect(error?.code == .connectionClosed)
            #expect(error?.phase == stop.phase)
        }
    }

    @Test(arguments: login) func `a connect can be cancelled at each phase`(stop: Stop) async throws {
        let gate = Gate()
        try await ScriptedServer.run(stop.steps + [.reached { gate.open() }, .silence]) { server in
            let task = Task { _ = try await server.connect { $0.tls.mode = stop.mode } }
            await gate.wait()
            task.cancel()
            let error = await mysqlError { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func `a greeting of one byte at a time is bounded by the deadline too`() async throws {
        let greeting = SampleSession.framed(0, Script.greeting())
        try await ScriptedServer.run([.trickle(greeting)]) { server in
            let error = await mysqlError { _ = try await server.connect { $0.connectTimeout = .milliseconds(600) } }
            #expect(error?.code == .timedOut)
            #expect(error?.phase == .greeting)
        }
    }

    @Test(arguments: answer) func `silence in an answer ends at the deadline`(stop: Stop) async throws {
        try await ScriptedServer.run(Script.login + [.expect] + stop.steps + [.silence]) { server in
            let connection = try await server.connect()
            let error = await mysqlError {
                _ = try await connection.collect(sql: "SELECT 'sql_text'", timeout: .milliseconds(600))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.phase == stop.phase)
            #expect(error?.fate == .maybeExecuted)
            #expect(error.map { !"\($0) \($0.message)".contains("sql_text") } == true)
            let next = await mysqlError { try await connection.ping() }
            #expect(next?.fate == .notSent)
        }
    }

    @Test(arguments: answer, [ScriptedServer.Step.cut, .reset])
    func `an end in an answer leaves its fate open`(stop: Stop, end: ScriptedServer.Step) async throws {
        try await ScriptedServer.run(Script.login + [.expect] + stop.steps + [end]) { server in
            let connection = try await server.connect()
            let error = await mysqlError {
                for try await _ in try await connection.query(sql: "SELECT 1") {}
                _ = try await connection.query(sql: "SELECT 2")
            }
            #expect(error?.code == .connectionClosed)
            // The script of the last case ends its first result, and then the connection.
            if stop.testDescription != "a second result is promised" { #expect(error?.fate == .maybeExecuted) }
        }
    }

    @Test(arguments: answer) func `a statement can be cancelled at each phase`(stop: Stop) async throws {
        let gate = Gate()
        try await ScriptedServer.run(Script.login + [.expect] + stop.steps + [.reached { gate.open() }, .silence]) {
            server in
            let connection = try await server.connect()
            let task = Task { _ = try await connection.collect(sql: "SELECT 1") }
            await gate.wait()
            task.cancel()
            let error = await mysqlError { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(error?.fate == .maybeExecuted)
            #expect(connection.closeReason?.code == .cancelled)
        }
    }

    @Test func `endless rows that nobody reads stop the reading, and the deadline still counts`() async throws {
        let start: [ScriptedServer.Step] = [.bytes(Script.segment(1, Script.columnCount(1), Script.column))]
        try await ScriptedServer.run(Script.login + [.expect] + start + [.endless(Script.rows)]) { server in
            let connection = try await server.connect()
            let rows = try await connection.query(sql: "SELECT 1", timeout: .milliseconds(800))
            while connection.closeReason == nil { try await Task.sleep(for: .milliseconds(10)) }
            var bytes = 0
            let error = await mysqlError { for try await batch in rows { bytes += batch.weight } }
            #expect(error?.code == .timedOut)
            #expect(error?.phase == .rows)
            #expect(bytes < 2 << 20)
        }
    }

    @Test func `zero, negative and endless deadlines`() async throws {
        for timeout in [Duration.zero, .seconds(-1), .seconds(Int64.min)] {
            try await ScriptedServer.run(Script.login + [.silence]) { server in
                let early = await mysqlError { _ = try await server.connect { $0.connectTimeout = timeout } }
                #expect(early?.code == .timedOut)
                let connection = try await server.connect()
                let error = await mysqlError { _ = try await connection.collect(sql: "SELECT 1", timeout: timeout) }
                #expect(error?.code == .timedOut)
            }
        }
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            let connection = try await server.connect { $0.connectTimeout = .seconds(Int64.max) }
            try await connection.ping(timeout: .seconds(Int64.max))
            await connection.close()
        }
    }
}
