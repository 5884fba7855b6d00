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
    /// What a person should know before agreeing; nothing here stops the operation.
    public var warnings: [Finding]

    public init(
        kind: OperationKind,
        operation: String,
        goal: String,
        isResumption: Bool = false,
        steps: [PlanStep],
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
        self.warnings = warnings
    }
}
