public import Logging
package import NIOCore
internal import NIOPosix
internal import Synchronization

/// One session on a MySQL server.
///
/// Commands run one after the other, in the order of the calls. While the rows of a ``query(_:timeout:)`` are unread,
/// further commands fail with ``MySQLError/Code/busy``. What a cancelled task or a deadline that passes does to the
/// connection says ``CancellationPolicy``: it is never used again with half an answer unread.
public final class MySQLConnection: Sendable {
    /// As it was opened.
    public let configuration: MySQLConfiguration
    let channel: any Channel
    let handler: NIOLoopBound<MySQLChannelHandler>
    let state: ConnectionState
    let statements: SharedStatements
    let logger: Logger?
    /// Nil where nobody listens.
    let observer: ConnectionObserver?
    /// Of a pool: this object stands for the connection until the lease ends.
    private let lease: ConnectionLease?
    /// Runs tasks on the thread that the connection's own work runs on, for `withTaskExecutorPreference`.
    ///
    /// A task that prefers it sends a statement and gets the answer without two switches between threads: for small statements one
    /// after the other that is most of their time. While it computes, this connection stands still, and so do others of the same
    /// event loop, and connects and their cancellation: it is not the place for long work.
    public let taskExecutor: any TaskExecutor

    private init(
        configuration: MySQLConfiguration,
        channel: any Channel,
        handler: NIOLoopBound<MySQLChannelHandler>,
        state: ConnectionState,
        logger: Logger?,
        observer: ConnectionObserver?
    ) {
        self.configuration = configuration
        self.channel = channel
        self.handler = handler
        self.state = state
        self.logger = logger
        self.observer = observer
        statements = SharedStatements(capacity: configuration.statementCacheSize)
        lease = nil
        taskExecutor = ConnectionExecutor(channel.eventLoop)
    }

    /// The same connection, for as long as it is lent.
    init(_ other: MySQLConnection, lease: ConnectionLease) {
        configuration = other.configuration
        channel = other.channel
        handler = other.handler
        state = other.state
        logger = other.logger
        observer = other.observer
        statements = other.statements
        taskExecutor = other.taskExecutor
        self.lease = lease
    }

    deinit {
        guard lease == nil else { return }
        let handler = handler
        channel.eventLoop.execute {
            handler.value.close(MySQLError(.connectionClosed, phase: .idle, message: "the connection was let go"))
        }
    }

    /// Connects and logs in, within ``MySQLConfiguration/connectTimeout``.
    ///
    /// - Parameters:
    ///   - configuration: where to, as whom, and how.
    ///   - logger: gets a line of level debug for the connection's beginning and end, and, if it takes lines of level
    ///     trace by now, one for each packet: its kind, never its contents. That makes rows slow.
    /// - Throws: ``MySQLError`` with the phase that failed; nothing of the connection is left open then.
    public static func connect(
        to configuration: MySQLConfiguration,
        logger: Logger? = nil
    ) async throws(MySQLError) -> MySQLConnection {
        try await connect(to: configuration, logger: logger, tap: nil)
    }

    /// The same with somebody who sees every packet.
    package static func connect(
        to configuration: MySQLConfiguration,
        logger: Logger? = nil,
        tap: (any PacketTap)?
    ) async throws(MySQLError) -> MySQLConnection {
        let logger = withServer(logger, ObservedServer(configuration.endpoint))
        let observer = ConnectionObserver(configuration)
        let observation = observer?.connecting(namespace: configuration.database)
        do throws(MySQLError) {
            let connection = try await open(
                configuration,
                logger: logger,
                tap: tap ?? PacketLogger(logger),
                observer: observer
            )
            observation?.end()
            return connection
        } catch {
            observation?.end(error)
            throw error
        }
    }

    private static func open(
        _ configuration: MySQLConfiguration,
        logger: Logger?,
        tap: (any PacketTap)?,
        observer: ConnectionObserver?
    ) async throws(MySQLError) -> MySQLConnection {
        try configuration.check()
        let deadline = ContinuousClock.now.advanced(by: configuration.connectTimeout)
        // Made now rather than at the handshake: it reads files, and one that cannot be read is the caller's error.
        let tlsContext = configuration.tls.mode == .disabled ? nil : try TLSContext.shared(for: configuration.tls)
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let configured = try await withPassword(configuration, eventLoop)
        // All the rest waits for the event loop. On its thread that costs no switches, of which a login has a dozen.
        let connection = try await withTaskExecutorPreference(ConnectionExecutor(eventLoop)) { () throws(MySQLError) in
            let state = ConnectionState()
            let attempt = ConnectAttempt(
                configuration: configured,
                eventLoop: eventLoop,
                connectionState: state,
                tlsContext: tlsContext,
                tap: tap,
                timeout: ContinuousClock.now.duration(to: deadline)
            )
            let (channel, handler) = try await attempt.run()
            let connection = MySQLConnection(
                configuration: configuration,
                channel: channel,
                handler: handler,
                state: state,
                logger: logger,
                observer: observer?.connected(
                    to: channel.remoteAddress,
                    version: state.current.greeting?.serverVersion ?? ""
                )
            )
            try await connection.prepareSession(until: deadline)
            return connection
        }
        // Not there: a log handler is the caller's code, and may wait.
        connection.logLife()
        return connection
    }

