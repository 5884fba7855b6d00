import ArgumentParser
import MySQLWire
import ReplicaKit

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Do a source and its replicas hold the same databases, definitions and rows?",
        discussion: """
            Example:
              replica-cli compare --source db1 --replica db2 --replica db3

            Both are read at one position of the source's binary log; the source's writers wait for at most a second \
            while that is set up. Nothing is written. Exit status: 0 identical, 3 different. Two servers that do not \
            replicate from each other, for instance an old and a new source, are refused (6) without --apart.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var pair: PairOptions

    @Option(help: "How many differing rows of each table are shown. Counts are exact in any case.")
    var rows = 100

    @Flag(help: "Read and compare every row, instead of hashes first.")
    var exhaustive = false

    @Option(
        help: ArgumentHelp(
            "A deadline for each statement, all the rows of a table included. Default: 3600.",
            valueName: "seconds"
        )
    )
    var timeout: String?

    @Flag(
        help: """
            Compare servers that do not replicate from each other: read at one moment, each at a position of its own.
            """
    )
    var apart = false

    func run() async throws {
        guard rows >= 0 else { throw CLIFailure.usage("--rows must not be negative") }
        let timeout = try timeout.map { text throws(CLIFailure) in
            try SettingValue.seconds(text, named: "--timeout")
        }
        var snapshot = SnapshotOptions()
        if let timeout { snapshot.statementTimeout = timeout }
        var resolver = try connection.resolver()
        let (source, replicas) = try pair.resolve(&resolver)
        let progress = Progress()
        defer { progress.clear() }
        let comparator = DataComparator(
            options: ComparisonOptions(
                rowsKept: rows,
                isExhaustive: exhaustive,
                progress: {
                    progress.update("comparing \($0.database).\($0.table) (\($0.tablesDone + 1)/\($0.tablesTotal))")
                }
            )
        )
        var report = CompareReport(comparisons: [])
        for replica in replicas {
            do {
                report.comparisons.append(try await compare(source, replica, comparator, snapshot))
            } catch let error as DataError {
                let failure = CLIFailure(error, servers: [source, replica])
                let server = error.server == replica.name ? replica : source
                throw await SilentServer.judged(failure, on: server)
            }
        }
        progress.clear()
        try output.show(report)
        // A line of TSV is a difference: what was not looked at is said beside it.
        if output.format == .tsv { report.notCompared.forEach { StandardError.line("not compared: \($0)") } }
        if !report.isIdentical { throw CLIFailure(.unhealthy, nil) }
    }

    private func compare(
        _ source: Server,
        _ replica: Server,
        _ comparator: DataComparator,
        _ options: SnapshotOptions
    ) async throws -> ComparisonReport {
        let (left, right) = try await open(source, replica, options)
        do {
            var report = try await comparator.compare(left, right)
            if apart { report.notCompared.append("what either has written since: one does not follow the other") }
            await left.close()
            await right.close()
            return report
        } catch {
            await left.close()
            await right.close()
            throw error
        }
    }

    private func open(
        _ source: Server,
        _ replica: Server,
        _ options: SnapshotOptions
    ) async throws -> (ConsistentSnapshot, ConsistentSnapshot) {
        let connector = MySQLServerConnector()
        if apart {
            return try await ConsistentSnapshot.openApart(source, replica, connector: connector, options: options)
        }
        return try await ConsistentSnapshot.openPair(
            source: source,
            replica: replica,
            connector: connector,
            options: options
        )
    }
}
