import Foundation
import MySQLWire
import ReplicaKit
import Synchronization

/// Opens real sessions, and falsifies what they answer.
struct LyingConnector: ServerConnector {
    /// What a lie may depend on.
    struct Question {
        var server: String
        var sql: String
        /// Whether an observation asks: it began this session with the version.
        var isObservation: Bool
    }

    /// Gets the question and the true answer; the error too is an answer.
    typealias Lie = @Sendable (Question, Result<MySQLResult, MySQLError>) -> Result<MySQLResult, MySQLError>

    /// Another text of a statement, where the rows themselves are to be others.
    var rewrite: @Sendable (Question) -> String
    var lie: Lie

    func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        Session(base: try await MySQLServerConnector().connect(to: server), server: server.name, connector: self)
    }

    private final class Session: SQLSession {
        let base: any SQLSession
        let server: String
        let connector: LyingConnector
        let isObservation = Mutex(false)

        init(base: any SQLSession, server: String, connector: LyingConnector) {
            self.base = base
            self.server = server
            self.connector = connector
        }

        private func question(_ sql: String) -> Question {
            let isObservation = isObservation.withLock {
                if sql == "SELECT VERSION()" { $0 = true }
                return $0
            }
            return Question(server: server, sql: sql, isObservation: isObservation)
        }

        func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
            let question = question(sql)
            let answer: Result<MySQLResult, MySQLError>
            do {
                answer = .success(try await base.collect(sql: connector.rewrite(question), timeout: timeout))
            } catch {
                answer = .failure(error)
            }
            return try connector.lie(question, answer).get()
        }

        func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
            try await base.query(sql: connector.rewrite(question(sql)), timeout: timeout)
        }

        func close() async { await base.close() }
    }
}

extension MySQLResult {
    /// The same with other values in its rows: by the column's name, or (for variables) by the row's first cell.
    func replacing(_ values: [String: String?]) -> MySQLResult {
        let names = columns.map(\.name)
        let rows = rows.map { row in
            names.indices.map { index -> String? in
                if index == 1, let value = values[row.string(at: 0) ?? ""] { return value }
                return values[names[index]] ?? row.string(at: index)
            }
        }
        return MySQLResult(columns: names, rows: rows)
    }
}
