extension MySQLConnection {
    /// Runs one statement with attributes beside its text (COM_QUERY), and streams its rows as ``query(_:timeout:)`` does.
    ///
    /// - Parameters:
    ///   - sql: one statement, in UTF-8.
    ///   - attributes: of this statement only.
    ///   - timeout: for the whole answer; without it, the configuration's `queryTimeout`.
    /// - Throws: ``MySQLError/Code/invalidArgument`` where there are attributes and
    ///   ``MySQLConfiguration/allowsQueryAttributes`` is not set, the server knows none, or they are more than 65,535.
    public func query(
        sql: String,
        attributes: [MySQLQueryAttribute],
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLRows {
        guard !attributes.isEmpty else { return try await query(sql: sql, timeout: timeout) }
        func refuse(_ message: String) -> MySQLError {
            MySQLError(.invalidArgument, phase: .command, message: message)
        }
        guard configuration.allowsQueryAttributes else { throw refuse("the configuration allows no query attributes") }
        guard state.current.capabilities.contains(.queryAttributes) else {
            throw refuse("the server \(serverVersion) takes no query attributes")
        }
        guard attributes.count <= QueryAttributes.maximumCount else {
            throw refuse("\(attributes.count) query attributes are more than the protocol can carry")
        }
        return try await stream(.attributedQuery(sql, attributes), timeout: timeout)
    }
}
