public import MySQLWire

/// A session on one server, as ReplicaKit needs it: MySQLConnection in production, a script in tests.
public protocol SQLSession: Sendable {
    /// Runs one statement and keeps its whole result in memory.
    func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult
    /// Runs one statement and streams its rows.
    func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows
    func close() async
}

extension MySQLConnection: SQLSession {}
