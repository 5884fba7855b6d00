import ArgumentParser

@main
struct ReplicaCLI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replica-cli",
        abstract: "Status, failover and fail-back for MySQL replication, without a green light over different data.",
        discussion: """
            A server is written host[:port], user@host:port, /path/of.sock, mysql://user@host:port/database, or is a \
            name given by --server. Options of MySQL's own client have the same names here; ~/.my.cnf is read, groups \
            [client] and [replica-cli]. Flags win over option files and the login path, these over MYSQL_HOST, \
            MYSQL_TCP_PORT, MYSQL_UNIX_PORT and MYSQL_PWD.

            Exit status: 0 done, 1 failed, 2 declined, 3 unhealthy or different, 4 authentication, 5 unreachable, \
            6 refused and nothing changed, 7 executed but incomplete, 64 usage, 130 interrupted.
            """,
        version: Version.text,
        subcommands: [
            StatusCommand.self, VerifyCommand.self, CompareCommand.self, PromoteCommand.self, SwitchoverCommand.self,
            RejoinCommand.self,
            DrillCommand.self,
            QueryCommand.self, RecordCommand.self,
        ],
        helpNames: .long
    )

    static func main() async {
        guard let arguments = Arguments.all() else {
            StandardError.line("replica-cli: an argument is not UTF-8 text; give such SQL as a literal, x'…'")
            CLIStatus.usage.exit()
        }
        Arguments.hidePasswords()
        await CommandRunner.run(arguments)
    }
}
