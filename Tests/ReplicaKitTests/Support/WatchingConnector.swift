import MySQLWire
import ReplicaKit

/// Simulated servers, with a look at each statement and its deadline before it is sent, and at its answer after it.
struct WatchingConnector: ServerConnector {
    typealias Before = @Sendable (_ server: String, _ sql: String, _ timeout: Duration?) throws(MySQLError) -> Void
    typealias After = @Sendable (_ sql: String, _ answer: MySQLResult) -> MySQLResult

    let cluster: SimulatedCluster
    var before: Before = { (_, _, _) throws(MySQLError) in }
    var after: After = { $1 }

    func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        try cluster.connect(server)
        return Session(connector: self, inner: SimulatedSession(cluster: cluster, name: server.name))
    }

    private struct Session: SQLSession {
        let connector: WatchingConnector
        let inner: SimulatedSession

        func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
            try connector.before(inner.name, sql, timeout)
            return connector.after(sql, try await inner.collect(sql: sql, timeout: timeout))
        }

        func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
            try await inner.query(sql: sql, timeout: timeout)
        }

        func close() async {}
    }
}
