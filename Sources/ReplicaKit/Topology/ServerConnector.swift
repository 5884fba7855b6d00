public import MySQLWire

/// Opens sessions. The seam by which tests put simulated servers under every operation.
public protocol ServerConnector: Sendable {
    func connect(to server: Server) async throws(MySQLError) -> any SQLSession
}

/// Opens real connections.
public struct MySQLServerConnector: ServerConnector {
    public init() {}

    public func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        try await MySQLConnection.connect(to: server.configuration)
    }
}
