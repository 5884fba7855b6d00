public import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A pool of connections to one server.
///
/// ``run()`` does the work in the background and has to run for as long as the client is used:
///
/// ```swift
/// let client = MySQLClient(configuration: configuration)
/// try await withThrowingTaskGroup(of: Void.self) { group in
///     group.addTask { await client.run() }
///     let result = try await client.collect("SELECT 1")
///     group.cancelAll()
/// }
/// ```
///
/// Whoever waits is served in the order of coming. A connection that comes back is reset before it is lent again; one
/// that comes back with a command under way, with rows unread or inside a transaction that a reset did not end is
/// closed instead, as is one whose server turned a statement down as read-only (see ``PoolConfiguration``).
///
/// Nothing is retried: a statement that fails because its connection was lost fails, with its
/// ``MySQLError/fate-swift.property``.
public final class MySQLClient: Sendable {
    /// Of each connection, with the tracer and metrics backend that were found when the client was made.
    public let configuration: MySQLConfiguration
    /// As it was asked for, each value brought into its range.
    public let pool: PoolConfiguration
    let logger: Logger?
    let observer: PoolObserver?
    let state: Mutex<PoolState>
    let work: AsyncStream<PoolWork>
    let workInlet: AsyncStream<PoolWork>.Continuation
    let origin = ContinuousClock.now
    /// For the timer.
    let eventLoop: any EventLoop

    /// Opens nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: of each connection.
    ///   - pool: how many connections, and for how long.
    ///   - logger: gets lines of level debug for the life of each connection, notice and warning where connections
    ///     cannot be had: no SQL, no secret.
    public init(
        configuration: MySQLConfiguration,
        pool: PoolConfiguration = PoolConfiguration(),
        logger: Logger? = nil
    ) {
        // Its connections report to where the pool does, whoever's task opens them.
        var configuration = configuration
        configuration.observability = configuration.observability.resolved
        self.configuration = configuration
        self.pool = pool.clamped
        observer = PoolObserver(configuration, pool: self.pool)
        self.logger = Self.withPool(logger, configuration, self.pool)
        state = Mutex(PoolState(machine: PoolMachine(options: pool, seed: .random(in: .min ... .max))))
        (work, workInlet) = AsyncStream.makeStream()
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    }

    /// How many connections there are, and what they do.
    public var statistics: PoolStatistics { state.withLock { $0.machine.statistics } }

    /// Opens, checks, resets and closes connections; returns when its task is cancelled, or after ``shutDown()``, with
    /// every connection closed.
    ///
    /// A cancel is at once: who waits for a connection gets an error, and so does the statement of who has one. Once it
    /// has returned the client is of no further use; a second call returns at once.
    public func run() async {
        let isFirst = state.withLock { state in
            defer { state.wasStarted = true }
            return !state.wasStarted
        }
        guard isFirst else {
            logger?.debug("the pool runs already, or has ended: this call of run() does nothing")
            return
        }
        await withTaskCancellationHandler {
            apply { $0.started(at: $1) }
            await withDiscardingTaskGroup { group in
                for await work in work { group.addTask { await self.perform(work) } }
            }
        } onCancel: {
            apply { $0.shutDown(force: true, at: $1) }
        }
        // They were all told to close.
        for connection in state.withLock({ Array($0.connections.values) }) { await connection.close() }
        logger?.debug("the pool is closed")
    }

    /// Ends ``run()`` in good order: no new leases; who waits already is served, and what is lent is waited for.
    /// Cancelling the task of `run()` afterwards ends the rest at once.
    public func shutDown() {
        apply { $0.shutDown(force: false, at: $1) }
    }

    /// Lends a connection for the time of `body`.
    ///
    /// When `body` has ended, the connection that it was given takes no further commands: they fail with
    /// ``MySQLError/Code/invalidArgument``. A command that is under way then, or a result unread, costs the pool the
    /// connection, since nobody can tell what it still does. Properties of the connection can still be read, and tell of
    /// the session that others use by then.
    ///
    /// - Throws: what `body` throws, or a ``MySQLError`` of phase `pool` with code `poolExhausted` (nothing came free
    ///   within ``PoolConfiguration/leaseTimeout``, or too many wait), `cancelled`, or `connectionClosed` (shut down);
    ///   or the error of the last attempt to connect: after the lease timeout, or at once if the server refuses the
    ///   login.
    @discardableResult
    public func withConnection<Value>(
        isolatedTo actor: isolated (any Actor)? = #isolation,
        _ body: (MySQLConnection) async throws -> sending Value
    ) async throws -> sending Value {
        let (lease, connection) = try await acquire()
        defer { release(lease, of: connection) }
        return try await body(connection)
    }

    /// Lends a connection with a transaction around `body`; see
    /// ``MySQLConnection/withTransaction(isolation:readOnly:isolatedTo:_:)``.
    @discardableResult
    public func withTransaction<Value>(
        isolation: TransactionIsolation? = nil,
        readOnly: Bool = false,
        isolatedTo actor: isolated (any Actor)? = #isolation,
        _ body: (MySQLConnection) async throws -> sending Value
    ) async throws -> sending Value {
        let (lease, connection) = try await acquire()
        defer { release(lease, of: connection) }
        return try await connection.withTransaction(isolation: isolation, readOnly: readOnly, body)
    }

    /// Runs one statement on a lent connection and keeps its whole result in memory; see
    /// ``MySQLConnection/collect(_:timeout:)``. To stream a result, see
    /// ``query(_:timeout:)``.
    ///
    /// - Parameters:
    ///   - query: one statement, with the values that go with it.
    ///   - timeout: of the statement, once there is a connection.
    public func collect(_ query: MySQLQuery, timeout: Duration? = nil) async throws(MySQLError) -> MySQLResult {
        let (lease, connection) = try await acquire()
        defer { release(lease, of: connection) }
        return try await connection.collect(query, timeout: timeout)
    }

    /// The same of a text of the program's own; see ``MySQLConnection/collect(sql:timeout:)``.
    public func collect(sql: String, timeout: Duration? = nil) async throws(MySQLError) -> MySQLResult {
        let (lease, connection) = try await acquire()
        defer { release(lease, of: connection) }
        return try await connection.collect(sql: sql, timeout: timeout)
    }
}
