import ArgumentParser
import MySQLWire
import ReplicaKit

/// `--source S --replica R…` of the commands that look at a source and its replicas.
struct PairOptions: ParsableArguments {
    @Option(help: "The source.")
    var source: String

    @Option(name: .customLong("replica"), help: "A replica of it; repeatable.")
    var replicas: [String]

    func resolve(_ resolver: inout ServerResolver) throws -> (source: Server, replicas: [Server]) {
        let names = [source] + replicas
        let source = try resolver.server(source)
        let replicas = try replicas.map { try resolver.server($0) }
        let endpoints = ([source] + replicas).map(\.configuration.endpoint)
        for (index, endpoint) in endpoints.enumerated() where endpoints[..<index].contains(endpoint) {
            throw CLIFailure.usage("\(names[index]) is named twice; a server is not its own replica")
        }
        return (source, replicas)
    }
}
