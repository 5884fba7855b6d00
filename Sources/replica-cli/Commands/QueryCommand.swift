import ArgumentParser
import MySQLWire
import ReplicaKit

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Runs SQL and prints the result; --format tsv as mysql --batch --quick does.",
        discussion: """
            Examples:
              replica-cli query 127.0.0.1:3306 'SELECT 1'
              replica-cli query root@db1 --format tsv < statements.sql
              replica-cli query --socket /run/mysqld/mysqld.sock 'SHOW DATABASES'

            Several statements are divided at ; as MySQL's own client does. Without SQL, or with -, they are read \
            from standard input. The server may be left out where --host or --socket names it.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("The server, and the SQL or -.", valueName: "server sql"))
    var arguments: [String] = []

    @Option(help: ArgumentHelp("A deadline for each statement.", valueName: "seconds"))
    var timeout: String?

    func run() async throws {
        var resolver = try connection.resolver()
        let hasServer = connection.host == nil && connection.socket == nil && !arguments.isEmpty
        let rest = hasServer ? arguments.dropFirst() : arguments[...]
        guard rest.count < 2 else {
            throw CLIFailure.usage("'\(rest.last ?? "")' is too much: write query SERVER 'SQL', with the SQL in quotes")
        }
        let timeout = try timeout.map { text throws(CLIFailure) in
            try SettingValue.seconds(text, named: "--timeout")
        }
        let server = hasServer ? try resolver.server(arguments[0]) : try resolver.defaultServer()
        let sql: String
        if let text = rest.first, text != "-" { sql = text } else { sql = try StatementInput.standardInput() }
        let session = try await CLISession.open(server)
        do {
            try await QueryRun(session: session, server: server, timeout: timeout).run(sql, writer: writer())
        } catch {
            await session.close()
            let failure = error as? CLIFailure
            if Task.isCancelled || failure?.isTimeout == true {
                await AbandonedStatement.end(session.connectionID, on: server)
            }
            if let failure, !Task.isCancelled { throw await SilentServer.judged(failure, on: server) }
            throw error
        }
        await session.close()
    }

    private func writer() -> any ResultWriter {
        let sink = ByteSink(endsAtInterrupt: true)
        return switch output.format {
        case .tsv: TSVResultWriter(sink: sink)
        case .table: TableResultWriter(sink: sink, terminal: output.terminal)
        case .json: JSONResultWriter(sink: sink)
        }
    }
}
