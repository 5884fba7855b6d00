/// How far a transaction is kept apart from others (manual: Transaction Isolation Levels).
public enum TransactionIsolation: Sendable, Hashable, CaseIterable {
    /// READ UNCOMMITTED: also what others have not committed is seen.
    case readUncommitted
    /// READ COMMITTED: each statement sees what was committed before it.
    case readCommitted
    /// REPEATABLE READ, the server's default: all statements see what was committed before the first.
    case repeatableRead
    /// SERIALIZABLE: the same, and what was read is locked against changes.
    case serializable

    /// For the next transaction of the session only.
    var statement: String {
        switch self {
        case .readUncommitted: "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED"
        case .readCommitted: "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"
        case .repeatableRead: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        case .serializable: "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"
        }
    }
}
