public import MySQLWire

/// Whether there is an account by which the future replica can log in to the future source.
public enum CredentialsCheck: Sendable {
    /// None was given, and none could be read from a server.
    case missing
    /// The future source was logged in to with it.
    case accepted(username: String)
    case rejected(username: String, MySQLError)

    func require(for source: String) throws(Refusal) {
        switch self {
        case .accepted: return
        case .missing:
            throw Refusal(
                .noCredentials,
                server: source,
                "no replication account is known that could log in to \(source)",
                instead:
                    "name one: --replication-user USER, with its password in REPLICATION_PASSWORD or --replication-password-file"
            )
        case .rejected(let username, let error):
            throw Refusal(
                .credentialsRejected,
                server: source,
                "\(source) does not accept the replication account \(username): \(error)",
                instead:
                    "create it there (CREATE USER, GRANT REPLICATION SLAVE), or name another with --replication-user"
            )
        }
    }
}
