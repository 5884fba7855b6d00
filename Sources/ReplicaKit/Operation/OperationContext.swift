internal import MySQLWire

/// The sessions of one operation, and everything that its steps have in common: each statement has a deadline, is told
/// to whoever watches, and is a place where a test may kill the operation.
///
/// Each session holds the lock `replicakit` of its server: two operations never work on one server, and the lock of a
/// killed program dies with its session.
actor OperationContext {
    nonisolated let environment: OperationEnvironment
    nonisolated var options: OperationOptions { environment.options }

    private var sessions: [String: Session] = [:]
    /// The ids of sessions that were given up, by server: their statements may still be running.
    private var abandoned: [String: Set<String>] = [:]
    private var deadline: ContinuousClock.Instant?
    private var statements: [StatementRecord] = []
    private var isCancelled = false
    private var isUndoing = false
    /// Past this an operation is not undone any more, but gone on with.
    private(set) var isCommitted = false
    /// The servers that could not be spoken with the last time it was tried, by name.
    private var lostServers: [String: Server] = [:]
    private var journal: JournalWriter?

    init(_ environment: OperationEnvironment) {
        self.environment = environment
    }

    // MARK: Life

    func cancel() { isCancelled = true }
    func use(_ journal: JournalWriter?) { self.journal = journal }
    func writeJournal(_ entry: JournalEntry.Kind, _ fill: @Sendable (inout JournalEntry) -> Void = { _ in }) throws {
        try journal?.add(entry, fill)
    }

    func begin(_ step: PlanStep, undoing: Bool = false) {
        isUndoing = undoing
        statements = []
        deadline = .now + .seconds(step.deadlineSeconds)
    }

    func extendDeadline(by seconds: Double) { deadline = deadline.map { $0 + .seconds(seconds) } }

    func takeStatements() -> [StatementRecord] {
        defer { statements = [] }
        return statements
    }

    /// From here on there is no way back.
    func commit() { isCommitted = true }

    func close() async {
        for session in sessions.values { await session.sql.close() }
        sessions = [:]
    }

    nonisolated func crashPoint(_ place: String) throws {
        if environment.crashesAt?(place) == true { throw OperationCrash() }
    }

    nonisolated func note(_ text: String) { environment.onEvent(.note(text)) }

    func checkCancellation() throws {
        if isCancelled, !isUndoing, !isCommitted { throw OperationError(.cancelled, "cancelled") }
    }

    /// Waits, and notices a deadline that passed.
    func pause(_ duration: Duration, waitingFor what: String, on server: Server) async throws {
        try checkCancellation()
        guard remaining > .zero else {
            throw OperationError(.timedOut, server: server.name, "not within its deadline: \(what)")
        }
        await environment.pause(duration)
    }

    /// Runs work that has sessions of its own, and cancels it where the step's deadline passes first.
    func withinDeadline<Value: Sendable>(
        on server: Server,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let remaining = remaining
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: remaining)
                return nil
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() ?? nil else {
                throw OperationError(.timedOut, server: server.name, "not within its deadline")
            }
            return value
        }
    }

    private var remaining: Duration {
        guard let deadline else { return .seconds(options.statementSeconds) }
        return ContinuousClock.now.duration(to: deadline)
    }

    // MARK: Statements

    private struct Session {
        var sql: any SQLSession
        /// As KILL wants it.
        var id: String?
    }

    func session(on server: Server) async throws -> any SQLSession {
        if let session = sessions[server.name] { return session.sql }
        let session: any SQLSession
        do {
            session = try await environment.connector.connect(to: server)
        } catch {
            lostServers[server.name] = server
            throw OperationError(.server, server: server.name, "cannot connect", underlying: error)
        }
        let id: String?
        do {
            let patience = try await killAbandoned(on: server, over: session) ? 8 : 2
            let row = try await session.collect(
                sql: "SELECT GET_LOCK('replicakit', \(patience)), CONNECTION_ID()",
                timeout: .seconds(10)
            ).firstRow
            guard row?.string(at: 0) == "1" else {
                await session.close()
                throw OperationError(.precondition, server: server.name, "another operation is at work on this server")
            }
            id = row?.string(at: 1)
            // It is idle while a long step speaks with other servers, or with this one over sessions of its own.
            let idle = "SET SESSION wait_timeout = \(options.idleSeconds)"
            _ = try await session.collect(sql: idle, timeout: .seconds(10))
        } catch let error as MySQLError {
            await session.close()
            throw OperationError(.server, server: server.name, "cannot take the lock", underlying: error)
        }
        lostServers[server.name] = nil
        sessions[server.name] = Session(sql: session, id: id)
        return session
    }

    /// Ends a session of our own that was given up, if it is still there: the server goes on with its statement, keeps
    /// the lock meanwhile, and a fence that we gave up would come into force behind our back.
    ///
    /// - Returns: whether there was one; its lock is free when it has ended.
    private func killAbandoned(on server: Server, over session: any SQLSession) async throws(MySQLError) -> Bool {
        guard let ids = abandoned[server.name] else { return false }
        // After a restart the same number may be somebody else's; but only our session holds the lock.
        let holder = try await session.collect(sql: "SELECT IS_USED_LOCK('replicakit')", timeout: .seconds(10)).scalar
        guard let holder, ids.contains(holder) else { return false }
        do {
            _ = try await session.collect(sql: "KILL \(holder)", timeout: .seconds(10))
        } catch {
            // 1094: it has ended by itself.
            guard error.server?.number == 1094 else { throw error }
        }
        return true
    }

    /// The names of the servers that are lost, each asked once more: a connection that broke is no dead server.
    func askLostServers() async -> Set<String> {
        for (name, server) in lostServers {
            guard let session = try? await environment.connector.connect(to: OperationServers.impatient(server)) else {
                continue
            }
            await session.close()
            lostServers[name] = nil
        }
        return Set(lostServers.keys)
    }

    @discardableResult
    func run(_ sql: String, on server: Server, seconds: Double? = nil) async throws -> MySQLResult {
        try await run(SQLStatement(sql), on: server, seconds: seconds)
    }

    /// Sends one statement; a broken connection is replaced at the next one.
    @discardableResult
    func run(_ statement: SQLStatement, on server: Server, seconds: Double? = nil) async throws -> MySQLResult {
        try checkCancellation()
        try crashPoint("\(server.name): \(statement.redacted)")
        do {
            return try await send(statement, to: server, seconds)
        } catch let error as OperationError where mayRepeat(error) {
            return try await send(statement, to: server, seconds)
        }
    }

    private func send(_ statement: SQLStatement, to server: Server, _ seconds: Double?) async throws -> MySQLResult {
        let session = try await session(on: server)
        let limit = min(.seconds(seconds ?? options.statementSeconds), remaining)
        guard limit > .zero else {
            throw OperationError(
                .timedOut,
                server: server.name,
                "the step's deadline passed before: \(statement.redacted)"
            )
        }
        let start = ContinuousClock.now
        do {
            let result = try await session.collect(sql: statement.text, timeout: limit)
            tell(statement, server, Self.summary(of: result), since: start)
            return result
        } catch let failure {
            let error = statement.holdsSecret ? failure.withoutServerText : failure
            tell(statement, server, "\(error)", since: start)
            if error.endsSession {
                lostServers[server.name] = server
                if let id = sessions.removeValue(forKey: server.name)?.id {
                    abandoned[server.name, default: []].insert(id)
                }
                await session.close()
            }
            throw OperationError(
                error.code == .timedOut ? .timedOut : .server,
                server: server.name,
                "failed: \(statement.redacted)",
                underlying: error
            )
        }
    }

    /// A server that ended a session because it was idle did not see the statement at all. And what an undo sends may
    /// be sent twice: nothing must stay as it is because a connection broke.
    private func mayRepeat(_ error: OperationError) -> Bool {
        guard let underlying = error.underlying else { return false }
        if underlying.server?.number == MySQLError.idleTooLong { return true }
        return isUndoing && underlying.code == .connectionClosed
    }

    private func tell(
        _ statement: SQLStatement,
        _ server: Server,
        _ result: String,
        since start: ContinuousClock.Instant
    ) {
        let seconds = start.duration(to: .now) / .seconds(1)
        let record = StatementRecord(server: server.name, sql: statement.redacted, result: result, seconds: seconds)
        statements.append(record)
        environment.onEvent(.statement(record))
    }

    private static func summary(of result: MySQLResult) -> String {
        guard !result.columns.isEmpty else {
            let rows = result.completion.affectedRows
            return rows == 0 ? "OK" : "OK, \(rows) row(s) affected"
        }
        guard result.rowCount == 1, let row = result.firstRow, row.count <= 6 else {
            return "\(result.rowCount) row(s)"
        }
        return row.strings.map { $0 ?? "NULL" }.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension MySQLError {
    /// ER_CLIENT_INTERACTION_TIMEOUT: the session was idle for longer than `wait_timeout`.
    fileprivate static let idleTooLong: UInt16 = 4031

    /// Whether the connection is of no use any more. Some servers say so in an ERR packet: 1053 (shutting down), 3169
    /// (session was killed), 4031.
    fileprivate var endsSession: Bool {
        guard code == .server, let server else { return true }
        return [1053, 3169, Self.idleTooLong].contains(server.number)
    }
}
