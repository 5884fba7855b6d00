/// What follows from any event.
extension PoolMachine {
    mutating func settle(_ now: Duration) -> [Action] {
        trim(now)
        serve(now)
        expire(now)
        open(now)
        finishIfEmpty()
        nextDeadline = deadline(now)
        defer { actions = [] }
        return actions
    }

    /// Closes what lies idle for too long, or is too old to be lent.
    private mutating func trim(_ now: Duration) {
        for id in idle {
            guard let entry = entries[id] else { continue }
            if entry.isRetired || entry.expires <= now { close(id) }
        }
        while idle.count > surplusFrom, let id = idle.first, let end = idleEnd(id), end <= now { close(id) }
        if isShutDown, waiters.isEmpty { for id in idle { close(id) } }
    }

    /// Whoever has waited the longest gets what was used last.
    private mutating func serve(_ now: Duration) {
        var checking = count { $0 == .checking }
        while let waiter = waiters.first, let id = idle.last, case .idle(let since)? = entries[id]?.phase {
            if let pingAfter = options.pingAfter, now - since > pingAfter {
                guard checking < waiters.count else { return }
                checking += 1
                idle.removeLast()
                entries[id]?.phase = .checking
                actions.append(.ping(id))
                continue
            }
            idle.removeLast()
            _ = waiters.removeFirst()
            entries[id]?.phase = .leased(waiter.id)
            entries[id]?.wasLeased = true
            actions.append(.lease(id, to: waiter.id))
        }
    }

    private mutating func expire(_ now: Duration) {
        while let waiter = waiters.first, waiter.deadline <= now {
            _ = waiters.removeFirst()
            actions.append(.fail(waiter.id, .timedOut(backoff.error)))
        }
    }

    private mutating func open(_ now: Duration) {
        let missing = missing
        guard missing > 0, backoff.failures == 0 || now >= backoff.until else { return }
        for _ in 0..<missing { open() }
    }

    /// That many connections are to be opened as soon as the backoff allows: not more than whoever waits can use, beside
    /// those that are on their way already. After a failure one is tried alone.
    private var missing: Int {
        let connecting = count { $0 == .connecting }
        let onTheirWay = count { $0 == .checking || $0 == .cleaning } + connecting
        let wanted = waiters.count + (keepsMinimum ? options.minimumIdle : 0) - idle.count - onTheirWay
        let room = options.maximumConnections - entries.count
        return min(wanted, room, backoff.failures == 0 ? Int.max : 1 - connecting)
    }

    /// Idle connections above that count are surplus.
    private var surplusFrom: Int { keepsMinimum ? options.minimumIdle : 0 }

    private func idleEnd(_ id: ConnectionID) -> Duration? {
        guard case .idle(let since)? = entries[id]?.phase else { return nil }
        return since + options.idleTimeout
    }

    private func count(_ isMeant: (PoolEntry.Phase) -> Bool) -> Int {
        entries.values.reduce(0) { isMeant($1.phase) ? $0 + 1 : $0 }
    }

    private func deadline(_ now: Duration) -> Duration? {
        var times: [Duration] = idle.compactMap { entries[$0]?.expires }
        if let waiter = waiters.first { times.append(waiter.deadline) }
        if idle.count > surplusFrom, let end = idle.first.flatMap({ idleEnd($0) }) { times.append(end) }
        if missing > 0, backoff.until > now { times.append(backoff.until) }
        return times.min()
    }
}
