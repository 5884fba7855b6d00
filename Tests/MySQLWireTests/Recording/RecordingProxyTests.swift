import MySQLWire
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct RecordingProxyTests {
    static let ok = ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0])
    /// A server that lets anybody in and answers SET NAMES and one ping.
    static let friendly: [ScriptedServer.Step] = [
        .packet(0, SampleSession.greeting()), .expect, .packet(2, ok), .expect, .packet(1, ok), .expect, .packet(1, ok),
    ]

    static func configuration(port: UInt16, tls: TLSConfiguration.Mode = .disabled) -> MySQLConfiguration {
        MySQLConfiguration(
            endpoint: .tcp(host: "127.0.0.1", port: port),
            username: "someone",
            password: Secret("pa55word"),
            tls: TLSConfiguration(mode: tls),
            connectTimeout: .seconds(20)
        )
    }

    static func proxied<Value>(
        _ server: ScriptedServer,
        hidden: CapabilityFlags = [],
        _ body: (RecordingProxy) async throws -> Value
    ) async throws -> (Value, Recording) {
        let memory = RecordingMemory()
        let proxy = try await RecordingProxy.start(
            .init(upstream: .tcp(host: "127.0.0.1", port: server.port), hidden: hidden, scenario: "a test"),
            sink: { _ throws(MySQLError) in memory }
        )
        let value = try await body(proxy)
        // The session's own end: stopping may come before the client's last packet was read.
        let text = await memory.finished()
        await proxy.stop()
        return (value, try RecordingParser.parse(text))
    }

    @Test func `A client works through it as without it, and every packet is there`() async throws {
        let (_, recording) = try await ScriptedServer.run(Self.friendly) { server in
            try await Self.proxied(server) { proxy in
                let connection = try await MySQLConnection.connect(to: Self.configuration(port: proxy.port))
                try await connection.ping()
                await connection.close()
            }
        }
        #expect(recording.header.server == "9.7.4-test")
        #expect(recording.header.tls == .none)
        #expect(recording.header.scenario == "a test")
        #expect(recording.header.capabilities != nil)
        let senders = recording.entries.compactMap {
            if case .packet(let sender, _, _) = $0 { sender.rawValue } else { nil }
        }
        #expect(senders == ["S", "C", "S", "C", "S", "C", "S", "C"])
        #expect(recording.entries.last == .event(.closed(by: .client)))
    }

    @Test func `A client that wants TLS is told that there is none, if so asked`() async throws {
        let (_, recording) = try await ScriptedServer.run(Self.friendly) { server in
            try await Self.proxied(server, hidden: [.ssl]) { proxy in
                let connection = try await MySQLConnection.connect(
                    to: Self.configuration(port: proxy.port, tls: .preferred)
                )
                try await connection.ping()
                await connection.close()
            }
        }
        guard case .packet(_, _, let greeting) = recording.entries.first else {
            Issue.record("no greeting")
            return
        }
        #expect(try HandshakeV10.decode(greeting).capabilities.contains(.ssl) == false)
        #expect(recording.header.tls == .none)
        #expect(recording.header.notes.isEmpty == false)
    }

    @Test func `Otherwise the recording says that it ends at the SSLRequest`() async throws {
        let (_, recording) = try await ScriptedServer.run([.packet(0, SampleSession.greeting()), .expect, .cut]) {
            server in
            try await Self.proxied(server) { proxy in
                await #expect(throws: MySQLError.self) {
                    try await MySQLConnection.connect(to: Self.configuration(port: proxy.port, tls: .required))
                }
            }
        }
        #expect(recording.header.tls == .opaque)
        #expect(recording.entries.contains(.event(.opaque("tls"))))
    }

    @Test func `A server that is no MySQL server passes through as raw bytes`() async throws {
        let banner = ByteBuffer(string: "SSH-2.0-OpenSSH_9.2p1\r\n")
        let (_, recording) = try await ScriptedServer.run([.bytes(banner), .cut]) { server in
            try await Self.proxied(server) { proxy in
                await #expect(throws: MySQLError.self) {
                    try await MySQLConnection.connect(to: Self.configuration(port: proxy.port))
                }
            }
        }
        #expect(recording.entries.first == .raw(.server, banner))
        #expect(recording.header.server == nil)
    }

    @Test func `A server that cannot be reached is reported, and the client is let go`() async throws {
        let memory = RecordingMemory()
        let reports = Mutex<[String]>([])
        let proxy = try await RecordingProxy.start(
            // Nobody listens on port 1 of loopback.
            .init(upstream: .tcp(host: "127.0.0.1", port: 1)),
            sink: { _ throws(MySQLError) in memory },
            report: { text in reports.withLock { $0.append(text) } }
        )
        let error = await #expect(throws: MySQLError.self) {
            try await MySQLConnection.connect(to: Self.configuration(port: proxy.port))
        }
        #expect(error?.code == .connectionClosed || error?.code == .unreachable)
        let said = reports.withLock { $0 }
        #expect(said == ["a connection cannot be passed on to 127.0.0.1:1: Connection refused (errno 111)"])
        _ = try RecordingParser.parse(await memory.finished())
        await proxy.stop()
    }

    @Test func `Stopping it ends the sessions of silent peers`() async throws {
        let memory = RecordingMemory()
        try await ScriptedServer.run([.packet(0, SampleSession.greeting()), .silence]) { server in
            let proxy = try await RecordingProxy.start(
                .init(upstream: .tcp(host: "127.0.0.1", port: server.port)),
                sink: { _ throws(MySQLError) in memory }
            )
            let group = MultiThreadedEventLoopGroup.singleton
            let greeted = group.next().makePromise(of: Void.self)
            let client = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(FirstRead(promise: greeted))
                    }
                }
                .connect(host: "127.0.0.1", port: Int(proxy.port)).get()
            // Before that, the proxy may not even have accepted the connection.
            try await greeted.futureResult.get()
            await proxy.stop()
            try await client.closeFuture.get()
        }
        #expect(try RecordingParser.parse(await memory.finished()).entries.isEmpty == false)
    }

    @Test func `Two proxies cannot have one port`() async throws {
        try await ScriptedServer.run(Self.friendly) { server in
            let options = RecordingProxy.Options(upstream: .tcp(host: "127.0.0.1", port: server.port))
            let proxy = try await RecordingProxy.start(options, sink: { _ throws(MySQLError) in RecordingMemory() })
            var second = options
            second.port = proxy.port
            let error = await #expect(throws: MySQLError.self) {
                try await RecordingProxy.start(second, sink: { _ throws(MySQLError) in RecordingMemory() })
            }
            #expect(error?.code == .invalidArgument)
            #expect(error?.message == "cannot listen on 127.0.0.1:\(proxy.port): Address already in use (errno 98)")
            await proxy.stop()
        }
    }
}

private final class FirstRead: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<Void>

    init(promise: EventLoopPromise<Void>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        promise.succeed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ChannelError.eof)
    }
}
