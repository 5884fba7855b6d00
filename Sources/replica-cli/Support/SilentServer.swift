import MySQLWire
import ReplicaKit

/// A deadline passed after the login: the statement takes long, or the server has fallen silent (it is stopped, or cut
/// off). A second connection tells which of the two it is.
enum SilentServer {
    /// - Returns: the failure; where the server does not answer any more, with the words and the status for that.
    static func judged(_ failure: CLIFailure, on server: Server) async -> CLIFailure {
        guard failure.isTimeout, failure.status == .failed, await !answers(server) else { return failure }
        var result = failure
        result.status = .unreachable
        result.message = (failure.message ?? server.name) + "; a second connection gets no answer either"
        return result
    }

    /// Whether it says anything within two seconds, be it with a refusal.
    private static func answers(_ server: Server) async -> Bool {
        var configuration = server.configuration
        configuration.connectTimeout = min(configuration.connectTimeout, .seconds(2))
        do {
            let session = try await MySQLConnection.connect(to: configuration)
            let isAnswered = (try? await session.ping(timeout: .seconds(2))) != nil
            await session.close()
            return isAnswered
        } catch {
            return error.server != nil
        }
    }
}
