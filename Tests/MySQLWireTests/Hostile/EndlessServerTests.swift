import MySQLWire
import NIOCore
import Testing

/// Servers that never come to an end: each is left at a limit in bytes, with a typed error.
@Suite(.timeLimit(.minutes(5))) struct EndlessServerTests {
    struct Stream: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var script: [ScriptedServer.Step]
        var code = MySQLError.Code.limitExceeded
        /// Which of the limits it is: another one would hold too, but later.
        var limit = ""
    }

    private static let columns = Script.segment(1, Script.columnCount(1), Script.column)

    /// These payloads over and over, with numbers that go on: 256 of them come to where they began.
    private static func endless(_ first: UInt8, _ payload: ByteBuffer) -> ScriptedServer.Step {
        .endless(Script.segment(first, Array(repeating: payload, count: 256)))
    }

    private static let longDefinition = ColumnDefinition(name: String(repeating: "n", count: 5000)).encode()

    /// What follows the first command.
    static let answers: [Stream] = [
        .init(testDescription: "rows", script: [.bytes(columns), .endless(Script.rows)]),
        .init(
            testDescription: "rows of one NULL",
            script: [.bytes(columns), endless(3, ByteBuffer(bytes: [0xFB]))]
        ),
        .init(testDescription: "results without rows", script: [endless(1, Script.okWithMore)]),
        .init(
            testDescription: "definitions of 65535 columns",
            script: [.packet(1, ByteBuffer(bytes: [0xFD, 0xFF, 0xFF, 0])), endless(2, longDefinition)],
            limit: "the definitions of one result"
        ),
        .init(
            testDescription: "a packet that goes on in the next one",
            script: [.bytes(columns), .endless(ByteBuffer(bytes: [0xFF, 0xFF, 0xFF, 3]))]
        ),
        .init(
            testDescription: "requests for files",
            script: [endless(1, ByteBuffer(bytes: [0xFB, 0x61]))],
            code: .protocolViolation
        ),
        .init(
            testDescription: "reports of progress that were not asked for",
            script: [endless(1, ByteBuffer(bytes: [0xFF, 0xFF, 0xFF, 1, 1, 2, 0, 0, 0, 0]))],
            code: .protocolViolation
        ),
    ]

    @Test(arguments: answers) func `an endless answer ends at the limit of what is kept`(stream: Stream) async throws {
        try await ScriptedServer.run(Script.login + [.expect] + stream.script) { server in
            let connection = try await server.connect {
                $0.maximumResult = 4 << 20
                $0.maximumPayload = 1 << 20
                $0.queryTimeout = .seconds(120)
            }
            let error = await mysqlError { _ = try await connection.collect(sql: "SELECT 1") }
            #expect(error?.code == stream.code, "\(String(describing: error))")
            #expect(
                error?.message.contains(stream.limit) == true || stream.limit.isEmpty,
                "\(String(describing: error))"
            )
            // Not used again, and not held open by what goes on coming.
            let next = await mysqlError { try await connection.ping() }
            #expect(next != nil)
            await connection.close()
        }
    }

    /// What follows the login's response.
    static let logins: [Stream] = [
        .init(
            testDescription: "more data",
            script: [.packet(0, Script.greeting()), .expect, endless(2, ByteBuffer(bytes: [1, 3]))],
            code: .protocolViolation
        ),
        .init(
            testDescription: "switches",
            script: [
                .packet(0, Script.greeting()), .expect,
                endless(
                    2,
                    AuthSwitchRequest(plugin: "mysql_native_password", data: ByteBuffer(bytes: 1...20)).encode()
                ),
            ],
            code: .protocolViolation
        ),
        .init(
            testDescription: "a greeting that goes on in the next packet",
            script: [.endless(ByteBuffer(bytes: [0xFF, 0xFF, 0xFF, 0] + Array(repeating: 10, count: 4000)))]
        ),
        .init(
            testDescription: "a version without its end",
            script: [.bytes(ByteBuffer(bytes: [0, 0, 1, 0, 10])), .endless(ByteBuffer(repeating: 0x39, count: 4096))],
            code: .protocolViolation
        ),
    ]

    @Test(arguments: logins) func `an endless login ends before the deadline`(stream: Stream) async throws {
        try await ScriptedServer.run(stream.script) { server in
            let error = await mysqlError { _ = try await server.connect { $0.connectTimeout = .seconds(120) } }
            #expect(error?.code == stream.code, "\(String(describing: error))")
            await server.clientsGone()
        }
    }

    @Test func `a limit for what is kept holds for the connection, and a stream has none`() async throws {
        let script: [ScriptedServer.Step] = [.bytes(Self.columns), .endless(Script.rows)]
        try await ScriptedServer.run(Script.login + [.expect] + script) { server in
            let connection = try await server.connect { $0.maximumResult = 1 << 20 }
            var bytes = 0
            for try await batch in try await connection.query(sql: "SELECT 1") {
                bytes += batch.count * 500
                if bytes > 8 << 20 { break }
            }
            #expect(bytes > 8 << 20)
            await connection.close()
        }
    }
}
