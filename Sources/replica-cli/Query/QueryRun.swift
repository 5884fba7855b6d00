import MySQLWire
import ReplicaKit

/// Sends the statements of a text one after the other and shows what comes back; the first error ends it.
struct QueryRun {
    let session: MySQLConnection
    let server: Server
    let timeout: Duration?

    /// - Parameter isInput: the text was read from a file or pipe, not given as an argument.
    func run(_ sql: String, isInput: Bool, writer: any ResultWriter) async throws {
        var writer = writer
        var splitter = StatementSplitter(sql, isInput: isInput)
        while let piece = splitter.next(noBackslashEscapes: session.status.contains(.noBackslashEscapes)) {
            switch piece {
            case .complaint(let text, let isFatal):
                if isFatal { try writer.fail(QueryProblem(line: splitter.startLine, message: text)) }
                StandardError.line(TerminalText.escaped(text))
                // As mysql: a delimiter line that is none is passed over.
                if isFatal { throw CLIFailure(.failed, nil) }
            case .statement(let statement):
                do { try await run(statement, writer: &writer) } catch let error as MySQLError {
                    // 1065 Query was empty: mysql says nothing of it either.
                    if error.server?.number == 1065 { continue }
                    try writer.fail(QueryProblem(line: statement.line, message: error.description, error: error))
                    throw failure(error, of: statement)
                }
            }
        }
        try writer.finish()
    }

    private func run(_ statement: StatementSplitter.Statement, writer: inout any ResultWriter) async throws {
        var next: MySQLRows? = try await session.query(sql: statement.sql, timeout: timeout)
        while let rows = next {
            try writer.begin(rows.columns)
            for try await batch in rows { try writer.write(batch) }
            try writer.end(rows.completion)
            next = try await rows.nextResult()
        }
    }

    /// Says what the server, or in its place MySQL's own client, says. Beyond that only what that leaves open.
    private func failure(_ error: MySQLError, of statement: StatementSplitter.Statement) -> CLIFailure {
        let line = QueryFailure.line(error, atLine: statement.line)
        if let line { StandardError.line(line) }
        guard error.server == nil else { return CLIFailure(.failed, nil) }
        var failure = CLIFailure(error, on: server)
        if error.fate == .maybeExecuted, StatementEffect.mayWrite(statement.sql) {
            let doubt = "the statement at line \(statement.line) may have been executed: look before you send it again"
            failure.message = [failure.message, doubt].compactMap { $0 }.joined(separator: "; ")
        }
        return failure
    }
}
