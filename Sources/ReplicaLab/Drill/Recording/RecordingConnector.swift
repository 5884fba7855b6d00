package import MySQLWire
package import ReplicaKit

/// Opens sessions whose every statement is reported: the drill shows what was sent, not what should have been.
package struct RecordingConnector: ServerConnector {
    let base: any ServerConnector
    /// Gets each statement when its answer has come.
    let report: @Sendable (DrillStatement, Duration) -> Void

    package func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        RecordingSession(base: try await base.connect(to: server), server: server.name, report: report)
    }
}

/// A session that reports what goes through it.
struct RecordingSession: SQLSession {
    let base: any SQLSession
    let server: String
    let report: @Sendable (DrillStatement, Duration) -> Void

    func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
        let start = ContinuousClock.now
        do {
            let result = try await base.collect(sql: sql, timeout: timeout)
            tell(sql, AnswerText.describe(result), since: start)
            return result
        } catch {
            tell(sql, error, since: start)
            throw error
        }
    }

    func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
        let start = ContinuousClock.now
        do {
            let rows = try await base.query(sql: sql, timeout: timeout)
            tell(sql, "rows", since: start)
            return rows
        } catch {
            tell(sql, error, since: start)
            throw error
        }
    }

    func close() async { await base.close() }

    private func tell(_ sql: String, _ error: MySQLError, since start: ContinuousClock.Instant) {
        let holdsSecret = SQLRedaction.redact(sql) != sql
        tell(sql, AnswerText.describe(holdsSecret ? error.withoutServerText : error), since: start)
    }

    private func tell(_ sql: String, _ answer: String, since start: ContinuousClock.Instant) {
        let shown = SQLRedaction.redact(sql)
        let statement = DrillStatement(server: server, sql: shown, answer: answer)
        report(statement, ContinuousClock.now - start)
    }
}
