internal import Synchronization

/// What the event loop knows of a connection and other threads may ask for.
final class ConnectionState: Sendable {
    struct Values: Sendable {
        var status: ServerStatus = []
        var session = MySQLSessionState()
        var capabilities: CapabilityFlags = []
        var greeting: HandshakeV10?
        var tlsVersion: String?
        var authenticationPath: AuthenticationMachine.Path?
        var closeReason: MySQLError?
    }

    private let values = Mutex(Values())

    var current: Values { values.withLock { $0 } }
    var closeReason: MySQLError? { values.withLock { $0.closeReason } }

    func update(_ change: (inout sending Values) -> Void) {
        values.withLock { change(&$0) }
    }

    /// - Returns: whether this was the first reason; the first one counts.
    func close(_ reason: MySQLError) -> Bool {
        values.withLock {
            guard $0.closeReason == nil else { return false }
            $0.closeReason = reason
            return true
        }
    }
}
