internal import ReplicaKit

/// Running ReplicaKit's operations.
extension DrillCourse {
    func environment(_ listener: @escaping @Sendable (OperationEvent) -> Void = { _ in }) -> OperationEnvironment {
        let recorder = recorder
        // What is sent is recorded at the session; here only what an operation says besides.
        return OperationEnvironment(connector: connector, journal: journal) { event in
            listener(event)
            switch event {
            case .note(let text): recorder.note(text)
            case .undoing(let step): recorder.note("taking back: \(step.title)")
            case .stepFailed(let step, let error): recorder.note("failed: \(step.title): \(error)")
            default: break
            }
        }
    }

    /// Brings the old source back as a replica of the new one.
    func rejoin(_ policy: ReplicaKit.LostPolicy) async -> OperationOutcome {
        let operation = RejoinOperation(old: replica, new: source, credentials: credentials, lost: policy)
        return await operation.prepare(in: environment()).execute()
    }

    /// The report of an operation that is done.
    static func report(of name: String, _ outcome: OperationOutcome) throws -> OperationReport {
        guard case .done(let report) = outcome else { throw DrillFailure("\(name): \(describe(outcome))") }
        return report
    }

    static func describe(_ outcome: OperationOutcome) -> String {
        switch outcome {
        case .done: "done"
        case .alreadyDone(let text, _): "nothing to do: \(text)"
        case .refused(let refusal): "refused: \(refusal.reasons.map(\.message).joined(separator: "; "))"
        case .failedRolledBack(let report): "failed and taken back: \(failure(report))"
        case .incomplete(let report): "incomplete: \(failure(report))"
        }
    }

    private static func failure(_ report: OperationReport) -> String {
        let place = report.failedStep.map { "\($0.title): " } ?? ""
        return "\(place)\(report.failure.map { "\($0)" } ?? "no reason given")"
    }

    static func describe(_ anchor: Anchor, _ old: Server, _ new: Server) -> String {
        "they parted at \(anchor.oldCoordinates) of \(old.name) and \(anchor.newCoordinates) of \(new.name)"
    }
}
