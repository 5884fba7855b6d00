/// How far a transaction is kept apart from others (manual: Transaction Isolation Levels).
public enum TransactionIsolation: Sendable, Hashable, CaseIterable {
    case readUncommitted, readCommitted, repeatableRead, serializable

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
