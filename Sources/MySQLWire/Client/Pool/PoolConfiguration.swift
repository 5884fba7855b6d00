/// How a ``MySQLClient`` keeps its connections. Values out of range are taken as the nearest one in it.
public struct PoolConfiguration: Sendable {
    /// In metrics and logs. Nil for `host:port/database`.
    public var name: String?
    /// That many connections are kept ready while ``MySQLClient/run()`` runs, also where nobody needs them.
    public var minimumIdle: Int
    /// Of all connections: in use, idle, being opened, being closed.
    public var maximumConnections: Int
    /// That many tasks may wait for a connection; a further one fails at once. Nil for any number.
    public var maximumWaiters: Int?
    /// A task waits that long for a connection; see ``MySQLError/Code/poolExhausted``.
    public var leaseTimeout: Duration
    /// A connection that nobody has used for so long is closed, except for the last ``minimumIdle``. To be less than the
    /// server's `wait_timeout`, and than what firewalls in between allow.
    public var idleTimeout: Duration
    /// A connection older than that is closed at its next return or in its idleness: behind a name or a proxy, what is
    /// opened in its place may lead to another server.
    public var maximumLifetime: Duration
    /// The share of ``maximumLifetime``, from 0 to 1, by which a connection's life is shortened at random, so that those
    /// opened together do not all end together.
    public var lifetimeJitter: Double
    /// A connection idle for longer is pinged before it is lent. Nil for never.
    public var pingAfter: Duration?
    /// The time for a ping, or for what is done at a return; a connection that needs longer is closed.
    public var healthTimeout: Duration
    /// COM_RESET_CONNECTION at each return, and the default database of the login again: no transaction, lock,
    /// temporary table, variable or prepared statement of one lease is seen in the next. Without it, connections that
    /// come back inside a transaction are still closed. Off for servers that cannot reset.
    public var resetsOnReturn: Bool
    /// Closes a connection whose server turned a statement down as read-only (``MySQLError/meansReadOnlyServer``):
    /// after a failover the name leads to the new primary, but an open connection stays with the old one.
    public var discardsOnReadOnly: Bool
    /// Between two attempts to connect after a failure, to start with: doubled at each further one, and shortened at
    /// random by up to a half.
    public var minimumBackoff: Duration
    /// The most that doubling comes to.
    public var maximumBackoff: Duration

    /// The defaults suit a server program with short statements.
    public init(
        minimumIdle: Int = 0,
        maximumConnections: Int = 20,
        maximumWaiters: Int? = nil,
        leaseTimeout: Duration = .seconds(10),
        idleTimeout: Duration = .seconds(60),
        maximumLifetime: Duration = .seconds(1800),
        lifetimeJitter: Double = 0.1,
        pingAfter: Duration? = .seconds(30),
        healthTimeout: Duration = .seconds(5),
        resetsOnReturn: Bool = true,
        discardsOnReadOnly: Bool = true,
        minimumBackoff: Duration = .milliseconds(100),
        maximumBackoff: Duration = .seconds(5)
    ) {
        self.minimumIdle = minimumIdle
        self.maximumConnections = maximumConnections
        self.maximumWaiters = maximumWaiters
        self.leaseTimeout = leaseTimeout
        self.idleTimeout = idleTimeout
        self.maximumLifetime = maximumLifetime
        self.lifetimeJitter = lifetimeJitter
        self.pingAfter = pingAfter
        self.healthTimeout = healthTimeout
        self.resetsOnReturn = resetsOnReturn
        self.discardsOnReadOnly = discardsOnReadOnly
        self.minimumBackoff = minimumBackoff
        self.maximumBackoff = maximumBackoff
    }

    /// The same, each value in its range.
    var clamped: PoolConfiguration {
        /// Far, and still with room for sums.
        func duration(_ value: Duration) -> Duration { min(max(value, .zero), .seconds(1 << 40)) }
        var values = self
        values.maximumConnections = max(1, maximumConnections)
        values.minimumIdle = min(max(0, minimumIdle), values.maximumConnections)
        values.maximumWaiters = maximumWaiters.map { max(1, $0) }
        values.leaseTimeout = duration(leaseTimeout)
        values.idleTimeout = duration(idleTimeout)
        values.maximumLifetime = duration(maximumLifetime)
        values.lifetimeJitter = lifetimeJitter.isNaN ? 0 : min(max(0, lifetimeJitter), 1)
        values.pingAfter = pingAfter.map(duration)
        values.healthTimeout = max(duration(healthTimeout), .milliseconds(1))
        values.minimumBackoff = max(duration(minimumBackoff), .milliseconds(1))
        values.maximumBackoff = max(duration(maximumBackoff), values.minimumBackoff)
        return values
    }
}
