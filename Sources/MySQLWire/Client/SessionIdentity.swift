/// Which session of which server this is.
struct SessionIdentity: Sendable, Hashable {
    /// As KILL wants it.
    var connectionID: UInt64
    /// MySQL's `server_uuid`; MariaDB has none, so its host, port and `server_id`.
    var server: String
}

extension MySQLConnection {
    func identity(timeout: Duration? = nil) async throws(MySQLError) -> SessionIdentity {
        let server =
            serverVersion.namesMariaDB ? "CONCAT_WS('/', @@hostname, @@port, @@server_id)" : "@@server_uuid"
        let row = try await collect(sql: "SELECT CONNECTION_ID(), \(server)", timeout: timeout).firstRow
        guard let row else {
            throw MySQLError(.protocolViolation, phase: .command, message: "a SELECT without FROM gave no row")
        }
        let (connectionID, name) = try row.decode((UInt64, String).self)
        return SessionIdentity(connectionID: connectionID, server: name)
    }

    /// Behind a proxy the greeting's id is the proxy's own, and the session may be another one with each statement: then
    /// nobody knows what to kill.
    func learnIdentity(timeout: Duration) async throws(MySQLError) {
        let identity = try await identity(timeout: timeout)
        if identity.connectionID == UInt64(connectionID) { state.update { $0.identity = identity } }
    }
}
