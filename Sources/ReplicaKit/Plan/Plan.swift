/// What would be done, in order: a value, so that a dry run shows the very thing that a run carries out.
public struct Plan: Sendable, Hashable, Codable {
    public var kind: OperationKind
    /// The id under which journal and anchors know it.
    public var operation: String
    /// One line: what will be true at the end.
    public var goal: String
    /// Whether it goes on with what an earlier, interrupted run began.
    public var isResumption: Bool
    public var steps: [PlanStep]
    /// For the return of an old source: the transactions that only it has, as far as its binary log tells. Nil where that
    /// was not looked at.
    public var tail: TailScan?
    /// What a person should know before agreeing; nothing here stops the operation.
    public var warnings: [Finding]

    public init(
        kind: OperationKind,
        operation: String,
        goal: String,
        isResumption: Bool = false,
        steps: [PlanStep],
        tail: TailScan? = nil,
        warnings: [Finding] = []
    ) {
        self.kind = kind
        self.operation = operation
        self.goal = goal
        self.isResumption = isResumption
        self.steps = steps.enumerated().map { index, step in
            var numbered = step
            numbered.number = index + 1
            return numbered
        }
        self.tail = tail
        self.warnings = warnings
    }

    /// True where the other plan has the same steps, and would lose the same.
    func isSame(as other: Plan) -> Bool {
        guard steps.map(\.code) == other.steps.map(\.code) else { return false }
        guard let tail, let otherTail = other.tail else { return tail == nil && other.tail == nil }
        return tail.holdsSame(as: otherTail)
    }
}
