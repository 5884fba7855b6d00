internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Listens on loopback, passes every connection on to a server, and records what goes through, one recording a
/// connection. The client may be any program that speaks MySQL's protocol.
package final class RecordingProxy: Sendable {
    package struct Options: Sendable {
        /// The server behind the proxy.
        package var upstream: MySQLConfiguration.Endpoint
        /// 0 for any free port.
        package var port: UInt16
        /// What the client is told that the server does not have. Without `ssl` in it, a client that uses TLS is
        /// recorded up to its SSLRequest. For clients that answer with what both sides have: libmysqlclient asks for
        /// `deprecateEOF` whatever the server said, and then waits for an EOF that does not come.
        package var hidden: CapabilityFlags
        /// For the recordings' header.
        package var scenario: String?
        package var client: String?
        package var connectTimeout: Duration

        package init(
            upstream: MySQLConfiguration.Endpoint,
            port: UInt16 = 0,
            hidden: CapabilityFlags = [],
            scenario: String? = nil,
            client: String? = nil,
            connectTimeout: Duration = .seconds(10)
        ) {
            self.upstream = upstream
            self.port = port
            self.hidden = hidden
            self.scenario = scenario
            self.client = client
            self.connectTimeout = connectTimeout
        }
    }

    private let options: Options
    private let listener: any Channel
    private let sessions: ProxySessions

    /// The port that clients connect to.
    package var port: UInt16 { UInt16(clamping: listener.localAddress?.port ?? 0) }

    private init(options: Options, listener: any Channel, sessions: ProxySessions) {
        self.options = options
        self.listener = listener
        self.sessions = sessions
    }

    /// - Parameters:
    ///   - sink: makes the sink of each recording; its argument counts the connections from 1. A connection whose sink
    ///     cannot be made is refused.
    ///   - report: told, in one line, of a connection that could not be passed on.
    /// - Throws: ``MySQLError/Code/invalidArgument`` if it cannot listen on the port.
    package static func start(
        _ options: Options,
        sink: @escaping @Sendable (Int) throws(MySQLError) -> any RecordingSink,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(MySQLError) -> RecordingProxy {
        let sessions = ProxySessions()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                guard sessions.add(client) else {
                    return client.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                let number = sessions.nextNumber()
                do {
                    let stream = try recording(options, sink(number))
                    return connect(client, options, stream, sessions, report)
                } catch {
                    report("connection \(number) refused: \(error)")
                    return client.eventLoop.makeFailedFuture(error)
                }
            }
        do {
            let listener = try await bootstrap.bind(host: "127.0.0.1", port: Int(options.port)).get()
            return RecordingProxy(options: options, listener: listener, sessions: sessions)
        } catch {
            throw MySQLError(
                .invalidArgument,
                phase: .configuration,
                message: "cannot listen on 127.0.0.1:\(options.port): \(ConnectFailure.text(of: error))"
            )
        }
    }

    /// Looks whether anybody takes connections where the server should be.
    package static func requireUpstream(_ options: Options) async throws(MySQLError) {
        do {
            let channel = try await connect(options, on: MultiThreadedEventLoopGroup.singleton.next()).get()
            try? await channel.close().get()
        } catch {
            throw ConnectFailure.describe(error, endpoint: options.upstream)
        }
    }

    /// Stops listening, ends the sessions that are left, and returns when their recordings are finished.
    package func stop() async {
        try? await listener.close().get()
        await sessions.closeAll()
    }

    private static func recording(_ options: Options, _ sink: any RecordingSink) -> RecordingStream {
        var header = RecordingHeader(recorder: "proxy", client: options.client, scenario: options.scenario)
        for (flag, name) in [(CapabilityFlags.ssl, "CLIENT_SSL"), (.deprecateEOF, "CLIENT_DEPRECATE_EOF")]
        where options.hidden.contains(flag) {
            header.notes.append("\(name) was taken out of the greeting that the client saw")
        }
        return RecordingStream(header: header, position: .outside, sink: sink)
    }

    private static func connect(_ options: Options, on eventLoop: any EventLoop) -> EventLoopFuture<any Channel> {
        let milliseconds = options.connectTimeout / .milliseconds(1)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(.milliseconds(Int64(max(1, min(milliseconds, 1e12)))))
            .channelOption(.autoRead, value: false)
        return bootstrap.connect(to: options.upstream)
    }

    private static func connect(
        _ client: any Channel,
        _ options: Options,
        _ stream: RecordingStream,
        _ sessions: ProxySessions,
        _ report: @escaping @Sendable (String) -> Void
    ) -> EventLoopFuture<Void> {
        connect(options, on: client.eventLoop).flatMapThrowing { server in
            guard sessions.add(server) else {
                server.close(promise: nil)
                throw ChannelError.ioOnClosedChannel
            }
            let clientEnd = ProxyHandler(sender: .client, recording: stream)
            let serverEnd = ProxyHandler(
                sender: .server,
                recording: stream,
                filter: options.hidden.isEmpty ? nil : GreetingFilter(hidden: options.hidden)
            )
            ProxyHandler.pair(clientEnd, serverEnd)
            try client.pipeline.syncOperations.addHandler(clientEnd)
            try server.pipeline.syncOperations.addHandler(serverEnd)
            let reading = server.setOption(.autoRead, value: true).and(client.setOption(.autoRead, value: true))
            reading.whenFailure { _ in client.close(promise: nil) }
        }.flatMapErrorThrowing { error in
            let failure = ConnectFailure.describe(error, endpoint: options.upstream)
            report("a connection cannot be passed on to \(failure)")
            stream.note("the server could not be reached")
            stream.closed(by: nil)
            throw error
        }
    }
}
