/// How an operation ended.
public enum OperationOutcome: Sendable {
    case done(OperationReport)
    /// What was asked for was so already.
    case alreadyDone(String, OperationReport?)
    /// It failed; everything that it had changed was taken back.
    case failedRolledBack(OperationReport)
    /// Nothing was changed.
    case refused(Refusal)
    /// It failed past the point of no return, or could not be taken back: run the same again.
    case incomplete(OperationReport)

    public var report: OperationReport? {
        switch self {
        case .done(let report), .failedRolledBack(let report), .incomplete(let report): report
        case .alreadyDone(_, let report): report
        case .refused: nil
        }
    }
}

/// What was done, and what came of it.
public struct OperationReport: Sendable {
    public var operation: String
    public var kind: OperationKind
    public var steps: [StepRecord] = []
    /// The step that failed, and why.
    public var failedStep: PlanStep?
    public var failure: OperationError?
    /// It only looked: there was nothing to take back.
    public var changedNothing = false
    /// What of it could not be taken back.
    public var undoFailures: [OperationError] = []
    public var anchor: Anchor?
    /// From the confirmed death to the verified write.
    public var promotionSeconds: Double?
    /// From just before the fence to the confirmed opening.
    public var writePauseSeconds: Double?
    public var comparison: ComparisonReport?
    public var repair: RepairReport?
    /// What only the old source had.
    public var lost: LostReport?
    public var warnings: [Finding] = []
    public var notes: [String] = []

    public init(operation: String, kind: OperationKind) {
        self.operation = operation
        self.kind = kind
    }
}
