import MySQLWire
import Synchronization

/// What every worker has seen, and what the server must hold at the end.
final class SoakLedger: Sendable {
    /// Of one INSERT, as its caller knows it.
    enum Fate: UInt8, Sendable { case absent, present, unknown }

    struct Counts: Sendable {
        var operations = 0
        var answered = 0
        var cancelled = 0
        var timedOut = 0
        /// The connection was cut, or closed by the end of an earlier statement.
        var closed = 0
        var connects = 0
        var failedConnects = 0
    }

    private struct State {
        var counts = Counts()
        var fates: [[Fate]]
        var wrong: [String] = []
    }

    private let state: Mutex<State>

    init(workers: Int) {
        state = Mutex(State(fates: [[Fate]](repeating: [], count: workers)))
    }

    var counts: Counts { state.withLock { $0.counts } }
    /// What should never have happened; the first of it.
    var wrong: [String] { state.withLock { $0.wrong } }

    func count(_ change: @Sendable (inout Counts) -> Void) { state.withLock { change(&$0.counts) } }

    func isWrong(_ what: String) {
        state.withLock { if $0.wrong.count < 20 { $0.wrong.append(what) } }
    }

    /// The number of a worker's next INSERT; until it is settled its fate is open.
    func begin(worker: Int) -> Int {
        state.withLock { state in
            state.fates[worker].append(.unknown)
            return state.fates[worker].count - 1
        }
    }

    func settle(worker: Int, _ number: Int, _ fate: Fate) {
        state.withLock { $0.fates[worker][number] = fate }
    }

    func settle(worker: Int, _ number: Int, after error: MySQLError) {
        settle(worker: worker, number, error.fate == .maybeExecuted ? .unknown : .absent)
    }

    /// Compares with how many rows the server has of each.
    func check(_ rows: [[Int]: Int]) {
        state.withLock { state in
            for (worker, fates) in state.fates.enumerated() {
                for (number, fate) in fates.enumerated() {
                    let count = rows[[worker, number]] ?? 0
                    let isRight =
                        switch fate {
                        case .absent: count == 0
                        case .present: count == 1
                        case .unknown: count <= 1
                        }
                    if !isRight, state.wrong.count < 20 {
                        state.wrong.append("INSERT \(number) of worker \(worker) is \(fate), and there \(count) times")
                    }
                }
            }
        }
    }
}
