internal import NIOCore

/// What the server takes in one packet.
extension MySQLConnection {
    /// A shorter command is sent without asking: the limit is seldom set so low, and never by default.
    static let unquestionedLength = 64 << 10

    /// The session's max_allowed_packet, asked for once; it is fixed when the session begins. Nil where the server does
    /// not tell it.
    ///
    /// A payload of just that length is refused already, by MySQL 9.7 and MariaDB 10.11 and 11.8: 1153, and the end of the
    /// connection.
    func maximumPacket(timeout: Duration?) async throws(MySQLError) -> Int? {
        if let known = state.current.maximumPacket { return known }
        do throws(MySQLError) {
            let execution = Execution(.query("SELECT @@max_allowed_packet"))
            let result = try await Unobserved.run { () throws(MySQLError) in
                try await whole(execution, timeout: timeout)
            }
            let found = result.scalar.flatMap { Int($0) }
            state.update { $0.maximumPacket = found }
            return found
        } catch {
            // Of the command that it was asked for.
            var error = error
            error.fate = .notSent
            throw error
        }
    }

    /// Submits a command, unless the server would not take it.
    func submit(
        _ execution: Execution,
        mode: ResponseSink.Mode,
        _ timeout: Duration?
    ) async throws(MySQLError) -> SubmittedRequest {
        if let statement = execution.statement, statement.columnCount > 0 {
            try statement.claim(forCursor: execution.cursor != nil)
        }
        let end = end(of: timeout)
        let command = execution.command
        if command.textLength >= Self.unquestionedLength, let maximum = try await maximumPacket(timeout: timeout),
            command.length(capabilities: state.current.capabilities) >= maximum
        {
            throw MySQLError.packetTooLarge("a command of \(command.textLength) bytes", maximum: maximum)
        }
        var options = RequestOptions(hasFile: execution.file != nil, fetchedRows: execution.cursor?.rows)
        if execution.longData != nil { options.turn = channel.eventLoop.makePromise(of: Bool.self) }
        do throws(MySQLError) {
            return try submit(
                command,
                mode: mode,
                timeout: rest(of: end),
                options: options,
                of: execution.statement?.sql
            )
        } catch {
            options.turn?.succeed(false)
            throw error
        }
    }
}
