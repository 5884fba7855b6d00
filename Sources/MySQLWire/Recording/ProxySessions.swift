internal import NIOCore
internal import Synchronization

/// The open sockets of a proxy, so that stopping it ends them all.
final class ProxySessions: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var count = 0
        var isStopped = false
    }

    private let state = Mutex(State())

    /// The number of the next connection, counted from 1.
    func nextNumber() -> Int {
        state.withLock { state in
            state.count += 1
            return state.count
        }
    }

    /// - Returns: false when the proxy has been stopped.
    func add(_ channel: any Channel) -> Bool {
        let isAdded = state.withLock { state in
            if !state.isStopped { state.channels[ObjectIdentifier(channel)] = channel }
            return !state.isStopped
        }
        guard isAdded else { return false }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
        }
        return true
    }

    func closeAll() async {
        let channels = state.withLock { state in
            state.isStopped = true
            return Array(state.channels.values)
        }
        for channel in channels {
            channel.close(promise: nil)
            try? await channel.closeFuture.get()
        }
    }
}
