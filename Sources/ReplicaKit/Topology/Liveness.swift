public import MySQLWire

/// What a connection attempt tells about the life of a server.
public enum Liveness: String, Sendable, Hashable, Codable {
    /// It answered, be it with a refusal.
    case alive
    /// Nothing answers at its address. One witness only: the replica's receiver is the other.
    case silent
    /// Its name cannot be resolved from here, which says nothing of the server.
    case unknownName
    /// This program failed before it could ask.
    case notAsked

    /// Reads an error of a connection attempt, by its kind and never by its text.
    ///
    /// Any ERR packet means a living server: 1040 (too many connections), 1045 (access denied), 1129 and 1130 (host
    /// blocked or not allowed), 1203, 1226 (limits), 3032 (offline mode) and the like, and even 1053 (shutting down).
    /// So does a TLS, compression or login that we refuse ourselves.
    public init(of error: MySQLError) {
        switch error.code {
        case .server: self = .alive
        case .tlsUnavailable, .compressionUnavailable, .tlsFailed, .authenticationRefused, .protocolViolation,
            .limitExceeded:
            self = .alive
        case .unreachable: self = error.phase == .resolving ? .unknownName : .silent
        case .timedOut:
            self =
                Self.afterGreeting.contains(error.phase) ? .alive : error.phase == .resolving ? .unknownName : .silent
        case .connectionClosed: self = Self.afterGreeting.contains(error.phase) ? .alive : .silent
        default: self = .notAsked
        }
    }

    // Past these the server has spoken. It may have died since, but that is for the next attempt to find out.
    private static let afterGreeting: Set<MySQLError.Phase> = [.tls, .authentication]
}
