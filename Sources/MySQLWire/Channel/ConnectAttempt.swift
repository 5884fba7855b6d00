internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// One attempt to connect and log in, under one deadline over name resolution, TCP, TLS and login together.
final class ConnectAttempt: Sendable {
    /// A channel that is logged in, and its handler.
    typealias LoggedIn = (channel: any Channel, handler: NIOLoopBound<MySQLChannelHandler>)
    private typealias Waiter = CheckedContinuation<Result<LoggedIn, MySQLError>, Never>

    private struct State {
        var continuation: Waiter?
        var result: Result<LoggedIn, MySQLError>?
        /// There is no address yet to connect to.
        var isResolving: Bool
        var channel: (any Channel)?
        var deadline: Scheduled<Void>?
    }

    private let configuration: MySQLConfiguration
    private let eventLoop: any EventLoop
    private let connectionState: ConnectionState
    private let tlsContext: TLSContext?
    private let tap: (any PacketTap)?
    private let resolver: (any Resolver & Sendable)?
    private let timeout: Duration
    private let state: Mutex<State>

    /// - Parameters:
    ///   - resolver: the system's, if nil.
    ///   - timeout: what is left of the configuration's `connectTimeout`; all of it, if nil.
    init(
        configuration: MySQLConfiguration,
        eventLoop: any EventLoop,
        connectionState: ConnectionState,
        tlsContext: TLSContext?,
        tap: (any PacketTap)?,
        resolver: (any Resolver & Sendable)? = nil,
        timeout: Duration? = nil
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.connectionState = connectionState
        self.tlsContext = tlsContext
        self.tap = tap
        self.resolver = resolver
        self.timeout = timeout ?? configuration.connectTimeout
        state = Mutex(State(isResolving: configuration.endpoint.address == nil))
    }

    func run() async throws(MySQLError) -> LoggedIn {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early = state.withLock { state in
                    if state.result == nil { state.continuation = continuation }
                    return state.result
                }
                if let early { return continuation.resume(returning: early) }
                start()
            }
        } onCancel: {
            finish(.failure(MySQLError(.cancelled, phase: .connecting, message: "the connect was cancelled")))
        }
        return try result.get()
    }

    private func start() {
        let timeout = TimeAmount(clamping: timeout)
        let deadline = eventLoop.scheduleTask(in: timeout) { self.timedOut() }
        let isOver = state.withLock { state in
            state.deadline = deadline
            return state.result != nil
        }
        // Cancelled in between: then nothing is opened.
        if isOver { return deadline.cancel() }
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .resolver(resolver)
            // The handler stands in the pipeline before the first byte can be read.
            .channelInitializer { channel in
                self.state.withLock { $0.isResolving = false }
                return channel.eventLoop.makeCompletedFuture {
                    try Self.setOptions(of: channel)
                    try channel.pipeline.syncOperations.addHandler(self.makeHandler(channel))
                }
            }
        bootstrap.connect(to: configuration.endpoint).whenComplete { result in
            switch result {
            case .success(let channel):
                let isLate = self.state.withLock { state in
                    state.channel = channel
                    // A success here is no accident: where this callback is registered from another thread than the event
                    // loop's, the whole login may be done before it is.
                    if case .failure = state.result { return true }
                    return false
                }
                if isLate { channel.close(promise: nil) }
            case .failure(let error):
                self.finish(.failure(ConnectFailure.describe(error, endpoint: self.configuration.endpoint)))
            }
        }
    }

    /// Not by the bootstrap, which makes futures for each: a sixth of a login's instructions. TCP_NODELAY it sets anyway.
    private static func setOptions(of channel: any Channel) throws {
        guard let options = channel.syncOptions else { throw ChannelError.operationUnsupported }
        try options.setOption(.autoRead, value: false)
        try options.setOption(.socketOption(.so_keepalive), value: 1)
        try options.setOption(
            .recvAllocator,
            value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 64 << 10)
        )
        // So many read buffers are used again and again while a reader of rows holds on to the others; larger ones
        // would come from the kernel each time, which costs more than the system calls that they save.
        try options.setOption(.maxMessagesPerRead, value: 8)
    }

    private func makeHandler(_ channel: any Channel) -> MySQLChannelHandler {
        let isLocal = if case .unixSocket = configuration.endpoint { true } else { false }
        var machine = ConnectionMachine(
            options: .init(
                configuration: configuration,
                isLocalTransport: isLocal,
                attributes: ConnectionAttributes.of(configuration)
            )
        )
        machine.tap = tap
        return MySQLChannelHandler(
            machine: machine,
            configuration: configuration,
            tlsContext: tlsContext,
            state: connectionState
        ) { result in
            self.finish(result.map { (channel, NIOLoopBound($0, eventLoop: channel.eventLoop)) })
        }
    }

    private func timedOut() {
        let (channel, isResolving) = state.withLock { ($0.channel, $0.isResolving) }
        let phase: MySQLError.Phase =
            channel.flatMap { try? $0.pipeline.syncOperations.handler(type: MySQLChannelHandler.self).phase }
            ?? (isResolving ? .resolving : .connecting)
        let what =
            switch phase {
            case .resolving: "the name was not resolved"
            case .greeting: "it accepts connections but sent no greeting"
            case .tls: "the TLS handshake was not completed"
            case .authentication: "the login was not completed"
            default: "no connection was made"
            }
        finish(
            .failure(
                MySQLError(
                    .timedOut,
                    phase: phase,
                    message: "\(what) within \(configuration.connectTimeout) (\(configuration.endpoint))"
                )
            )
        )
    }

    private func finish(_ result: Result<LoggedIn, MySQLError>) {
        let (continuation, channel) = state.withLock { state -> (Waiter?, (any Channel)?) in
            guard state.result == nil else { return (nil, nil) }
            state.result = result
            state.deadline?.cancel()
            defer { state.continuation = nil }
            return (state.continuation, state.channel)
        }
        if case .failure = result { channel?.close(promise: nil) }
        continuation?.resume(returning: result)
    }
}
