internal import Synchronization

/// The right to send commands on a connection of a pool, from the lending to the return.
///
/// It is looked at on the event loop, just before a command is queued: so a command is either there when the pool looks
/// at what comes back, or is turned down.
final class ConnectionLease: Sendable {
    let connection: PoolMachine.ConnectionID
    let waiter: PoolMachine.WaiterID
    /// Nil where nobody wants to know.
    let start: ContinuousClock.Instant?
    private let ended = Atomic(false)

    var isOver: Bool { ended.load(ordering: .acquiring) }

    init(connection: PoolMachine.ConnectionID, waiter: PoolMachine.WaiterID, start: ContinuousClock.Instant? = nil) {
        self.connection = connection
        self.waiter = waiter
        self.start = start
    }

    /// - Returns: whether it has ended now rather than before.
    func end() -> Bool { !ended.exchange(true, ordering: .acquiringAndReleasing) }

    static let over = MySQLError(
        .invalidArgument,
        phase: .pool,
        message: "the connection went back to its pool when the closure it was lent to ended"
    )
}
