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
            from standard input. The server may be left out where --host, --socket, an option file or a login path names it.
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
        let arguments = arguments.map(Arguments.plain)
        let hasServer = namesServer(arguments)
        let rest = hasServer ? arguments.dropFirst() : arguments[...]
        guard rest.count < 2 else {
            throw CLIFailure.usage("'\(rest.last ?? "")' is too much: write query SERVER 'SQL', with the SQL in quotes")
        }
        let timeout = try timeout.map { text throws(CLIFailure) in
            try SettingValue.seconds(text, named: "--timeout")
        }
        var server = hasServer ? try resolver.server(arguments[0]) : try resolver.defaultServer()
        server.configuration.maximumPayload = Self.largestRow
        // What a `delimiter` line lets through goes to the server as one text, as in MySQL's own client.
        server.configuration.allowsSeveralStatements = true
        let isInput = rest.first.map { $0 == "-" } ?? true
        let sql = isInput ? try StatementInput.standardInput() : rest.first ?? ""
        let session = try await CLISession.open(server)
        do {
            let run = QueryRun(session: session, server: server, timeout: timeout)
            try await run.run(sql, isInput: isInput, writer: writer())
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

    /// What a server can send at all (`max_allowed_packet`).
    private static let largestRow = 1 << 30

    /// Whether the first argument is a server. A lone argument is SQL where no server can be written so.
    private func namesServer(_ arguments: [String]) -> Bool {
        guard connection.host == nil, connection.socket == nil, let first = arguments.first else { return false }
        if arguments.count > 1 || first.hasPrefix("/") { return true }
        return first != "-" && !first.contains { $0.isWhitespace || $0 == ";" || $0 == "(" }
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
