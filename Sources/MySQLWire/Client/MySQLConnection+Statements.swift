internal import NIOCore
internal import Synchronization

extension MySQLConnection {
    /// COM_STMT_PREPARE: has a statement parsed once, to run it often. Queries with values do this by themselves.
    ///
    /// - Parameters:
    ///   - sql: a statement of the program's own, with a `?` for each value.
    ///   - timeout: without it, the configuration's `queryTimeout`.
    public func prepare(_ sql: String, timeout: Duration? = nil) async throws(MySQLError) -> MySQLStatement {
        do {
            return try await prepareOnce(sql, timeout: timeout)
        } catch {
            // 1461, max_prepared_stmt_count: what this connection keeps is given back; nothing was executed yet.
            guard error.server?.number == 1461, statements.withLock({ !$0.isEmpty }) else { throw error }
            statements.withLock { $0.removeAll() }
            return try await prepareOnce(sql, timeout: timeout)
        }
    }

    private func prepareOnce(_ sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLStatement {
        let execution = Execution(.statementPrepare(sql))
        let request = try await submit(execution, mode: .whole(limit: configuration.maximumResult), timeout)
        switch await next(id: request.id, sink: request.sink) {
        case .prepared(let packet, let generation): return makeStatement(sql, packet, generation: generation)
        case .failed(let error): throw error
        case .columns, .rows, .packet, .completed, .fileRequested:
            throw MySQLError(
                .protocolViolation,
                phase: .command,
                fate: .maybeExecuted,
                message: "no COM_STMT_PREPARE_OK where one is due"
            )
        }
    }

    /// Runs a prepared statement and streams its rows, see ``query(_:timeout:)-(MySQLQuery,_)``.
    ///
    /// - Parameters:
    ///   - statement: of this connection.
    ///   - values: of all parameters, also of those in `longData`, where they are not looked at.
    ///   - longData: what is sent piece by piece before the statement, by the parameter's index, from 0.
    ///   - timeout: for the sending and the whole answer; without it, the configuration's `queryTimeout`.
    /// - Throws: ``MySQLError/Code/longDataFailed`` where a source throws, ``MySQLError/Code/packetTooLarge`` where it
    ///   gives more than the server takes.
    public func query(
        _ statement: MySQLStatement,
        _ values: [any MySQLEncodable] = [],
        longData: [Int: MySQLLongData] = [:],
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLRows {
        let end = end(of: timeout)
        let execution = try await execution(
            of: statement,
            values.map(\.mysqlValue),
            longData: longData,
            timeout: timeout
        )
        return try await stream(execution, timeout: rest(of: end))
    }

    /// Runs a prepared statement whose rows wait on the server, see ``query(_:cursor:timeout:)``.
    public func query(
        _ statement: MySQLStatement,
        _ values: [any MySQLEncodable] = [],
        cursor: MySQLCursor,
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLRows {
        let end = end(of: timeout)
        var execution = try await execution(of: statement, values.map(\.mysqlValue), timeout: timeout)
        execution.open(cursor)
        return try await stream(execution, timeout: rest(of: end))
    }

    /// Runs a prepared statement and keeps its whole result in memory, see ``collect(_:timeout:)-(MySQLQuery,_)``.
    ///
    /// - Parameters:
    ///   - statement: of this connection.
    ///   - values: of all parameters, also of those in `longData`, where they are not looked at.
    ///   - longData: what is sent piece by piece before the statement, by the parameter's index, from 0.
    ///   - timeout: for the sending and the whole answer; without it, the configuration's `queryTimeout`.
    /// - Throws: ``MySQLError/Code/longDataFailed`` where a source throws, ``MySQLError/Code/packetTooLarge`` where it
    ///   gives more than the server takes.
    public func collect(
        _ statement: MySQLStatement,
        _ values: [any MySQLEncodable] = [],
        longData: [Int: MySQLLongData] = [:],
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLResult {
        let end = end(of: timeout)
        let execution = try await execution(
            of: statement,
            values.map(\.mysqlValue),
            longData: longData,
            timeout: timeout
        )
        return try await whole(execution, timeout: rest(of: end))
    }

    /// Runs a statement and streams its rows, in batches that are bounded in bytes. Returns when the columns (or the end
    /// of a statement without rows) have arrived.
    ///
    /// With values it is prepared first, and kept for the next time (``MySQLConfiguration/statementCacheSize``).
    public func query(_ query: MySQLQuery, timeout: Duration? = nil) async throws(MySQLError) -> MySQLRows {
        try await rows(of: query, timeout: timeout)
    }

    /// Runs a statement whose rows wait on the server, in a cursor, and come some at a time as they are read: none is
    /// asked for before the ones before were taken. Meanwhile further commands fail with ``MySQLError/Code/busy``, as with
    /// any rows that are still to come.
    ///
    /// Letting go of the rows closes the cursor, as does a cancelled task or a deadline between two fetches: the
    /// connection stays usable then.
    ///
    /// - Parameters:
    ///   - query: a statement, with or without values.
    ///   - cursor: for instance `.fetching(rows: 1000)`.
    ///   - timeout: up to the last row; without it, the configuration's `queryTimeout`.
    public func query(
        _ query: MySQLQuery,
        cursor: MySQLCursor,
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLRows {
        try await rows(of: query, cursor: cursor, timeout: timeout)
    }

    /// - Parameter onEnd: called once, when the caller has no more to get of the rows that are returned.
    func rows(
        of query: MySQLQuery,
        cursor: MySQLCursor? = nil,
        timeout: Duration?,
        onEnd: (@Sendable () -> Void)? = nil
    ) async throws(MySQLError) -> MySQLRows {
        guard cursor != nil || !query.values.isEmpty else {
            var execution = Execution(.query(query.sql))
            execution.onEnd = onEnd
            return try await stream(execution, timeout: timeout)
        }
        let end = end(of: timeout)
        // The statement is held until the answer has begun: only then may the cache's letting go of it close it.
        let key = StatementCache.Key(query.sql, hasCursor: cursor != nil)
        let statement = try await cached(query.sql, as: key, timeout: timeout)
        defer { withExtendedLifetime(statement) {} }
        return try await forgettingStale(key) { () throws(MySQLError) in
            var execution = try await execution(of: statement, query, timeout: rest(of: end))
            if let cursor { execution.open(cursor) }
            execution.onEnd = onEnd
            return try await stream(execution, timeout: rest(of: end))
        }
    }

    /// Runs a statement and keeps its whole result in memory. Of several results (CALL) the first is returned, the others
    /// are read and dropped.
    public func collect(_ query: MySQLQuery, timeout: Duration? = nil) async throws(MySQLError) -> MySQLResult {
        guard !query.values.isEmpty else { return try await whole(.query(query.sql), timeout: timeout) }
        let end = end(of: timeout)
        let key = StatementCache.Key(query.sql)
        let statement = try await cached(query.sql, as: key, timeout: timeout)
        defer { withExtendedLifetime(statement) {} }
        return try await forgettingStale(key) { () throws(MySQLError) in
            let execution = try await execution(of: statement, query, timeout: rest(of: end))
            return try await whole(execution, timeout: rest(of: end))
        }
    }

    func end(of timeout: Duration?) -> ContinuousClock.Instant? {
        (timeout ?? configuration.queryTimeout).map { ContinuousClock.now.advanced(by: $0) }
    }

    func rest(of end: ContinuousClock.Instant?) -> Duration? {
        end.map { ContinuousClock.now.duration(to: $0) }
    }

    private func cached(
        _ sql: String,
        as key: StatementCache.Key,
        timeout: Duration?
    ) async throws(MySQLError) -> MySQLStatement {
        // Of another task, a reset may have ended it a moment ago.
        if let statement = statements.withLock({ $0.statement(for: key) }), isOwn(statement) { return statement }
        let statement = try await prepare(sql, timeout: timeout)
        statements.withLock { $0.insert(statement, as: key) }
        return statement
    }

    /// A statement that the server does not know any more is not kept. It is not tried again by itself either.
    private func forgettingStale<Value>(
        _ key: StatementCache.Key,
        _ body: () async throws(MySQLError) -> Value
    ) async throws(MySQLError) -> Value {
        do {
            return try await body()
        } catch {
            // 1243: unknown statement; 1615: it has to be prepared again.
            if let number = error.server?.number, number == 1243 || number == 1615 {
                statements.withLock { $0.remove(key) }
            }
            throw error
        }
    }

    private func execution(
        of statement: MySQLStatement,
        _ query: MySQLQuery,
        timeout: Duration?
    ) async throws(MySQLError) -> Execution {
        try await execution(of: statement, query.values, longData: query.longData, timeout: timeout)
    }

    private func execution(
        of statement: MySQLStatement,
        _ values: [MySQLValue],
        longData: [Int: MySQLLongData] = [:],
        timeout: Duration?
    ) async throws(MySQLError) -> Execution {
        guard isOwn(statement) else {
            throw MySQLError(
                .invalidArgument,
                phase: .command,
                message: "the statement was prepared on another connection, or before this one was reset"
            )
        }
        guard values.count == statement.parameterCount else {
            throw MySQLError(
                .invalidArgument,
                phase: .command,
                message: "\(values.count) values for a statement with \(statement.parameterCount) parameters"
            )
        }
        guard longData.keys.allSatisfy(values.indices.contains) else {
            throw MySQLError(.invalidArgument, phase: .command, message: "long data for a parameter that is not there")
        }
        let packet = StatementExecute(statementID: statement.id, parameters: values)
        var draft = ExecutionDraft(packet, longData: longData, capabilities: state.current.capabilities)
        if draft.needsLimit { try draft.fit(try await maximumPacket(timeout: timeout)) }
        var execution = Execution(.statementExecute(draft.packet))
        execution.statement = statement
        execution.longData = draft.plan
        return execution
    }
}
