extension WireError {
    /// As the one who connects is to read it: a stranger's greeting says less of a packet than of whom one has met.
    func description(in phase: MySQLError.Phase) -> String {
        phase == .greeting ? "this does not look like a MySQL server (\(description))" : description
    }
}

extension MySQLError.Phase {
    /// When a connection came to its end.
    var ofAnEnd: String {
        switch self {
        case .greeting: "before it sent a greeting"
        case .tls: "during the TLS handshake"
        case .authentication: "during the login"
        case .command, .rows: "in the middle of an answer"
        default: "while idle"
        }
    }
}
