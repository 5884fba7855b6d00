import NIOCore
import Synchronization

/// Who is connected to a scripted server, and what goes wrong with the first of them.
final class ScriptedSessions: Sendable {
    struct State {
        var received: [UInt8] = []
        var connections = 0
        var open: [ObjectIdentifier: any Channel] = [:]
        var isOver = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// A KILL QUERY that has not hit yet.
        var isKilled = false
    }

    let state = Mutex(State())
    let fault: WireFault?
    let kills: KillManner
    let sent: SentBytes?

    init(fault: WireFault?, kills: KillManner, sent: SentBytes?) {
        self.fault = fault
        self.kills = kills
        self.sent = sent
    }

    var pause: PausePoint? {
        if case .pause(_, let pause)? = fault { pause } else { nil }
    }

    /// A KILL QUERY of the first connection.
    func kill() {
        switch kills {
        case .honoured where pause?.end(.killed) == true: break
        case .honoured: state.withLock { $0.isKilled = true }
        case .late:
            state.withLock { $0.isKilled = true }
            pause?.end(.goOn)
        case .ignored: break
        }
    }

    func takeKill() -> Bool {
        state.withLock { state in
            defer { state.isKilled = false }
            return state.isKilled
        }
    }

    /// The number of the connection, from 0; nil when the server has been stopped.
    func opened(_ channel: any Channel) -> Int? {
        state.withLock { state in
            guard !state.isOver else { return nil }
            state.open[ObjectIdentifier(channel)] = channel
            state.connections += 1
            return state.connections - 1
        }
    }

    func closed(_ channel: any Channel) {
        let waiting = state.withLock { state in
            state.open[ObjectIdentifier(channel)] = nil
            guard state.open.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func end() -> [any Channel] {
        state.withLock { state in
            state.isOver = true
            return Array(state.open.values)
        }
    }

    func none() async {
        await withCheckedContinuation { continuation in
            let isNone = state.withLock { state in
                if !state.open.isEmpty { state.waiting.append(continuation) }
                return state.open.isEmpty
            }
            if isNone { continuation.resume() }
        }
    }
}
