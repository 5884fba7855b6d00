import MySQLWire
import ReplicaKit

/// Opens sessions whose errors say which server they are about.
enum CLISession {
    static func open(_ server: Server) async throws(CLIFailure) -> MySQLConnection {
        do { return try await MySQLConnection.connect(to: server.configuration) } catch {
            throw CLIFailure(error, on: server)
        }
    }
}
