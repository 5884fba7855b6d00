import MySQLWire
import ReplicaKit
import Synchronization

/// Lets a server die at the statement of that number, counted over all sessions, and stay dead.
final class DyingConnector: ServerConnector {
    private let cluster: SimulatedCluster
    private let isExecuted: Bool
    private let state: Mutex<(seen: Int, number: Int, died: (server: String, statement: String)?)>

    /// - Parameter isExecuted: whether the statement still takes effect before the server dies.
    init(cluster: SimulatedCluster, number: Int, isExecuted: Bool) {
        self.cluster = cluster
        self.isExecuted = isExecuted
        state = Mutex((0, number, nil))
    }

    /// Which server, and at which statement; nil where there were fewer.
    var died: (server: String, statement: String)? { state.withLock { $0.died } }

    func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        try cluster.connect(server)
        return Session(connector: self, inner: SimulatedSession(cluster: cluster, name: server.name))
    }

    private func isTurn(_ sql: String, on server: String) -> Bool {
        state.withLock { state in
            state.seen += 1
            guard state.seen == state.number else { return false }
            state.died = (server, sql)
            return true
        }
    }

    private struct Session: SQLSession {
        let connector: DyingConnector
        let inner: SimulatedSession

        func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
            if connector.isTurn(sql, on: inner.name) {
                if connector.isExecuted { _ = try? await inner.collect(sql: sql, timeout: timeout) }
                connector.cluster.change(inner.name) { $0.isAlive = false }
            }
            return try await inner.collect(sql: sql, timeout: timeout)
        }

        func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
            try await inner.query(sql: sql, timeout: timeout)
        }

        func close() async {}
    }
}
