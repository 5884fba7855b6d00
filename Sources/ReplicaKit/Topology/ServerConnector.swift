public import MySQLWire

/// Opens sessions. The seam by which tests put simulated servers under every operation.
public protocol ServerConnector: Sendable {
    /// - Returns: a session without NO_BACKSLASH_ESCAPES in its `sql_mode`: so the literals of this library are written.
    func connect(to server: Server) async throws(MySQLError) -> any SQLSession
}

/// Opens real connections.
public struct MySQLServerConnector: ServerConnector {
    public init() {}

    public func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        let connection = try await MySQLConnection.connect(to: server.configuration)
        // The mode comes from the server's global one. A password with a backslash would be another one in it.
        guard connection.status.contains(.noBackslashEscapes) else { return connection }
        do {
            _ = try await connection.collect(
                sql: "SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')",
                timeout: server.configuration.connectTimeout
            )
            return connection
        } catch {
            await connection.close()
            throw error
        }
    }
}