    /// What comes behind the login; where it fails, the connection is closed.
    private func prepareSession(until deadline: ContinuousClock.Instant) async throws(MySQLError) {
        do {
            try await Unobserved.run { () throws(MySQLError) in
                try await setUp(timeout: ContinuousClock.now.duration(to: deadline))
                if case .killQuery = configuration.cancellation {
                    try await learnIdentity(timeout: ContinuousClock.now.duration(to: deadline))
                }
            }
        } catch {
            await close()
            var error = error
            // Of the caller's.
            error.fate = .notSent
            throw error
        }
    }

    /// With the password that the provider gives, if there is one.
    private static func withPassword(
        _ configuration: MySQLConfiguration,
        _ eventLoop: any EventLoop
    ) async throws(MySQLError) -> MySQLConfiguration {
        guard let provider = configuration.passwordProvider else { return configuration }
        var configuration = configuration
        let request = PasswordRequest(provider, timeout: configuration.connectTimeout, eventLoop: eventLoop)
        configuration.password = try await request.run()
        return configuration
    }

    /// Runs one statement and keeps its whole result in memory. Of several results (CALL) the first is returned, the
    /// others are read and dropped.
    ///
    /// - Parameters:
    ///   - sql: one statement, in UTF-8. Values that others wrote do not belong in it: see ``MySQLQuery``.
    ///   - timeout: for the whole answer; without it, the configuration's `queryTimeout`.
    public func collect(sql: String, timeout: Duration? = nil) async throws(MySQLError) -> MySQLResult {
        try await whole(.query(sql), timeout: timeout)
    }

    /// Runs one statement and streams its rows, in batches that are bounded in bytes. Returns when the columns (or the
    /// end of a statement without rows) have arrived.
    public func query(sql: String, timeout: Duration? = nil) async throws(MySQLError) -> MySQLRows {
        try await stream(.query(sql), timeout: timeout)
    }

    /// COM_PING: is the server there?
    public func ping(timeout: Duration? = nil) async throws(MySQLError) {
        _ = try await acknowledge(.ping, timeout: timeout)
    }

    /// COM_INIT_DB: the session's default database.
    public func selectDatabase(_ name: String, timeout: Duration? = nil) async throws(MySQLError) {
        _ = try await acknowledge(.initDB(name), timeout: timeout)
    }

    /// COM_RESET_CONNECTION: ends transactions, locks, temporary tables and user variables; the default database stays.
    ///
    /// The server also goes back to its own default character set and time zone, so they are set again.
    public func reset(timeout: Duration? = nil) async throws(MySQLError) {
        let end = (timeout ?? configuration.queryTimeout).map { ContinuousClock.now.advanced(by: $0) }
        _ = try await acknowledge(.resetConnection, timeout: timeout)
        statements.withLock { $0.removeAll() }
        try await Unobserved.run { () throws(MySQLError) in
            try await setUp(timeout: end.map { ContinuousClock.now.duration(to: $0) })
        }
    }

    /// Ends the session (COM_QUIT, if nothing is under way) and closes the connection. May be called twice.
    public func close() async {
        let handler = handler
        let lease = lease
        if lease?.isOver == true { return }
        channel.eventLoop.execute {
            if lease?.isOver == true { return }
            handler.value.close(
                MySQLError(.connectionClosed, phase: .idle, message: "the connection was closed by its owner")
            )
        }
        try? await channel.closeFuture.get()
    }

    /// Runs a command whose answer is a stream of packets.
    package func stream(_ payload: ByteBuffer, timeout: Duration? = nil) throws(MySQLError) -> RunningRequest {
        RunningRequest(try submit(.stream(payload), mode: .stream, timeout: timeout), connection: self)
    }

    // MARK: Inside

    func whole(_ command: Command, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
        try await whole(Execution(command), timeout: timeout)
    }

