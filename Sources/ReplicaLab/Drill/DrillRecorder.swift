internal import Synchronization

/// Keeps the book of a drill: which step is on, what was sent in it, and how it ended. Passes everything on, in order
/// and one at a time. Operations speak to several servers at once, so it may be called from anywhere.
final class DrillRecorder: Sendable {
    /// A drill on servers with much data compares with many statements; the report stays readable.
    private static let statementLimit = 500
    private static let lengthLimit = 4_000

    private struct State {
        var current: DrillStepPlan?
        var began = ContinuousClock.now
        var statements: [DrillStatement] = []
        var omitted = 0
        var failedChecks: [String] = []
        var steps: [DrillStep] = []
    }

    private let state = Mutex(State())
    private let listener: @Sendable (DrillEvent) -> Void

    init(listener: @escaping @Sendable (DrillEvent) -> Void) {
        self.listener = listener
    }

    /// The steps that are over.
    var steps: [DrillStep] { state.withLock { $0.steps } }
    /// The step that is on.
    var current: DrillStepPlan? { state.withLock { $0.current } }

    func tell(_ event: DrillEvent) {
        state.withLock { _ in listener(event) }
    }

    func note(_ text: String) { tell(.note(text)) }

    func begin(_ plan: DrillStepPlan) {
        state.withLock { begin(plan, &$0) }
    }

    private func begin(_ plan: DrillStepPlan, _ state: inout State) {
        state.current = plan
        state.began = .now
        listener(.stepStarted(plan))
    }

    /// Ends the step that is on; it has passed where nothing failed and every check was good.
    func end(failure: String?) {
        state.withLock { end(failure: failure, &$0) }
    }

    private func end(failure: String?, _ state: inout State) {
        guard let plan = state.current else { return }
        let checks =
            state.failedChecks.isEmpty ? nil : "not as it must be: " + state.failedChecks.joined(separator: "; ")
        let failure = failure ?? checks
        if state.omitted > 0 {
            state.statements.append(DrillStatement(server: "", sql: "… and \(state.omitted) more", answer: ""))
        }
        let step = DrillStep(
            number: plan.number,
            name: plan.name,
            outcome: failure == nil ? .passed : .failed,
            seconds: (ContinuousClock.now - state.began).inSeconds,
            statements: state.statements
        )
        let steps = state.steps + [step]
        state = State(steps: steps)
        listener(.stepEnded(step, failure: failure))
    }

    /// Ends the step that is on and begins the next one, in the middle of an operation that covers both.
    func advance(to plan: DrillStepPlan) {
        state.withLock {
            guard $0.current?.number == plan.number - 1, $0.failedChecks.isEmpty else { return }
            end(failure: nil, &$0)
            begin(plan, &$0)
        }
    }

    func skip(_ plan: DrillStepPlan) {
        let step = DrillStep(number: plan.number, name: plan.name, outcome: .skipped, seconds: 0, statements: [])
        state.withLock {
            $0.steps.append(step)
            listener(.stepEnded(step, failure: nil))
        }
    }

    /// - Parameter isOwn: sent by the drill itself, not by an operation that it runs.
    func record(_ statement: DrillStatement, took duration: Duration, isOwn: Bool) {
        var statement = statement
        if statement.sql.count > Self.lengthLimit { statement.sql = "\(statement.sql.prefix(Self.lengthLimit))…" }
        let isDetail = !isOwn && !Self.changesServer(statement.sql)
        state.withLock {
            if $0.statements.count < Self.statementLimit {
                $0.statements.append(statement)
            } else {
                $0.omitted += 1
            }
            listener(.statement(statement, seconds: duration.inSeconds, isDetail: isDetail))
        }
    }

    func check(_ text: String, _ passed: Bool) {
        state.withLock {
            if !passed { $0.failedChecks.append(text) }
            listener(.check(text, passed: passed))
        }
    }

    /// Whether a statement does something that a person wants to see: it is not a reading, and not a setting of its
    /// own session.
    static func changesServer(_ sql: String) -> Bool {
        let words = sql.prefix(80).uppercased().split(whereSeparator: \.isWhitespace)
        guard let first = words.first else { return false }
        switch first {
        case "START": return words.count > 1 && !words[1].hasPrefix("TRANSACTION")
        case "SELECT", "SHOW", "DESCRIBE", "EXPLAIN", "USE", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "WITH",
            "TABLE":
            return false
        case "SET":
            return words.count > 1 && (words[1].hasPrefix("GLOBAL") || words[1].hasPrefix("PERSIST"))
        default: return true
        }
    }
}

extension Duration {
    /// Rounded to tenths of a millisecond: more is noise.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return ((Double(seconds) + Double(attoseconds) * 1e-18) * 10_000).rounded() / 10_000
    }
}
