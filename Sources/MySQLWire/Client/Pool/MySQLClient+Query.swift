/// Streams from the pool: the connection is lent until the rows have been read to their end, or are let go.
extension MySQLClient {
    /// Runs one statement on a lent connection and streams its rows; see ``MySQLConnection/query(_:timeout:)``.
    ///
    /// Rows that are held and not read on keep their connection from everybody else. Those that are let go before their
    /// end give it back, or cost it where much is unread.
    ///
    /// - Parameters:
    ///   - query: a statement, with or without values.
    ///   - timeout: of the statement, once there is a connection.
    public func query(_ query: MySQLQuery, timeout: Duration? = nil) async throws(MySQLError) -> MySQLRows {
        try await rows(of: query, cursor: nil, timeout: timeout)
    }

    /// The same with the rows in a cursor on the server; see ``MySQLConnection/query(_:cursor:timeout:)``.
    public func query(
        _ query: MySQLQuery,
        cursor: MySQLCursor,
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLRows {
        try await rows(of: query, cursor: cursor, timeout: timeout)
    }

    /// The same of a text of the program's own; see ``MySQLConnection/query(sql:timeout:)``.
    public func query(sql: String, timeout: Duration? = nil) async throws(MySQLError) -> MySQLRows {
        try await rows(of: MySQLQuery(sql: sql), cursor: nil, timeout: timeout)
    }

    private func rows(
        of query: MySQLQuery,
        cursor: MySQLCursor?,
        timeout: Duration?
    ) async throws(MySQLError) -> MySQLRows {
        let (lease, connection) = try await acquire()
        do {
            return try await connection.rows(of: query, cursor: cursor, timeout: timeout) {
                self.release(lease, of: connection)
            }
        } catch {
            release(lease, of: connection)
            throw error
        }
    }
}
