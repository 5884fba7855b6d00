import ArgumentParser
import MySQLWire
import ReplicaKit

struct SwitchoverCommand: AsyncParsableCommand, DecidesItsEnd {
    static let configuration = CommandConfiguration(
        commandName: "switchover",
        abstract: "Planned: a replica and its source change roles, and nothing is lost.",
        discussion: """
            Example:
              replica-cli switchover --to db2 --dry-run

            The source's writers are held up until the replica has everything; how long is measured. A failure is \
            undone (1). The source is found by the address that the replica knows it by, among the servers named with \
            --server, or at that very address.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var safety: SafetyOptions
    @OptionGroup var replication: ReplicationOptions

    @Option(help: ArgumentHelp("The replica that becomes the source.", valueName: "server"))
    var to: String

    func run() async throws {
        var resolver = try connection.resolver()
        let named = try resolver.server(to)
        let defined = try resolver.definedServers(except: [named])
        let candidate = try await PeerAddress.completed(named, resolver)
        var others: [Server] = []
        for server in defined { others.append(await PeerAddress.completedIfTold(server, resolver)) }
        let operation = SwitchoverOperation(
            candidate: candidate,
            others: others,
            credentials: try replication.credentials()
        )
        try await OperationFlow(operation: operation, required: [candidate], safety: safety, output: output).run()
    }
}
