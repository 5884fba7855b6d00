import MySQLWire
import ReplicaKit
import Synchronization

@testable import ReplicaLab

/// Servers that cannot be prepared.
final class UnusableServers: DrillServers {
    /// What each call of `finish` was told.
    let finished = Mutex<[Bool]>([])

    var source: Server { server("source") }
    var replica: Server { server("replica") }
    var credentials: ReplicationCredentials? { nil }

    func prepare() async throws(LabError) { throw .wrongState(server: "source", "no") }
    func stopSource() async throws(LabError) -> String { "" }
    func startSource() async throws(LabError) -> String { "" }
    func connectCommand(for server: Server) -> String? { nil }
    func finish(keep: Bool) async { finished.withLock { $0.append(keep) } }

    private func server(_ name: String) -> Server {
        let configuration = MySQLConfiguration(endpoint: .tcp(host: "127.0.0.1", port: 1), username: "root")
        return Server(name: name, configuration: configuration, advertised: HostAndPort(host: "127.0.0.1", port: 1))
    }
}

/// Keeps the events of a drill.
final class EventLog: Sendable {
    private let events = Mutex<[DrillEvent]>([])

    func add(_ event: DrillEvent) { events.withLock { $0.append(event) } }

    var all: [DrillEvent] { events.withLock { $0 } }

    var failures: [String] {
        all.compactMap { if case .stepEnded(_, let failure?) = $0 { failure } else { nil } }
    }
}
