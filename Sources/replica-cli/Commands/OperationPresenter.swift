import Glibc
import ReplicaKit
import Synchronization

/// Shows an operation while it runs: on standard output for people, on standard error beside JSON and TSV.
struct OperationPresenter {
    var output: OutputOptions

    func listener() -> @Sendable (OperationEvent) -> Void {
        let isForPeople = output.format == .table
        let live = LiveOutput(descriptor: isForPeople ? STDOUT_FILENO : STDERR_FILENO)
        let text = StepText(terminal: isForPeople ? output.terminal : .plain)
        let count = Mutex(0)
        return { event in
            if case .started(let plan) = event { count.withLock { $0 = plan.steps.count } }
            live.write(Self.text(event, count: count.withLock { $0 }, text))
        }
    }

    static func text(_ event: OperationEvent, count: Int, _ text: StepText) -> String {
        switch event {
        case .started: return ""
        case .stepStarted(let step):
            return text.heading(step.number, of: count, TerminalText.escaped("\(step.server): \(step.title)"))
        case .statement(let record):
            return text.statement(
                server: record.server,
                sql: record.sql,
                result: record.result,
                seconds: record.seconds
            )
        case .note(let note): return text.line(TerminalText.escaped(note))
        case .stepFinished(let record): return text.passed(record.summary, seconds: record.seconds)
        case .stepFailed(_, let error): return text.failed("\(error)", seconds: nil)
        case .undoing(let step): return text.line(TerminalText.escaped("taking back: \(step.title)"), .doubtful)
        case .undone(let step, let failure):
            return failure.map { text.failed("taking back \(step.title): \($0)", seconds: nil) }
                ?? text.passed("taken back: \(step.title)", seconds: nil)
        }
    }
}
