/// One line of an operation's journal. Holds no secrets: statements are in it as the plan shows them.
public struct JournalEntry: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The operation begins; holds the plan.
        case begin
        /// A step is about to run.
        case step
        /// A step ended well.
        case stepDone
        case stepFailed
        case undo
        case undone
        case undoFailed
        /// A place of parting, as it is on the server.
        case anchor
        /// Transactions that only the old source has, before anything is done about them.
        case lost
        /// What a repair deletes or replaces will be in the file that `message` names, before the first change.
        case saved
        /// The operation ended; `message` says how.
        case end
    }

    public var schema = 1
    /// Seconds since 1970, UTC, by this machine's clock.
    public var time: Double
    public var operation: String
    public var kind: OperationKind
    public var entry: Kind
    public var step: Int?
    public var code: PlanStep.Code?
    public var server: String?
    public var message: String?
    public var seconds: Double?
    public var plan: Plan?
    public var anchor: Anchor?
    public var lost: LostReport?

    public init(time: Double, operation: String, kind: OperationKind, entry: Kind) {
        self.time = time
        self.operation = operation
        self.kind = kind
        self.entry = entry
    }
}
