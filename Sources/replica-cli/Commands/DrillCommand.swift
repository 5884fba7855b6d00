import ArgumentParser
import Glibc
import MySQLWire
import ReplicaKit
import ReplicaLab

struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "The whole failover lab: twelve steps on two real servers, and the proof that the data are equal.",
        discussion: """
            Examples:
              replica-cli drill
              replica-cli drill --lost keep --format json
              replica-cli drill --source 127.0.0.1:3307 --replica 127.0.0.1:3308 \
            --stop-command 'docker kill mysql-source' --start-command 'docker start mysql-source'

            Without --source it starts its own servers and stops them again in every case; --keep leaves them. Exit \
            status 0 only if all steps passed and the data is identical.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var safety: SafetyOptions
    @OptionGroup var replication: ReplicationOptions

    @Option(help: "What becomes of the lost transaction: discard or keep.")
    var lost = LostChoice.discard

    @Flag(help: "Leave the servers that the drill started running, and say how to connect.")
    var keep = false

    @Flag(name: [.long, .customShort("v")], help: "Show every statement.")
    var verbose = false

    @Option(help: "Use this source instead of starting one; it will be stopped and started again.")
    var source: String?

    @Option(help: "Its replica.")
    var replica: String?

    @Option(help: ArgumentHelp("Stops the source, as suddenly as it can.", valueName: "shell command"))
    var stopCommand: String?

    @Option(help: ArgumentHelp("Starts the source again.", valueName: "shell command"))
    var startCommand: String?

    func run() async throws {
        let policy = try lostPolicy()
        let target = try await target()
        let isForPeople = output.format == .table
        let live = LiveOutput(descriptor: isForPeople ? STDOUT_FILENO : STDERR_FILENO)
        if safety.isDryRun { return try output.show(DrillPlan()) }
        if source != nil, !safety.isAgreed {
            live.write(DrillPlan().table(for: isForPeople ? output.terminal : .plain))
            try Confirmation.require(
                "The source will be stopped and started again, and both servers written to. Go on?"
            )
        }
        let presenter = DrillPresenter(
            text: StepText(terminal: isForPeople ? output.terminal : .plain),
            isVerbose: verbose,
            isBrief: !isForPeople
        )
        // Servers that go with the drill need no memory of what was done to them.
        let journal = source == nil ? nil : Journal(directory: Journal.defaultDirectory)
        let drill = Drill(target: target, lost: policy, journal: journal) { live.write(presenter.text(for: $0)) }
        let report: DrillReport
        do { report = try await drill.run() } catch { throw CLIFailure(error) }
        // To the end, also after Ctrl-C: which steps were reached is worth knowing.
        LiveOutput().write(DrillResult(report: report).rendered(as: output.format, for: output.terminal))
        if !report.isGreen { throw CLIFailure(.failed, nil) }
    }

    private func lostPolicy() throws(CLIFailure) -> Drill.LostPolicy {
        switch lost {
        case .discard: return .discard
        case .keep: return .keep
        case .refuse: throw .usage("the drill has to decide about the lost transaction: --lost discard or keep")
        }
    }

    private func target() async throws -> Drill.Target {
        let given = [source, replica, stopCommand, startCommand]
        if given.allSatisfy({ $0 == nil }) { return .own(keep: keep) }
        guard let source, let replica, let stopCommand, let startCommand else {
            throw CLIFailure.usage(
                "on servers of yours the drill needs all of --source, --replica, --stop-command and --start-command"
            )
        }
        if keep { throw CLIFailure.usage("--keep is for servers that the drill starts; yours stay in any case") }
        var resolver = try connection.resolver()
        let servers = (try resolver.server(source), try resolver.server(replica))
        guard servers.0.configuration.endpoint != servers.1.configuration.endpoint else {
            throw CLIFailure.usage("\(replica) is named twice; a server is not its own replica")
        }
        return .given(
            GivenDrillServers(
                source: try await PeerAddress.completed(servers.0, resolver),
                replica: try await PeerAddress.completed(servers.1, resolver),
                credentials: try replication.credentials(),
                stopCommand: stopCommand,
                startCommand: startCommand
            )
        )
    }
}
