internal import Synchronization

/// A recording that is kept in memory: for tests, and for sessions that are known to be short.
package final class RecordingMemory: RecordingSink {
    private struct State {
        var text = ""
        var isFinished = false
        var waiting: [CheckedContinuation<String, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var text: String { state.withLock { $0.text } }

    package func write(_ text: String) {
        state.withLock { $0.text += text }
    }

    package func finish() {
        state.withLock { $0.isFinished = true }
        release()
    }

    /// The whole text, once the session is over; what there is of it, if the task is cancelled.
    package func finished() async -> String {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let text: String? = state.withLock { state in
                    if state.isFinished || Task.isCancelled { return state.text }
                    state.waiting.append(continuation)
                    return nil
                }
                if let text { continuation.resume(returning: text) }
            }
        } onCancel: {
            release()
        }
    }

    private func release() {
        let (text, waiting) = state.withLock { state in
            defer { state.waiting = [] }
            return (state.text, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: text) }
    }
}
