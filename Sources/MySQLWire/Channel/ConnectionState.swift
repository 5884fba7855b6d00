internal import Synchronization

/// What the event loop knows of a connection and other threads may ask for.
final class ConnectionState: Sendable {
    struct Values: Sendable {
        var status: ServerStatus = []
        var session = MySQLSessionState()
        var capabilities: CapabilityFlags = []
        var greeting: HandshakeV10?
        var tlsVersion: String?
        var isServerVerified = false
        var compression: CompressionMethod?
        var authenticationPath: AuthenticationMachine.Path?
        /// The account or an option of the session is another one than the configuration says, also after a reset.
        var isAltered = false
        /// Counts the resets, each of which ends all prepared statements.
        var statementGeneration: UInt64 = 0
        /// Nil where it cannot be told, or nobody needs it.
        var identity: SessionIdentity?
        /// The server's max_allowed_packet; nil until somebody needed it.
        var maximumPacket: Int?
        var closeReason: MySQLError?
        var readOnlyRefusal: UInt16?
    }

    let nextRequestID = Atomic<UInt64>(1)
    private let values = Mutex(Values())

    var current: Values { values.withLock { $0 } }
    var statementGeneration: UInt64 { values.withLock { $0.statementGeneration } }
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
