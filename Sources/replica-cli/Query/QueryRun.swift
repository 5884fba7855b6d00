import MySQLWire
import ReplicaKit

/// Sends the statements of a text one after the other and shows what comes back; the first error ends it.
struct QueryRun {
    let session: MySQLConnection
    let server: Server
    let timeout: Duration?

    func run(_ sql: String, writer: any ResultWriter) async throws {
        var writer = writer
        var splitter = StatementSplitter(sql)
        while let piece = splitter.next(noBackslashEscapes: session.status.contains(.noBackslashEscapes)) {
            switch piece {
            case .complaint(let text, let isFatal):
                StandardError.line(TerminalText.escaped(text))
                // As mysql: a delimiter line that is none is passed over.
                if isFatal { throw CLIFailure(.failed, nil) }
            case .statement(let statement):
                do { try await run(statement, writer: &writer) } catch let error as MySQLError {
                    try writer.flush()
                    try report(error, atLine: statement.line)
                }
            }
        }
        try writer.finish()
    }

    private func run(_ statement: StatementSplitter.Statement, writer: inout any ResultWriter) async throws {
        var next: MySQLRows? = try await session.query(statement.sql, timeout: timeout)
        while let rows = next {
            try writer.begin(rows.columns)
            for try await batch in rows { try writer.write(batch) }
            try writer.end(rows.completion)
            next = try await rows.nextResult()
        }
    }

    private func report(_ error: MySQLError, atLine line: Int) throws {
        // 1065 Query was empty: mysql says nothing of it either.
        if error.server?.number == 1065 { return }
        guard let text = QueryFailure.line(error, atLine: line) else { throw CLIFailure(error, on: server) }
        StandardError.line(text)
        throw CLIFailure(.failed, nil)
    }
}
