internal import Logging
internal import NIOCore
internal import Synchronization

/// Feeds the machine, and does what it says.
extension MySQLClient {
    func apply(
        before: (inout PoolState) -> Void = { _ in },
        _ event: (inout PoolMachine, Duration) -> [PoolMachine.Action]
    ) {
        let (effects, change) = state.withLock { state in
            before(&state)
            let actions = event(&state.machine, origin.duration(to: .now))
            setTimer(&state)
            return (actions.compactMap { state.effect(of: $0) }, observer == nil ? nil : state.change())
        }
        if let change { observer?.changed(from: change.old, to: change.new) }
        for effect in effects {
            switch effect {
            case .resume(let waiter, let result): waiter.resume(returning: result)
            case .work(let work): workInlet.yield(work)
            case .close(let connection): connection.startClosing("the pool closed the connection")
            case .finish: workInlet.finish()
            }
        }
    }

    /// One timer, for what is due first; one that is early does no harm.
    private func setTimer(_ state: inout PoolState) {
        guard let deadline = state.machine.nextDeadline else { return }
        if let timer = state.timer {
            guard deadline < timer.deadline else { return }
            timer.task.cancel()
        }
        let delay = deadline - origin.duration(to: .now)
        let task = eventLoop.scheduleTask(in: TimeAmount(clamping: delay)) { [weak self] in
            self?.apply(before: { if $0.timer?.deadline == deadline { $0.timer = nil } }) { $0.timePassed(at: $1) }
            return
        }
        state.timer = (deadline, task)
    }

    /// In a task of ``run()``: ends early if that is cancelled.
    func perform(_ work: PoolWork) async {
        await Unobserved.$isSet.withValue(true) { await performUnobserved(work) }
    }

    private func performUnobserved(_ work: PoolWork) async {
        switch work {
        case .connect(let id): await connect(id)
        case .ping(let id, let connection):
            do throws(MySQLError) {
                try await connection.ping(timeout: pool.healthTimeout)
                apply { $0.madeReady(id, at: $1) }
            } catch {
                discard(id, "\(error.code)")
            }
        case .renew(let id, let connection):
            do throws(MySQLError) {
                if try await connection.renew(resets: pool.resetsOnReturn, timeout: pool.healthTimeout) {
                    apply { $0.madeReady(id, at: $1) }
                } else {
                    discard(id, "it came back in use, in a transaction or in another database")
                }
            } catch {
                discard(id, "\(error.code)")
            }
        }
    }

    private func connect(_ id: PoolMachine.ConnectionID) async {
        let start = ContinuousClock.now
        do throws(MySQLError) {
            let connection = try await MySQLConnection.connect(to: configuration, logger: logger)
            observer?.created(since: start)
            logConnected()
            apply(before: { $0.connections[id] = connection }) { $0.connected(id, at: $1) }
            connection.onClose { [weak self] in
                self?.apply(before: { $0.connections[id] = nil }) { $0.closed(id, at: $1) }
            }
        } catch {
            logNotConnected(error)
            apply { $0.connectFailed(id, error, at: $1) }
        }
    }

    private func discard(_ id: PoolMachine.ConnectionID, _ reason: String) {
        logger?.debug("a connection is not used again", metadata: ["reason": "\(reason)"])
        apply { $0.broken(id, at: $1) }
    }
}
