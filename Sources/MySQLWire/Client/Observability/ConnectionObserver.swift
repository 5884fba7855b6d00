internal import CoreMetrics
internal import NIOCore
internal import Tracing

/// Reports the commands of one connection. There is none where nobody listens.
struct ConnectionObserver: Sendable {
    let tracer: (any Tracer)?
    let metrics: (any MetricsFactory)?
    private let queryText: MySQLObservability.QueryText
    private(set) var server: ObservedServer

    init?(_ configuration: MySQLConfiguration) {
        tracer = configuration.observability.listeningTracer
        metrics = configuration.observability.listeningMetrics
        queryText = configuration.observability.queryText
        server = ObservedServer(configuration.endpoint)
        if tracer == nil, metrics == nil { return nil }
    }

    func connected(to peer: SocketAddress?, version: String) -> ConnectionObserver {
        var observer = self
        observer.server = server.connected(to: peer, version: version)
        return observer
    }

    /// Only as a span: a pool measures the time by itself.
    func connecting(namespace: String?) -> CommandObservation {
        CommandObservation(.connect, by: self, namespace: namespace, isMeasured: false)
    }

    func begin(_ command: Command, of statement: String?, namespace: String?) -> CommandObservation? {
        // It may be open for days.
        if case .stream = command { return nil }
        let operation = ObservedOperation(command, of: statement, queryText: queryText)
        return CommandObservation(operation, by: self, namespace: namespace)
    }
}
