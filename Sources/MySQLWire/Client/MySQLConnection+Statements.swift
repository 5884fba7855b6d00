internal import NIOCore
internal import Synchronization

extension MySQLConnection {
    /// COM_STMT_PREPARE: has a statement parsed once, to run it often. Queries with values do this by themselves.
    ///
    /// - Parameters:
    ///   - sql: a statement of the program's own, with a `?` for each value.
    ///   - timeout: without it, the configuration's `queryTimeout`.
    public func prepare(_ sql: String, timeout: Duration? = nil) async throws(MySQLError) -> MySQLStatement {
        let request = try submit(
            .statementPrepare(sql),
            mode: .whole(limit: configuration.maximumResult),
            timeout: timeout
        )
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
    public func query(
        _ statement: MySQLStatement,
        _ values: [any MySQLEncodable] = [],
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLRows {
        try await stream(try execution(of: statement, values.map(\.mysqlValue)), of: statement.sql, timeout: timeout)
    }

    /// Runs a prepared statement and keeps its whole result in memory, see ``collect(_:timeout:)-(MySQLQuery,_)``.
    public func collect(
        _ statement: MySQLStatement,
        _ values: [any MySQLEncodable] = [],
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLResult {
        try await whole(try execution(of: statement, values.map(\.mysqlValue)), of: statement.sql, timeout: timeout)
    }

    /// Runs a statement and streams its rows, in batches that are bounded in bytes. Returns when the columns (or the end
    /// of a statement without rows) have arrived.
    ///
    /// With values it is prepared first, and kept for the next time (``MySQLConfiguration/statementCacheSize``).
    public func query(_ query: MySQLQuery, timeout: Duration? = nil) async throws(MySQLError) -> MySQLRows {
        guard !query.values.isEmpty else { return try await stream(.query(query.sql), timeout: timeout) }
        let end = (timeout ?? configuration.queryTimeout).map { ContinuousClock.now.advanced(by: $0) }
        // The statement is held until the answer has begun: only then may the cache's letting go of it close it.
        let statement = try await cached(query.sql, timeout: timeout)
        defer { withExtendedLifetime(statement) {} }
        return try await forgettingStale(statement) { () throws(MySQLError) in
            try await stream(try execution(of: statement, query.values), of: query.sql, timeout: rest(of: end))
        }
    }

    /// Runs a statement and keeps its whole result in memory. Of several results (CALL) the first is returned, the others
    /// are read and dropped.
    public func collect(_ query: MySQLQuery, timeout: Duration? = nil) async throws(MySQLError) -> MySQLResult {
        guard !query.values.isEmpty else { return try await whole(.query(query.sql), timeout: timeout) }
        let end = (timeout ?? configuration.queryTimeout).map { ContinuousClock.now.advanced(by: $0) }
        let statement = try await cached(query.sql, timeout: timeout)
        defer { withExtendedLifetime(statement) {} }
        return try await forgettingStale(statement) { () throws(MySQLError) in
            try await whole(try execution(of: statement, query.values), of: query.sql, timeout: rest(of: end))
        }
    }

    private func rest(of end: ContinuousClock.Instant?) -> Duration? {
        end.map { ContinuousClock.now.duration(to: $0) }
    }

    private func cached(_ sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLStatement {
        // Of another task, a reset may have ended it a moment ago.
        if let statement = statements.withLock({ $0.statement(for: sql) }), isOwn(statement) { return statement }
        let statement: MySQLStatement
        do {
            statement = try await prepare(sql, timeout: timeout)
        } catch {
            // 1461, max_prepared_stmt_count: what this connection keeps is given back; nothing was executed yet.
            guard error.server?.number == 1461, statements.withLock({ !$0.isEmpty }) else { throw error }
            statements.withLock { $0.removeAll() }
            statement = try await prepare(sql, timeout: timeout)
        }
        statements.withLock { $0.insert(statement) }
        return statement
    }

    /// A statement that the server does not know any more is not kept. It is not tried again by itself either.
    private func forgettingStale<Value>(
        _ statement: MySQLStatement,
        _ body: () async throws(MySQLError) -> Value
    ) async throws(MySQLError) -> Value {
        do {
            return try await body()
        } catch {
            // 1243: unknown statement; 1615: it has to be prepared again.
            if let number = error.server?.number, number == 1243 || number == 1615 {
                statements.withLock { $0.remove(statement.sql) }
            }
            throw error
        }
    }

    private func execution(of statement: MySQLStatement, _ values: [MySQLValue]) throws(MySQLError) -> Command {
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
        return .statementExecute(StatementExecute(statementID: statement.id, parameters: values))
    }
}
