/// Who waits for a connection, in the order of coming: so also in the order of deadlines, as all wait equally long.
struct PoolWaiters: Sendable {
    private var deadlines: [PoolMachine.WaiterID: Duration] = [:]
    /// With gaps, where somebody has left.
    private var order: [PoolMachine.WaiterID] = []
    private var head = 0

    var count: Int { deadlines.count }
    var isEmpty: Bool { deadlines.isEmpty }

    /// Who has waited the longest.
    var first: (id: PoolMachine.WaiterID, deadline: Duration)? {
        // The head is never a gap: see `closeGaps`.
        guard head < order.count, let deadline = deadlines[order[head]] else { return nil }
        return (order[head], deadline)
    }

    mutating func append(_ id: PoolMachine.WaiterID, deadline: Duration) {
        guard deadlines.updateValue(deadline, forKey: id) == nil else { return }
        order.append(id)
    }

    /// - Returns: whether it was waiting.
    mutating func remove(_ id: PoolMachine.WaiterID) -> Bool {
        guard deadlines.removeValue(forKey: id) != nil else { return false }
        closeGaps()
        return true
    }

    mutating func removeFirst() -> PoolMachine.WaiterID? {
        guard let first else { return nil }
        _ = remove(first.id)
        return first.id
    }

    private mutating func closeGaps() {
        while head < order.count, deadlines[order[head]] == nil { head += 1 }
        // Those in the middle as well, once they are most of it: who comes and leaves behind a patient one.
        guard order.count > 32, order.count > 2 * deadlines.count else { return }
        order = order[head...].filter { deadlines[$0] != nil }
        head = 0
    }
}
