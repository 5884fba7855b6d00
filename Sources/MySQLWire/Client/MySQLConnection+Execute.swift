public import Logging

/// Statements for the sake of what they do.
extension MySQLConnection {
    /// Runs one statement and returns what the server says at its end. Rows are dropped as they come, however many.
    ///
    /// - Returns: of several results (CALL, several statements in a text) the last one's end.
    @discardableResult
    public func execute(_ query: MySQLQuery, timeout: Duration? = nil) async throws(MySQLError) -> MySQLCompletion {
        try await lastCompletion(of: self.query(query, timeout: timeout))
    }

    /// The same of a text of the program's own; see ``query(sql:timeout:)``.
    @discardableResult
    public func execute(sql: String, timeout: Duration? = nil) async throws(MySQLError) -> MySQLCompletion {
        try await lastCompletion(of: query(sql: sql, timeout: timeout))
    }

    /// The same of a prepared statement.
    ///
    /// - Parameters:
    ///   - statement: of this connection.
    ///   - values: of all parameters, also of those in `longData`, where they are not looked at.
    ///   - longData: what is sent piece by piece before the statement, by the parameter's index, from 0.
    ///   - timeout: for the sending and the whole answer; without it, the configuration's `queryTimeout`.
    /// - Throws: ``MySQLError/Code/longDataFailed`` where a source throws, ``MySQLError/Code/packetTooLarge`` where it
    ///   gives more than the server takes.
    @discardableResult
    public func execute(
        _ statement: MySQLStatement,
        _ values: [any MySQLEncodable] = [],
        longData: [Int: MySQLLongData] = [:],
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLCompletion {
        try await lastCompletion(of: query(statement, values, longData: longData, timeout: timeout))
    }

    func lastCompletion(of first: MySQLRows) async throws(MySQLError) -> MySQLCompletion {
        var rows = first
        while let next = try await rows.nextResult() { rows = next }
        return rows.completion ?? MySQLCompletion()
    }

    /// Connects, lends the connection for the time of `body`, and closes it, whatever happens.
    ///
    /// - Throws: what ``connect(to:logger:)`` throws, or what `body` throws.
    @discardableResult
    public static func withConnection<Value>(
        to configuration: MySQLConfiguration,
        logger: Logger? = nil,
        isolatedTo actor: isolated (any Actor)? = #isolation,
        _ body: (MySQLConnection) async throws -> sending Value
    ) async throws -> sending Value {
        let connection = try await connect(to: configuration, logger: logger)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}
