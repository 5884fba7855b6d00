import ArgumentParser
import MySQLWire
import ReplicaKit

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Writes a marker on the source, waits for it on every replica, says how long it took.",
        discussion: """
            Example:
              replica-cli verify --source db1 --replica db2 --replica db3 --timeout 10

            The marker is a row in the schema replicakit on the source, which is created if need be; the row is \
            deleted again. Exit status: 0 arrived everywhere, 3 not, 6 the source is itself a replica or read-only.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var pair: PairOptions

    @Option(help: ArgumentHelp("How long each replica is given.", valueName: "seconds"))
    var timeout = "30"

    func run() async throws {
        let timeout = try SettingValue.seconds(timeout, named: "--timeout")
        var resolver = try connection.resolver()
        let (source, replicas) = try pair.resolve(&resolver)
        // The error of one that cannot be written to at all, with the exit status that belongs to it.
        await (try CLISession.open(source)).close()
        do {
            let probe = ReplicationProbe(connector: MySQLServerConnector(), timeout: timeout)
            let report = VerifyReport(probe: try await probe.run(source: source, replicas: replicas))
            try Task.checkCancellation()
            try output.show(report)
            if !report.probe.hasArrived { throw CLIFailure(.unhealthy, nil) }
        } catch let refusal as Refusal {
            throw CLIFailure(refusal)
        } catch let error as OperationError {
            throw await SilentServer.judged(CLIFailure(error), on: source)
        }
    }
}
