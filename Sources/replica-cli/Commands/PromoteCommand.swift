import ArgumentParser
import MySQLWire
import ReplicaKit

struct PromoteCommand: AsyncParsableCommand, DecidesItsEnd {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Emergency: makes a replica the source after its source died.",
        discussion: """
            Examples:
              replica-cli promote db2 --dry-run
              replica-cli promote replica --yes --server replica=127.0.0.1:3308,advertised=mysql-replica:3306 \
            --server source=127.0.0.1:3307,advertised=mysql-source:3306

            Refused (6) while the source lives or the replica still receives from it. What was received is applied \
            first; where the two parted is recorded on the new source before it takes writes.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var safety: SafetyOptions

    @Argument(help: "The replica.")
    var replica: String

    func run() async throws {
        var resolver = try connection.resolver()
        let candidate = try resolver.server(replica)
        let others = try resolver.definedServers(except: [candidate])
        try await OperationFlow(
            operation: PromoteOperation(candidate: candidate, others: others),
            required: [candidate],
            safety: safety,
            output: output
        ).run()
    }
}
