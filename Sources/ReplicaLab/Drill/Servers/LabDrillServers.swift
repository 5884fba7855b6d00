internal import FoundationEssentials
package import ReplicaKit

/// Two servers of a lab of their own: named as the tutorials' containers are.
package struct LabDrillServers: DrillServers {
    private let lab: Lab
    private let first: LabServer
    private let second: LabServer
    private let client: [String]

    package var source: Server { first.server }
    package var replica: Server { second.server }
    package var credentials: ReplicationCredentials? {
        ReplicationCredentials(username: lab.accounts.replicationUser, password: lab.accounts.replicationPassword)
    }

    package var journal: Journal? { Journal(directory: lab.directory + "/journal") }

    /// Starts both, at the same time.
    package static func start(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(LabError) -> LabDrillServers {
        let lab = try await Lab.open(environment: environment)
        async let first = Self.server("mysql-source", 1, of: lab)
        async let second = Self.server("mysql-replica", 2, of: lab)
        switch await (first, second) {
        case (.success(let first), .success(let second)):
            let client = ClientProgram.command(beside: lab.program, environment: environment)
            return LabDrillServers(lab: lab, first: first, second: second, client: client)
        case (.failure(let error), _), (_, .failure(let error)):
            await lab.stopAll()
            throw error
        }
    }

    // `async let` forgets which error was thrown; a result keeps it.
    private static func server(_ name: String, _ id: UInt32, of lab: Lab) async -> Result<LabServer, LabError> {
        do throws(LabError) { return .success(try await lab.startServer(name, serverID: id)) } catch {
            return .failure(error)
        }
    }

    package func prepare() async throws(LabError) {
        try await LabReplication.start(from: first, to: second)
    }

    package func stopSource() async throws(LabError) -> String {
        let process = first.processID.map { " \($0)" } ?? ""
        try await first.kill()
        return "kill -KILL\(process)"
    }

    package func startSource() async throws(LabError) -> String {
        try await first.start()
        return "started mysqld again, process \(first.processID.map(String.init) ?? "unknown")"
    }

    package func connectCommand(for server: Server) -> String? {
        ShellText.words(client + ["--defaults-file=\(match(server).clientOptionFile)"])
    }

    package func stopCommand(for server: Server) -> String? {
        match(server).processID.map { "kill \($0)" }
    }

    package func directory(of server: Server) -> String? { match(server).directory }

    private func match(_ server: Server) -> LabServer { server.name == first.name ? first : second }

    package func finish(keep: Bool) async {
        if keep { lab.keepRunning() } else { await lab.stopAll() }
    }
}
