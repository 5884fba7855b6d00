internal import Logging
internal import NIOCore
internal import Synchronization

/// Lending and taking back.
extension MySQLClient {
    func acquire(
        isolation: isolated (any Actor)? = #isolation
    ) async throws(MySQLError) -> (ConnectionLease, MySQLConnection) {
        dropClosed()
        let start = observer == nil ? nil : ContinuousClock.now
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                apply(before: { $0.waiters[waiter] = continuation }) { $0.requested(waiter, at: $1) }
                // A cancel that came before found nobody waiting.
                if Task.isCancelled { withdraw(waiter) }
            }
        } onCancel: {
            withdraw(waiter)
        }
        switch result {
        case .failure(let failure):
            if case .timedOut = failure.reason { noteTimeout() }
            throw error(of: failure.reason)
        case .success((let id, let base)):
            if let start { observer?.obtained(since: start) }
            let lease = ConnectionLease(connection: id, waiter: waiter, start: observer.map { _ in .now })
            return (lease, MySQLConnection(base, lease: lease))
        }
    }

    /// A second call does nothing.
    func release(_ lease: ConnectionLease, of connection: MySQLConnection) {
        guard lease.end() else { return }
        if let start = lease.start { observer?.returned(since: start) }
        let number = pool.discardsOnReadOnly ? connection.readOnlyRefusal : nil
        if let number {
            logger?.notice(
                "the server is read-only: its connection is not used again",
                metadata: ["db.response.status_code": "\(number)"]
            )
        }
        apply {
            $0.returned(
                lease.connection,
                by: lease.waiter,
                isUnfit: number != nil,
                areOthersSuspect: number.map(MySQLError.isReadOnlyServer) ?? false,
                at: $1
            )
        }
    }

    private func withdraw(_ waiter: PoolMachine.WaiterID) {
        apply { $0.withdrew(waiter, at: $1) }
    }

    /// The server has closed one, and the report of it is still under way.
    private func dropClosed() {
        let closed = state.withLock { state in
            state.machine.idleConnections.filter { state.connections[$0]?.closeReason != nil }
        }
        for id in closed { apply { $0.closed(id, at: $1) } }
    }

    private func error(of failure: PoolMachine.Failure) -> MySQLError {
        func error(_ code: MySQLError.Code, _ message: String) -> MySQLError {
            MySQLError(code, phase: .pool, message: message)
        }
        switch failure {
        case .timedOut(let last?):
            var last = last
            last.message = "no connection within \(pool.leaseTimeout); the last attempt: \(last.message)"
            return last
        case .timedOut(nil):
            guard state.withLock({ $0.wasStarted }) else {
                return error(.poolExhausted, "no connection within \(pool.leaseTimeout): nobody has called run()")
            }
            return error(
                .poolExhausted,
                "none of at most \(pool.maximumConnections) connections came free within \(pool.leaseTimeout)"
            )
        case .refused(let last): return last
        case .tooManyWaiters:
            return error(.poolExhausted, "\(pool.maximumWaiters ?? 0) tasks wait for a connection already")
        case .cancelled: return error(.cancelled, "the task was cancelled while it waited for a connection")
        case .shutDown: return error(.connectionClosed, "the pool is shut down")
        }
    }
}
