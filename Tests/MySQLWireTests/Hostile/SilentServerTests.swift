import MySQLWire
import NIOCore
import Testing

/// Servers that stop talking: each phase has its deadline, and says which it was.
@Suite(.timeLimit(.minutes(5))) struct SilentServerTests {
    /// Where the server falls silent.
    struct Silence: Sendable, CustomTestStringConvertible {
        var name: String
        var script: [ScriptedServer.Step]
        var phase: MySQLError.Phase
        var fate = MySQLError.Fate.notSent
        var tls = TLSConfiguration.Mode.disabled

        var testDescription: String { name }
    }

    private static let greeting = SampleSession.greeting()

    static let silences: [Silence] = [
        .init(name: "from the start", script: [.silence], phase: .greeting),
        .init(
            name: "within the greeting",
            script: [.bytes(HostileCase.bytes([0x4A, 0, 0, 0, 10, 0x39])), .silence],
            phase: .greeting
        ),
        // Each byte comes in time, the whole never does.
        .init(
            name: "a byte of the greeting now and then",
            script: [.trickle(SampleSession.framed(0, ByteBuffer(repeating: 10, count: 60_000)))],
            phase: .greeting
        ),
        .init(
            name: "behind the SSLRequest",
            script: [.packet(0, greeting), .expect, .silence],
            phase: .tls,
            tls: .required
        ),
        .init(name: "during the login", script: [.packet(0, greeting), .expect, .silence], phase: .authentication),
        .init(
            name: "behind the fast way's success",
            script: [.packet(0, greeting), .expect, .packet(2, HostileCase.bytes([1, 3])), .silence],
            phase: .authentication
        ),
        // The same further on: no byte that comes moves a deadline.
        .init(
            name: "a byte of the TLS handshake now and then",
            script: [
                .packet(0, greeting), .expect, .bytes(HostileCase.bytes([0x16, 3, 3, 0x40, 0, 2, 0, 0x3F, 0xFC])),
                .trickle(ByteBuffer(repeating: 3, count: 10_000)),
            ],
            phase: .tls,
            tls: .required
        ),
        .init(
            name: "a byte of the login now and then",
            script: [
                .packet(0, greeting), .expect,
                .trickle(SampleSession.framed(2, ByteBuffer(repeating: 0, count: 60_000))),
            ],
            phase: .authentication
        ),
        .init(
            name: "a byte of the answer now and then",
            script: HostileCase.login + [.trickle(SampleSession.framed(1, ByteBuffer(repeating: 0, count: 60_000)))],
            phase: .command,
            fate: .maybeExecuted
        ),
        .init(
            name: "a row now and then",
            script: HostileCase.login + [
                .packet(1, HostileCase.bytes([1])), .packet(2, ColumnDefinition(name: "c").encode()),
                .trickle(Script.rows),
            ],
            phase: .rows,
            fate: .maybeExecuted
        ),
        .init(
            name: "behind the question",
            script: HostileCase.login + [.silence],
            phase: .command,
            fate: .maybeExecuted
        ),
        .init(
            name: "within the rows",
            script: HostileCase.login + [
                .packet(1, HostileCase.bytes([1])), .packet(2, ColumnDefinition(name: "c").encode()),
                .packet(3, HostileCase.bytes([1, 0x61])), .silence,
            ],
            phase: .rows,
            fate: .maybeExecuted
        ),
    ]

    /// On a machine that is busy, a short deadline may pass before the phase is reached; then a longer one is tried.
    @Test(arguments: silences) func `A server that falls silent is left at the deadline`(silence: Silence) async throws
    {
        for deadline in [Duration.milliseconds(300), .seconds(3), .seconds(20)] {
            let (error, elapsed) = try await ScriptedServer.run(silence.script) { server in
                var configuration = HostileCase.configuration(server)
                configuration.tls = TLSConfiguration(mode: silence.tls)
                configuration.connectTimeout = deadline
                configuration.queryTimeout = deadline
                let begin = ContinuousClock.now
                let error = await #expect(throws: MySQLError.self) {
                    _ = try await MySQLConnection.connect(to: configuration).collect(sql: "SELECT 1")
                }
                let elapsed = ContinuousClock.now - begin
                // The connection does not stay open behind the error.
                await server.clientsGone()
                return (error, elapsed)
            }
            #expect(error?.code == .timedOut)
            #expect(elapsed >= deadline)
            if error?.phase != silence.phase, deadline < .seconds(20) { continue }
            #expect(error?.phase == silence.phase)
            #expect(error?.fate == silence.fate)
            return
        }
    }

    @Test func `A cancelled connect does not wait`() async throws {
        try await ScriptedServer.run([.silence]) { server in
            let configuration = HostileCase.configuration(server)
            let task = Task { try await MySQLConnection.connect(to: configuration) }
            task.cancel()
            let result = await task.result
            let error = #expect(throws: MySQLError.self) { try result.get() }
            #expect(error?.code == .cancelled)
            await server.clientsGone()
        }
    }
}
