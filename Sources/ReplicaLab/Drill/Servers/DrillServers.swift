package import ReplicaKit

/// The two servers that a drill works on, and how the first source is stopped and started.
package protocol DrillServers: Sendable {
    /// The source at the beginning and at the end.
    var source: Server { get }
    var replica: Server { get }
    /// What a replica logs in with; nil where what the replica uses already has to do.
    var credentials: ReplicationCredentials? { get }
    /// Where operations are written down that go with the servers; nil where the drill's caller decides.
    var journal: Journal? { get }

    /// Makes replication run, where that is the drill's business.
    func prepare() async throws(LabError)
    /// Stops the source, as suddenly as it can.
    ///
    /// - Returns: what was done, for a person.
    func stopSource() async throws(LabError) -> String
    /// Starts it again and returns when it takes connections.
    func startSource() async throws(LabError) -> String
    /// Starts the source again where the drill stopped it and did not come to starting it.
    ///
    /// - Returns: what was done, or is left to do, for a person; nil where it was not down.
    func bringBack() async -> String?
    /// A command line that connects to a server.
    func connectCommand(for server: Server) -> String?
    /// A command line that stops a server that the drill started, and its folder.
    func stopCommand(for server: Server) -> String?
    func directory(of server: Server) -> String?
    /// The end of the drill; `keep` where the servers stay.
    func finish(keep: Bool) async
}

extension DrillServers {
    package var journal: Journal? { nil }
    /// Servers that go with the drill are not brought back.
    package func bringBack() async -> String? { nil }
    package func stopCommand(for server: Server) -> String? { nil }
    package func directory(of server: Server) -> String? { nil }
}