    func whole(_ execution: Execution, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
        let mode = ResponseSink.Mode.whole(limit: configuration.maximumResult)
        let request = RunningRequest(try await submit(execution, mode: mode, timeout), execution, connection: self)
        var columns = MySQLColumns.none
        var batches: [MySQLRowBatch] = []
        var result: MySQLResult?
        while true {
            // After the first of them the others are there.
            let event = if let ready = request.ready() { ready } else { await request.next() }
            switch event {
            case .columns(let found): columns = found
            case .rows(let batch): if result == nil { batches.append(batch) }
            case .packet, .prepared, .fileRequested: break
            case .completed(let completion, let isLast):
                let first = result ?? MySQLResult(columns: columns, batches: batches, completion: completion)
                if isLast { return first }
                result = first
            case .failed(let error): throw error
            }
        }
    }

    func stream(_ command: Command, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
        try await stream(Execution(command), timeout: timeout)
    }

    func stream(_ execution: Execution, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
        let request = try await submit(execution, mode: .stream, timeout)
        return try await MySQLRows.first(of: RunningRequest(request, execution, connection: self))
    }

    var statementGeneration: UInt64 { state.statementGeneration }

    func isOwn(_ statement: MySQLStatement) -> Bool {
        statement.channel === channel && statement.generation == statementGeneration
    }

    func makeStatement(_ sql: String, _ packet: PrepareOK, generation: UInt64) -> MySQLStatement {
        MySQLStatement(sql: sql, packet: packet, generation: generation, channel: channel, handler: handler)
    }

    func acknowledge(_ command: Command, timeout: Duration?) async throws(MySQLError) -> MySQLCompletion {
        let request = try submit(command, mode: .whole(limit: configuration.maximumResult), timeout: timeout)
        switch await next(id: request.id, sink: request.sink) {
        case .completed(let completion, _): return completion
        case .failed(let error): throw error
        case .columns, .rows, .packet, .prepared, .fileRequested:
            throw MySQLError(
                .protocolViolation,
                phase: .command,
                fate: .maybeExecuted,
                message: "rows where an OK is due"
            )
        }
    }

    /// The server's own upper limit of max_allowed_packet; a longer one would only be refused after it was sent.
    private static let maximumStatement = 1 << 30

    func enqueue(
        _ command: Command,
        mode: ResponseSink.Mode,
        timeout: Duration?,
        options: RequestOptions,
        observation: CommandObservation?
    ) throws(MySQLError) -> SubmittedRequest {
        // Nothing is sent for a caller who has already gone.
        if Task.isCancelled {
            throw MySQLError(.cancelled, phase: .command, message: "the task was cancelled before the command was sent")
        }
        let timeout = timeout ?? configuration.queryTimeout
        if let timeout, timeout <= .zero {
            throw MySQLError(.timedOut, phase: .command, message: "the deadline had passed before the command was sent")
        }
        if command.textLength > Self.maximumStatement {
            throw MySQLError(
                .invalidArgument,
                phase: .command,
                message:
                    "a statement of \(command.textLength) bytes is longer than the 1 GiB that a server takes at most"
            )
        }
        let id = state.nextRequestID.wrappingAdd(1, ordering: .relaxed).oldValue
        let sink = ResponseSink(mode: mode, observation: observation)
        let request = PendingRequest(
            id: id,
            command: command,
            sink: sink,
            timeout: timeout.map { TimeAmount(clamping: $0) },
            options: options
        )
        let handler = handler
        let lease = lease
        // Also from the event loop itself (see `taskExecutor`): never past what this task has left there before.
        channel.eventLoop.execute {
            if lease?.isOver == true {
                _ = sink.push(.failed(ConnectionLease.over))
                request.options.turn?.succeed(false)
            } else {
                handler.value.submit(request)
            }
        }
        return SubmittedRequest(id: id, sink: sink, turn: options.turn?.futureResult)
    }

    func next(
        id: UInt64,
        sink: ResponseSink,
        isolation: isolated (any Actor)? = #isolation
    ) async -> ResponseSink.Event {
        await withTaskCancellationHandler {
            await sink.next {
                let handler = handler
                channel.eventLoop.execute { handler.value.resume(id) }
            } demand: {
                let handler = handler
                channel.eventLoop.execute { handler.value.fetch(id) }
            }
        } onCancel: {
            let handler = handler
            channel.eventLoop.execute {
                handler.value.cancel(
                    id,
                    MySQLError(.cancelled, phase: .command, message: "the task that waited was cancelled")
                )
            }
        }
    }

    func abandon(_ id: UInt64) {
        let handler = handler
        channel.eventLoop.execute { handler.value.abandon(id) }
    }
}
