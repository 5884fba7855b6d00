/// What a ``MySQLClient`` has at one moment.
public struct PoolStatistics: Sendable, Equatable {
    /// Being opened.
    public var connecting = 0
    /// Ready to be lent.
    public var idle = 0
    /// Lent to somebody.
    public var leased = 0
    /// Being pinged, reset or closed.
    public var inTransit = 0
    /// Tasks that wait for a connection.
    public var waiting = 0

    /// Statistics of a caller's own, for tests and simulations.
    public init(connecting: Int = 0, idle: Int = 0, leased: Int = 0, inTransit: Int = 0, waiting: Int = 0) {
        self.connecting = connecting
        self.idle = idle
        self.leased = leased
        self.inTransit = inTransit
        self.waiting = waiting
    }

    /// All connections, also those that are being opened or closed: never above
    /// ``PoolConfiguration/maximumConnections``.
    public var connections: Int { connecting + idle + leased + inTransit }
}
