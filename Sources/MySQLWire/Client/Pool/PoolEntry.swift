/// One connection of the pool, as its machine sees it.
struct PoolEntry: Sendable {
    enum Phase: Sendable, Equatable {
        case connecting
        case idle(since: Duration)
        /// Pinged, for somebody who waits.
        case checking
        case leased(PoolMachine.WaiterID)
        /// Back from a lease, and not yet fit for the next one.
        case cleaning
        /// Told to close; its place is free when it has.
        case closing
    }

    var phase = Phase.connecting
    var opened: Duration = .zero
    /// The end of its life, if it is not in use then.
    var expires: Duration = .zero
    /// Closed as soon as nobody has it.
    var isRetired = false
    var wasLeased = false

    /// Logged in, and not on its way out.
    var isOpen: Bool {
        switch phase {
        case .connecting, .closing: false
        case .idle, .checking, .leased, .cleaning: true
        }
    }
}
