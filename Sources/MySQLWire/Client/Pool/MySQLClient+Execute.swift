extension MySQLClient {
    /// Runs one statement on a lent connection for the sake of what it does; see
    /// ``MySQLConnection/execute(_:timeout:)``.
    ///
    /// - Parameters:
    ///   - query: a statement, with or without values.
    ///   - timeout: of the statement, once there is a connection.
    @discardableResult
    public func execute(_ query: MySQLQuery, timeout: Duration? = nil) async throws(MySQLError) -> MySQLCompletion {
        let (lease, connection) = try await acquire()
        defer { release(lease, of: connection) }
        return try await connection.execute(query, timeout: timeout)
    }

    /// The same of a text of the program's own; see ``MySQLConnection/execute(sql:timeout:)``.
    @discardableResult
    public func execute(sql: String, timeout: Duration? = nil) async throws(MySQLError) -> MySQLCompletion {
        let (lease, connection) = try await acquire()
        defer { release(lease, of: connection) }
        return try await connection.execute(sql: sql, timeout: timeout)
    }
}
