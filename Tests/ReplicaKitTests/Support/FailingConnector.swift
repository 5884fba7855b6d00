import MySQLWire
import ReplicaKit
import Synchronization

/// Lets exactly one statement fail: the one of that number, counted over all sessions.
final class FailingConnector: ServerConnector {
    enum Mode: CaseIterable {
        /// The server refuses it.
        case refused
        /// The connection breaks before it arrives.
        case lostBefore
        /// It is executed, and the connection breaks before its answer arrives.
        case lostAfter
    }

    private let cluster: SimulatedCluster
    private let mode: Mode
    private let state: Mutex<(seen: Int, number: Int, failed: String?)>

    init(cluster: SimulatedCluster, number: Int, mode: Mode) {
        self.cluster = cluster
        self.mode = mode
        state = Mutex((0, number, nil))
    }

    /// The statement that failed; nil where there were fewer.
    var failed: String? { state.withLock { $0.failed } }

    func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        try cluster.connect(server)
        return Session(connector: self, inner: SimulatedSession(cluster: cluster, name: server.name))
    }

    private func isTurn(_ sql: String) -> Bool {
        state.withLock { state in
            state.seen += 1
            guard state.seen == state.number else { return false }
            state.failed = sql
            return true
        }
    }

    private struct Session: SQLSession {
        let connector: FailingConnector
        let inner: SimulatedSession

        func collect(_ sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
            guard connector.isTurn("\(inner.name)> \(sql)") else {
                return try await inner.collect(sql, timeout: timeout)
            }
            switch connector.mode {
            case .refused:
                throw MySQLError(
                    .server,
                    phase: .command,
                    fate: .rejected,
                    message: "refused",
                    server: .init(number: 1105, sqlState: nil, message: "injected")
                )
            case .lostAfter: _ = try await inner.collect(sql, timeout: timeout)
            case .lostBefore: break
            }
            throw MySQLError(.connectionClosed, phase: .command, fate: .maybeExecuted, message: "injected")
        }

        func query(_ sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
            try await inner.query(sql, timeout: timeout)
        }

        func close() async {}
    }
}
