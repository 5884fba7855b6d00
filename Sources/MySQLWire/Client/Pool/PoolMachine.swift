/// The pool without connections, tasks or clocks: what happens goes in, what is to be done comes out.
///
/// Times are durations since any fixed moment. Each event returns its actions; ``nextDeadline`` then tells when
/// ``timePassed(at:)`` is due. An event about a connection that the machine no longer has (the server closed it
/// meanwhile) changes nothing, so that late reports need no care.
package struct PoolMachine: Sendable {
    package typealias ConnectionID = UInt64
    /// Of one call for a connection, and of the lease that comes of it.
    package typealias WaiterID = UInt64

    package enum Action: Sendable, Equatable {
        /// Answered by ``connected(_:at:)`` or ``connectFailed(_:_:at:)``.
        case connect(ConnectionID)
        case lease(ConnectionID, to: WaiterID)
        case fail(WaiterID, Failure)
        /// Answered by ``madeReady(_:at:)`` or ``broken(_:at:)``.
        case ping(ConnectionID)
        /// Bring it into the state of a new one. Answered as a ping is.
        case clean(ConnectionID)
        /// Answered by ``closed(_:at:)``.
        case close(ConnectionID)
        /// The pool is shut down and empty.
        case finished
    }

    /// Why somebody gets no connection.
    package enum Failure: Sendable, Equatable {
        /// Nothing came free in time. With the error of the last attempt to connect, where it failed.
        case timedOut(MySQLError?)
        /// The server turns this login down: waiting would not help.
        case refused(MySQLError)
        case tooManyWaiters
        case cancelled
        case shutDown
    }

    let options: PoolConfiguration
    var entries: [ConnectionID: PoolEntry] = [:]
    /// Idle the longest first; the last one is lent next, so that those beyond need stay idle.
    var idle: [ConnectionID] = []
    var waiters = PoolWaiters()
    var backoff: PoolBackoff
    var actions: [Action] = []
    private var lastID: ConnectionID = 0
    private var lastRetirement: Duration?
    /// ``PoolConfiguration/minimumIdle`` counts from ``started(at:)`` to the shutdown.
    private(set) var keepsMinimum = false
    private(set) var isShutDown = false
    private var isFinished = false
    /// When ``timePassed(at:)`` is due; nil if nothing depends on the time.
    package internal(set) var nextDeadline: Duration?

    /// - Parameter seed: of what is random; with the same one and the same events, the same happens.
    package init(options: PoolConfiguration, seed: UInt64) {
        let options = options.clamped
        self.options = options
        backoff = PoolBackoff(minimum: options.minimumBackoff, maximum: options.maximumBackoff, seed: seed)
    }

    // MARK: Events

    /// Somebody is there to open connections beforehand.
    package mutating func started(at now: Duration) -> [Action] {
        keepsMinimum = !isShutDown
        return settle(now)
    }

    /// Somebody wants a connection.
    package mutating func requested(_ waiter: WaiterID, at now: Duration) -> [Action] {
        if isShutDown {
            actions.append(.fail(waiter, .shutDown))
        } else if let error = backoff.error, error.isLoginRefusal, now < backoff.until, !hasOpen {
            actions.append(.fail(waiter, .refused(error)))
        } else if let most = options.maximumWaiters, waiters.count >= most, idle.isEmpty {
            actions.append(.fail(waiter, .tooManyWaiters))
        } else {
            waiters.append(waiter, deadline: now + options.leaseTimeout)
        }
        return settle(now)
    }

    /// Somebody no longer waits. Of no effect on a lease.
    package mutating func withdrew(_ waiter: WaiterID, at now: Duration) -> [Action] {
        if waiters.remove(waiter) { actions.append(.fail(waiter, .cancelled)) }
        return settle(now)
    }

    package mutating func connected(_ id: ConnectionID, at now: Duration) -> [Action] {
        guard var entry = entries[id], entry.phase == .connecting else {
            // Given up meanwhile; but it is there, and somebody has to close it.
            if entries[id] == nil { actions.append(.close(id)) }
            return settle(now)
        }
        backoff.succeeded()
        entry.opened = now
        entry.expires = now + options.maximumLifetime * (1 - options.lifetimeJitter * backoff.fraction())
        entries[id] = entry
        makeIdle(id, now)
        return settle(now)
    }

    package mutating func connectFailed(_ id: ConnectionID, _ error: MySQLError, at now: Duration) -> [Action] {
        guard entries[id]?.phase == .connecting else { return settle(now) }
        entries[id] = nil
        backoff.failed(error, at: now)
        // Where connections are open, one of them may still come back to who waits.
        if error.isLoginRefusal, !hasOpen { failAll(.refused(error)) }
        return settle(now)
    }

    /// A lease is over. A second time it changes nothing.
    ///
    /// - Parameters:
    ///   - isUnfit: it is to be closed rather than lent again.
    ///   - areOthersSuspect: the same goes for all that are open now, in all likelihood.
    package mutating func returned(
        _ id: ConnectionID,
        by waiter: WaiterID,
        isUnfit: Bool = false,
        areOthersSuspect: Bool = false,
        at now: Duration
    ) -> [Action] {
        guard let entry = entries[id], entry.phase == .leased(waiter) else { return settle(now) }
        if areOthersSuspect { retireAll(now) }
        if isUnfit || entry.isRetired || entry.expires <= now {
            close(id)
        } else {
            entries[id]?.phase = .cleaning
            actions.append(.clean(id))
        }
        return settle(now)
    }

    /// What a ping or a cleaning was to show.
    package mutating func madeReady(_ id: ConnectionID, at now: Duration) -> [Action] {
        switch entries[id]?.phase {
        case .checking, .cleaning: makeIdle(id, now)
        case .connecting, .idle, .leased, .closing, nil: break
        }
        return settle(now)
    }

    /// It did not pass, and is to go.
    package mutating func broken(_ id: ConnectionID, at now: Duration) -> [Action] {
        switch entries[id]?.phase {
        case .checking, .cleaning: close(id)
        case .connecting, .idle, .leased, .closing, nil: break
        }
        return settle(now)
    }

    /// It is closed, whoever did it.
    package mutating func closed(_ id: ConnectionID, at now: Duration) -> [Action] {
        guard let entry = entries[id], entry.phase != .connecting else { return settle(now) }
        // A server that takes logins and ends them at once would otherwise be asked again without a pause.
        if entry.isOpen, !entry.wasLeased, now - entry.opened < .seconds(1) { backoff.failed(nil, at: now) }
        idle.removeAll { $0 == id }
        entries[id] = nil
        return settle(now)
    }

    package mutating func timePassed(at now: Duration) -> [Action] { settle(now) }

    /// No further leases.
    ///
    /// - Parameter force: whoever has or awaits a connection loses it. Otherwise they are waited for.
    package mutating func shutDown(force: Bool, at now: Duration) -> [Action] {
        isShutDown = true
        keepsMinimum = false
        guard force else { return settle(now) }
        failAll(.shutDown)
        for id in entries.keys.sorted() {
            // One that is being opened is closed when it reports; the pool does not wait for it.
            if entries[id]?.phase == .connecting { entries[id] = nil } else { close(id) }
        }
        return settle(now)
    }

    // MARK: What is there

    package var statistics: PoolStatistics {
        var statistics = PoolStatistics(waiting: waiters.count)
        for entry in entries.values {
            switch entry.phase {
            case .connecting: statistics.connecting += 1
            case .idle: statistics.idle += 1
            case .leased: statistics.leased += 1
            case .checking, .cleaning, .closing: statistics.inTransit += 1
            }
        }
        return statistics
    }

    package var idleConnections: [ConnectionID] { idle }

    // MARK: Steps

    private var hasOpen: Bool { entries.values.contains(where: \.isOpen) }

    private mutating func makeIdle(_ id: ConnectionID, _ now: Duration) {
        entries[id]?.phase = .idle(since: now)
        idle.append(id)
    }

    mutating func open() {
        lastID += 1
        entries[lastID] = PoolEntry()
        actions.append(.connect(lastID))
    }

    mutating func close(_ id: ConnectionID) {
        guard let phase = entries[id]?.phase, phase != .closing else { return }
        if case .idle = phase { idle.removeAll { $0 == id } }
        entries[id]?.phase = .closing
        actions.append(.close(id))
    }

    private mutating func failAll(_ failure: Failure) {
        while let waiter = waiters.removeFirst() { actions.append(.fail(waiter, failure)) }
    }

    /// Not more than once in ten seconds: a statement that no server takes would otherwise renew the pool each time.
    private mutating func retireAll(_ now: Duration) {
        if let lastRetirement, now - lastRetirement < .seconds(10) { return }
        lastRetirement = now
        for (id, entry) in entries where entry.isOpen { entries[id]?.isRetired = true }
    }

    mutating func finishIfEmpty() {
        guard isShutDown, !isFinished, entries.isEmpty, waiters.isEmpty else { return }
        isFinished = true
        actions.append(.finished)
    }
}
