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
        /// It does not come to its end in time, and goes on behind our back, with its session's lock, unless somebody
        /// ends that session.
        case hangs
    }

    private struct State {
        var seen = 0
        var number: Int
        var failed: String?
        var sessions = 0
        /// The session that hangs, and what it will do when nobody ends it.
        var hanging: (server: String, session: Int, statement: String)?
    }

    private let cluster: SimulatedCluster
    private let mode: Mode
    private let state: Mutex<State>

    init(cluster: SimulatedCluster, number: Int, mode: Mode) {
        self.cluster = cluster
        self.mode = mode
        state = Mutex(State(number: number))
    }

    /// The statement that failed; nil where there were fewer.
    var failed: String? { state.withLock { $0.failed } }

    func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        try cluster.connect(server)
        let id = state.withLock { state in
            state.sessions += 1
            return state.sessions
        }
        return Session(connector: self, id: id, inner: SimulatedSession(cluster: cluster, name: server.name))
    }

    /// What hung comes to its end after all; nothing where its session was ended.
    func letHangingEnd() {
        guard let hanging = state.withLock({ $0.hanging }) else { return }
        state.withLock { $0.hanging = nil }
        _ = try? cluster.execute(hanging.statement, on: hanging.server)
    }

    /// The lock of the operation, as far as a session that hangs has to do with it; nil for other statements.
    private func lock(_ sql: String, _ session: Session) -> MySQLResult? {
        state.withLock { state in
            let holder = state.hanging.flatMap { $0.server == session.inner.name ? $0.session : nil }
            switch sql {
            case _ where sql.hasPrefix("SELECT GET_LOCK"):
                return MySQLResult(columns: ["l", "i"], rows: [[holder == nil ? "1" : "0", String(session.id)]])
            case "SELECT IS_USED_LOCK('replicakit')":
                return MySQLResult(columns: ["l"], rows: [[holder.map { String($0) }]])
            case _ where sql.hasPrefix("KILL "):
                if let holder, sql == "KILL \(holder)" { state.hanging = nil }
                return MySQLResult(columns: [], rows: [])
            default: return nil
            }
        }
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
        let id: Int
        let inner: SimulatedSession

        func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
            guard connector.isTurn("\(inner.name)> \(sql)") else {
                if let answer = connector.lock(sql, self) { return answer }
                return try await inner.collect(sql: sql, timeout: timeout)
            }
            switch connector.mode {
            case .hangs:
                connector.state.withLock { $0.hanging = (inner.name, id, sql) }
                throw MySQLError(.timedOut, phase: .command, fate: .maybeExecuted, message: "injected")
            case .refused:
                throw MySQLError(
                    .server,
                    phase: .command,
                    fate: .rejected,
                    message: "refused",
                    server: .init(number: 1105, sqlState: nil, message: "injected")
                )
            case .lostAfter: _ = try await inner.collect(sql: sql, timeout: timeout)
            case .lostBefore: break
            }
            throw MySQLError(.connectionClosed, phase: .command, fate: .maybeExecuted, message: "injected")
        }

        func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
            try await inner.query(sql: sql, timeout: timeout)
        }

        func close() async {}
    }
}
