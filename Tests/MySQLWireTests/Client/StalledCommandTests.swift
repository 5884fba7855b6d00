import MySQLWire
import NIOCore
import Testing

/// A server that goes on listening and does not answer, command by command: each call ends at its own deadline.
@Suite(.timeLimit(.minutes(1))) struct StalledCommandTests {
    struct Call: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the server does behind the login.
        var steps: [ScriptedServer.Step] = [.expect, .silence]
        let run: @Sendable (MySQLConnection, Duration) async throws -> Void
    }

    private static func readLog(_ connection: MySQLConnection, _ deadline: Duration) async throws {
        let events = try await connection.binaryLogEvents(
            file: "binlog.000001",
            position: 4,
            serverID: 9,
            timeout: deadline
        )
        for try await _ in events {}
    }

    static let calls = [
        Call(testDescription: "COM_PING") { try await $0.ping(timeout: $1) },
        Call(testDescription: "COM_INIT_DB") { try await $0.selectDatabase("d", timeout: $1) },
        Call(testDescription: "COM_RESET_CONNECTION") { try await $0.reset(timeout: $1) },
        Call(testDescription: "SET NAMES behind the reset", steps: [.expect, .bytes(Script.pong), .expect, .silence]) {
            try await $0.reset(timeout: $1)
        },
        Call(testDescription: "SET behind which the binary log is to come") { try await readLog($0, $1) },
        Call(testDescription: "COM_BINLOG_DUMP", steps: [.expect, .bytes(Script.pong), .expect, .silence]) {
            try await readLog($0, $1)
        },
        Call(
            testDescription: "behind an event of the binary log",
            steps: [
                .expect, .bytes(Script.pong), .expect,
                .packet(1, ByteBuffer(bytes: [0] + [UInt8](repeating: 1, count: 23))), .silence,
            ]
        ) { try await readLog($0, $1) },
        // More than the sockets' buffers hold.
        Call(
            testDescription: "a statement that is not taken",
            steps: [.expect, .bytes(StatementScript.limit(1 << 30)), .deaf, .silence]
        ) {
            _ = try await $0.collect(sql: "SELECT '\(String(repeating: "z", count: 24 << 20))'", timeout: $1)
        },
    ]

    @Test(arguments: calls) func `the deadline ends it, its fate is open, and the connection is closed`(call: Call)
        async throws
    {
        try await ScriptedServer.run(Script.login + call.steps) { server in
            let connection = try await server.connect()
            let error = await mysqlError { try await call.run(connection, .milliseconds(500)) }
            #expect(error?.code == .timedOut)
            #expect(error?.phase == .command)
            #expect(error?.fate == .maybeExecuted)
            #expect(connection.closeReason?.code == .timedOut)
            #expect(await mysqlError { try await connection.ping() }?.fate == .notSent)
        }
    }

    @Test func `closing waits for nobody`() async throws {
        try await ScriptedServer.run(Script.login + [.deaf, .silence]) { server in
            let connection = try await server.connect()
            await connection.close()
            #expect(connection.closeReason?.code == .connectionClosed)
        }
    }
}
