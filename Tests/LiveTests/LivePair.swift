import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

/// A source and a replica for tests that leave the topology as it is: started at the first use, shared by all.
///
/// A test works in a database of its own name and drops it. A test that kills, promotes or repoints a server makes
/// its own with ``LivePair/fresh()``.
struct LivePair: Sendable {
    let lab: Lab
    let source: LabServer
    let replica: LabServer

    /// What a replica logs in with.
    var credentials: ReplicationCredentials {
        let accounts = lab.accounts
        return ReplicationCredentials(username: accounts.replicationUser, password: accounts.replicationPassword)
    }

    private static let sharedTask = Task { try await fresh() }

    /// The shared pair; replication runs.
    static func shared() async throws -> LivePair { try await sharedTask.value }

    /// A new pair, replication running; `lab.stopAll()` ends it earlier than the process does.
    ///
    /// - Parameter settings: further lines of both option files.
    static func fresh(settings: [String: String] = [:]) async throws -> LivePair {
        let lab = try await LiveServers.openLab()
        async let source = lab.startServer("source", serverID: 1, settings: settings)
        async let replica = lab.startServer("replica", serverID: 2, settings: settings)
        let pair = try await LivePair(lab: lab, source: source, replica: replica)
        try await LabReplication.start(from: pair.source, to: pair.replica)
        return pair
    }
}
