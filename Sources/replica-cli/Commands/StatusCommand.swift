import ArgumentParser
import MySQLWire
import ReplicaKit

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Role, binary log position, both replication threads, lag and errors of each server.",
        discussion: """
            Examples:
              replica-cli status db1 db2
              replica-cli status root@127.0.0.1:3307 --vertical
              replica-cli status --format json db1 db2 | jq '.servers[].replication'

            Exit status: 0 all healthy; 3 a server did not answer, or a replica does not run on both threads without \
            an error; 5 or 4 if no server could be asked. A lag that is not known is unknown (null), never 0.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: [.customLong("vertical"), .customShort("G")], help: "Everything that is known, one value a line.")
    var isVertical = false

    @Argument(help: "The servers. Default: those of --server, else that of --host, --socket or the option files.")
    var server: [String] = []

    func run() async throws {
        var resolver = try connection.resolver()
        // Those of --server where none is named besides: nobody names a server that shall not be asked.
        let names = server.isEmpty ? resolver.definitions.map(\.name) : server
        let servers = names.isEmpty ? [try resolver.defaultServer()] : try names.map { try resolver.server($0) }
        if isVertical, output.format != .table { throw CLIFailure.usage("--vertical goes with --format table only") }
        let report = StatusReport(servers: await ServerObserver(connector: MySQLServerConnector()).observe(servers))
        try Task.checkCancellation()
        if isVertical {
            let sink = ByteSink()
            try sink.write(report.vertical(for: output.terminal))
            try sink.flush()
        } else {
            try output.show(report)
        }
        guard report.status == .done else { throw CLIFailure(report.status, nil) }
    }
}
