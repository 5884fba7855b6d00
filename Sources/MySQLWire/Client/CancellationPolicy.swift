/// What happens to a statement whose caller has gone: its task was cancelled, or its deadline passed.
public enum CancellationPolicy: Sendable, Hashable {
    /// The connection is closed. The server goes on with the statement until it notices.
    case close
    /// The statement is ended by KILL QUERY over a second connection, which is only used if it leads to the very same
    /// server; the connection is usable again when the rest of the answer has been read. Where that takes longer than
    /// `within`, or the server cannot be told apart (behind a proxy), the connection is closed.
    case killQuery(within: Duration)
}
