import ArgumentParser
import MySQLWire
import ReplicaKit

/// The account by which a replica logs in to its source.
struct ReplicationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The replication account. Default: what the servers use already.",
            discussion: "Its password is taken from --replication-password-file, REPLICATION_PASSWORD, or asked for.",
            valueName: "user"
        )
    )
    var replicationUser: String?

    @Option(help: ArgumentHelp("A file whose first line is the replication account's password.", valueName: "path"))
    var replicationPasswordFile: String?

    /// - Returns: nil where the servers' own account is to be used.
    func credentials(environment: [String: String] = Environment.current) throws -> ReplicationCredentials? {
        let file = try replicationPasswordFile.map { path throws(CLIFailure) in
            try PasswordFile.read(path, option: "--replication-password-file")
        }
        let password = file ?? environment["REPLICATION_PASSWORD"].map { Secret($0) }
        guard let replicationUser else {
            if file != nil { throw CLIFailure.usage("--replication-password-file needs --replication-user") }
            return nil
        }
        return ReplicationCredentials(
            username: replicationUser,
            password: try password
                ?? PasswordPrompt.ask(
                    "Password of the replication account \(replicationUser): ",
                    instead: "--replication-password-file or REPLICATION_PASSWORD"
                )
        )
    }
}
