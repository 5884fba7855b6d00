/// What is told while an operation runs. Secrets are redacted in all of it.
public enum OperationEvent: Sendable {
    case started(Plan)
    case stepStarted(PlanStep)
    /// A statement was answered.
    case statement(StatementRecord)
    /// Progress within a long step, or something worth knowing.
    case note(String)
    case stepFinished(StepRecord)
    case stepFailed(PlanStep, OperationError)
    case undoing(PlanStep)
    case undone(PlanStep, failure: OperationError?)
}

/// One statement that was sent.
public struct StatementRecord: Sendable, Hashable, Codable {
    public var server: String
    public var sql: String
    /// What came back, in a few words; for a failure the server's own.
    public var result: String
    public var seconds: Double
}

/// One step that was carried out.
public struct StepRecord: Sendable, Hashable, Codable {
    public var step: PlanStep
    public var summary: String
    public var seconds: Double
    public var statements: [StatementRecord]
}
