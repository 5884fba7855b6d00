/// Commands of the session itself, and what is known of its state.
extension MySQLConnection {
    /// What the server has told of the session's state, up to the last answer that was received. ``MySQLCompletion``
    /// has the changes of one statement.
    public var sessionState: MySQLSessionState { state.current.session }

    /// COM_CHANGE_USER: another account takes over this session, which begins anew: without transaction, locks, temporary
    /// tables, prepared statements and variables of the one before. It logs in as the first one did: over the same
    /// transport, by the plugin that the server names.
    ///
    /// - Parameters:
    ///   - username: of the new account; ``configuration`` goes on to name the first one.
    ///   - password: of the new account.
    ///   - database: the default database from then on; nil for none.
    ///   - timeout: for all of it; without it, the configuration's `queryTimeout`.
    /// - Throws: ``MySQLError``; where the server refuses the account (``MySQLError/Code/server``, for instance 1045) or
    ///   the login fails otherwise, the connection is closed.
    public func changeUser(
        _ username: String,
        password: Secret?,
        database: String? = nil,
        timeout: Duration? = nil
    ) async throws(MySQLError) {
        guard !username.utf8.contains(0), database?.utf8.contains(0) != true else {
            throw MySQLError(.invalidArgument, phase: .configuration, message: "the user or database name holds a NUL")
        }
        let end = (timeout ?? configuration.queryTimeout).map { ContinuousClock.now.advanced(by: $0) }
        let account = ChangeUserCommand.Account(username: username, password: password, database: database)
        _ = try await acknowledge(.changeUser(account), timeout: timeout)
        statements.withLock { $0.removeAll() }
        try await Unobserved.run { () throws(MySQLError) in
            try await setUp(timeout: end.map { ContinuousClock.now.duration(to: $0) })
        }
    }

    /// COM_STATISTICS: one line of the server's about itself, for instance `Uptime: 3600  Threads: 2  Questions: 5 …`.
    public func statistics(timeout: Duration? = nil) async throws(MySQLError) -> String {
        try await acknowledge(.statistics, timeout: timeout).info
    }

    /// COM_SET_OPTION: whether one text may hold several statements from here on, whatever
    /// ``MySQLConfiguration/allowsSeveralStatements`` said at the login. A reset does not change it.
    public func allowSeveralStatements(_ areAllowed: Bool, timeout: Duration? = nil) async throws(MySQLError) {
        _ = try await acknowledge(.allowSeveralStatements(areAllowed), timeout: timeout)
    }

    /// Sets what must not be the server's choice, in one round trip, after each beginning of the session.
    ///
    /// What the login says of the character set is not enough: the server's `init_connect` may set another, and
    /// ``SQLText`` is safe in utf8mb4 only.
    func setUp(timeout: Duration?) async throws(MySQLError) {
        let statement =
            if let zone = configuration.timeZone {
                "SET NAMES utf8mb4, time_zone = \(SQLText.literal(zone))"
            } else {
                "SET NAMES utf8mb4"
            }
        _ = try await collect(sql: statement, timeout: timeout)
    }
}
