import ArgumentParser
import MySQLWire
import ReplicaKit

struct RejoinCommand: AsyncParsableCommand, DecidesItsEnd {
    static let configuration = CommandConfiguration(
        commandName: "rejoin",
        abstract: "Brings an old source back as a replica of the new one, and proves that the data are equal.",
        discussion: """
            Examples:
              replica-cli rejoin db1 --to db2
              replica-cli rejoin db1 --to db2 --lost discard --yes

            Starts from where the two parted, never from the current position. Transactions that only the old source \
            has are shown and refused (6), unless --lost says what becomes of them: discard undoes them there, keep \
            applies them to the new source.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var safety: SafetyOptions
    @OptionGroup var replication: ReplicationOptions

    @Argument(help: "The old source.")
    var old: String

    @Option(help: ArgumentHelp("The new source.", valueName: "server"))
    var to: String

    @Option(help: "What becomes of transactions that only the old source has: refuse, discard or keep.")
    var lost = LostChoice.refuse

    @Flag(help: "With --lost discard: compare and repair everything, without knowing where the two parted.")
    var withoutAnchor = false

    func run() async throws {
        if withoutAnchor, lost != .discard { throw CLIFailure.usage("--without-anchor needs --lost discard") }
        var resolver = try connection.resolver()
        let (old, new) = (try resolver.server(old), try resolver.server(to))
        guard old.configuration.endpoint != new.configuration.endpoint else {
            throw CLIFailure.usage("\(new.name) is named twice; a server cannot follow itself")
        }
        let operation = RejoinOperation(
            old: await PeerAddress.completedIfTold(old, resolver),
            new: try await PeerAddress.completed(new, resolver),
            credentials: try replication.credentials(),
            lost: lost.policy,
            withoutAnchor: withoutAnchor
        )
        try await OperationFlow(operation: operation, required: [old, new], safety: safety, output: output).run()
    }
}

/// `--lost` as it is written.
enum LostChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    case refuse, discard, keep

    var policy: LostPolicy {
        switch self {
        case .refuse: .refuse
        case .discard: .discard
        case .keep: .keep
        }
    }
}
