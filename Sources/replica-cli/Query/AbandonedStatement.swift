import MySQLWire
import ReplicaKit

/// A statement that nobody waits for any more: closing the connection alone would leave the server at work on it, in
/// some cases for hours.
enum AbandonedStatement {
    /// Ends the session it runs in, as MySQL's own client does after Ctrl-C. What cannot be done in two seconds is left.
    static func end(_ connectionID: UInt32, on server: Server) async {
        // A task of its own: the caller's may be the one that was cancelled.
        await Task.detached {
            var configuration = server.configuration
            configuration.connectTimeout = min(configuration.connectTimeout, .seconds(2))
            guard let session = try? await MySQLConnection.connect(to: configuration) else { return }
            _ = try? await session.collect(sql: "KILL CONNECTION \(connectionID)", timeout: .seconds(2))
            await session.close()
        }.value
    }
}
