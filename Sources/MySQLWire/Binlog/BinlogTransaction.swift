/// One transaction of a binary log, or one statement that is a transaction of its own (DDL).
public struct BinlogTransaction: Sendable, Hashable {
    /// A statement that the log holds as text. CREATE USER and ALTER USER hold password hashes in it: not for reports.
    public struct Statement: Sendable, Hashable {
        /// The session's current database; empty for none.
        public var database: String
        /// As the server wrote it into the log.
        public var text: String

        /// A statement of a caller's own, for tests and simulations.
        public init(database: String, text: String) {
            self.database = database
            self.text = text
        }
    }

    /// What this transaction is of an XA transaction.
    public enum XAStage: Sendable, Hashable {
        /// Its changes stand in the log, but hold only if a later transaction commits the same xid.
        case prepared(xid: String)
        /// XA COMMIT of what an earlier transaction prepared.
        case committed(xid: String)
        /// XA ROLLBACK of what an earlier transaction prepared.
        case rolledBack(xid: String)
        /// Changes and commit in one.
        case onePhase(xid: String)
    }

    /// The file that it ends in.
    public var file: String
    /// Where its first event begins.
    public var startPosition: UInt64
    /// Just behind its last event: where a replica goes on after it.
    public var endPosition: UInt64
    /// Seconds since 1970 on the server that ran it first, when its last statement began.
    public var timestamp: UInt32
    /// Microseconds since 1970 at the commit on the server that ran it first; nil before MySQL 8.0.1.
    public var originalCommitTimestamp: UInt64?
    /// Microseconds since 1970 at the commit on this log's server; nil before MySQL 8.0.1.
    public var immediateCommitTimestamp: UInt64?
    /// The server that ran it first.
    public var serverID: UInt32
    /// Nil for an anonymous transaction.
    public var gtid: BinlogGTID?
    /// Row by row, in the order of the log.
    public var changes: [BinlogRowChange] = []
    /// DDL and what else stands as text; not the borders of the transaction.
    public var statements: [Statement] = []
    /// The statements that made `changes`, where `binlog_rows_query_log_events` is on.
    public var rowsQueries: [String] = []
    /// Nil for an ordinary transaction.
    public var xa: XAStage?
    /// An updated JSON value stands in the log as a difference only.
    public var hasPartialJSON = false
    /// False where the log ends, or goes on with something else, before a commit: no server applied it.
    public var isCommitted = true
    /// What of it the log does not tell, or this reader cannot tell; empty where `changes` and `statements` are all
    /// that it did.
    public var undecodableReasons: [String] = []

    /// Whether it is part of an XA transaction.
    public var isXA: Bool { xa != nil }
    /// Whether ``changes`` and ``statements`` are all that it did.
    public var isDecodable: Bool { undecodableReasons.isEmpty }
    /// Whether it changed nothing, as far as is known.
    public var isEmpty: Bool { changes.isEmpty && statements.isEmpty && isDecodable }

    /// A transaction of a caller's own, for tests and simulations.
    public init(file: String, startPosition: UInt64, endPosition: UInt64, timestamp: UInt32, serverID: UInt32) {
        self.file = file
        self.startPosition = startPosition
        self.endPosition = endPosition
        self.timestamp = timestamp
        self.serverID = serverID
    }
}
