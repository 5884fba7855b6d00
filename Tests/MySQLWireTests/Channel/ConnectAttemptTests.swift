import NIOCore
import NIOPosix
import Testing

@testable import MySQLWire

/// The one deadline of a connect, and which phase it ended in: whether a server is taken for dead hangs on it.
@Suite(.timeLimit(.minutes(1))) struct ConnectAttemptTests {
    private let eventLoop = MultiThreadedEventLoopGroup.singleton.next()

    /// - Parameters:
    ///   - address: what a name resolves to; nil where the resolver hangs.
    private func connect(
        to host: String,
        port: UInt16,
        within deadline: Duration,
        resolvedTo address: String?,
        after delay: TimeAmount = .zero
    ) async throws(MySQLError) {
        let configuration = MySQLConfiguration(
            endpoint: .tcp(host: host, port: port),
            username: "someone",
            password: Secret("the_password"),
            tls: TLSConfiguration(mode: .disabled),
            connectTimeout: deadline
        )
        let attempt = ConnectAttempt(
            configuration: configuration,
            eventLoop: eventLoop,
            connectionState: ConnectionState(),
            tlsContext: nil,
            tap: nil,
            resolver: StubResolver(
                eventLoop: eventLoop,
                address: address.flatMap { try? SocketAddress(ipAddress: $0, port: Int(port)) },
                after: delay
            )
        )
        let (channel, _) = try await attempt.run()
        try? await channel.close().get()
    }

    @Test func `a name that is not resolved within the deadline is told as such, and not as a server's silence`()
        async
    {
        let begin = ContinuousClock.now
        let error = await mysqlError {
            try await connect(to: "db.example", port: 3306, within: .milliseconds(200), resolvedTo: nil)
        }
        #expect(error?.code == .timedOut)
        #expect(error?.phase == .resolving)
        #expect(error?.fate == .notSent)
        #expect(error?.message.contains("db.example") == true)
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test func `behind a name that is resolved, silence is the server's`() async throws {
        try await ScriptedServer.run([.silence]) { server in
            let error = await mysqlError {
                try await connect(to: "db.example", port: server.port, within: .seconds(1), resolvedTo: "127.0.0.1")
            }
            #expect(error?.code == .timedOut)
            #expect(error?.phase == .greeting)
        }
    }

    @Test(arguments: ["127.0.0.1", "db.example"])
    func `where nobody answers the connect, it ends at the deadline`(host: String) async throws {
        let error = try await UnansweringPort.run { port in
            await mysqlError {
                try await connect(to: host, port: port, within: .milliseconds(500), resolvedTo: "127.0.0.1")
            }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.phase == .connecting)
        #expect(error?.fate == .notSent)
    }

    @Test func `an address asks no resolver, so that a name which hangs holds up nobody else`() async throws {
        try await ScriptedServer.run(Script.login) { server in
            try await connect(to: "127.0.0.1", port: server.port, within: .seconds(20), resolvedTo: nil)
        }
    }

    /// Name, greeting and login each take their time, and none of them all of it.
    @Test func `one deadline counts over all phases together`() async throws {
        let greeting = SampleSession.framed(0, Script.greeting())
        let parts = (greeting.getSlice(at: 0, length: 8), greeting.getSlice(at: 8, length: greeting.readableBytes - 8))
        // 50 ms a byte.
        let steps: [ScriptedServer.Step] = [
            .trickle(parts.0 ?? ByteBuffer()), .bytes(parts.1 ?? ByteBuffer()), .expect,
            .trickle(SampleSession.framed(2, Script.ok)),
        ]
        try await ScriptedServer.run(steps) { server in
            let begin = ContinuousClock.now
            func attempt(_ deadline: Duration) async throws(MySQLError) {
                try await connect(
                    to: "db.example",
                    port: server.port,
                    within: deadline,
                    resolvedTo: "127.0.0.1",
                    after: .milliseconds(400)
                )
            }
            let error = await mysqlError { try await attempt(.milliseconds(900)) }
            #expect(error?.code == .timedOut)
            #expect(ContinuousClock.now - begin >= .milliseconds(900))
            try await attempt(.seconds(30))
        }
    }
}
