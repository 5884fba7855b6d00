import Synchronization

/// Where a scripted server stops in the middle of its words: until it is let go on, or killed.
final class PausePoint: Sendable {
    enum End: Sendable { case goOn, killed }

    private struct State {
        var isReached = false
        var end: End?
        var waiting: CheckedContinuation<End, Never>?
    }

    private let state = Mutex(State())
    /// Opens when the server stands here.
    let reached = Gate()

    var isReached: Bool { state.withLock { $0.isReached } }

    /// The server stands here, until somebody ends it.
    func stop() async -> End {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state in
                state.isReached = true
                if state.end == nil { state.waiting = continuation }
                return state.end
            }
            reached.open()
            if let end { continuation.resume(returning: end) }
        }
    }

    /// - Returns: whether the server stood here. The first end counts.
    @discardableResult func end(_ end: End) -> Bool {
        let waiting = state.withLock { state in
            guard state.end == nil else { return nil as CheckedContinuation<End, Never>? }
            state.end = end
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: end)
        return waiting != nil
    }
}
