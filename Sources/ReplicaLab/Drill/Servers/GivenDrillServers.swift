internal import MySQLWire
package import ReplicaKit

/// Two servers that exist already and replicate. What they hold besides stays as it is.
package struct GivenDrillServers: DrillServers {
    package let source: Server
    package let replica: Server
    package let credentials: ReplicationCredentials?
    private let stopCommand: ShellCommand
    private let startCommand: ShellCommand
    private let connector: any ServerConnector
    /// How long the source may take to be gone after its stop command, and to be back after its start command.
    private let patience: Duration

    /// - Parameters:
    ///   - stopCommand: stops the source, for instance `docker kill mysql-source`; run by /bin/sh.
    ///   - startCommand: starts it again.
    package init(
        source: Server,
        replica: Server,
        credentials: ReplicationCredentials?,
        stopCommand: String,
        startCommand: String,
        connector: any ServerConnector = MySQLServerConnector(),
        patience: Duration = .seconds(60)
    ) {
        self.source = source
        self.replica = replica
        self.credentials = credentials
        self.stopCommand = ShellCommand(text: stopCommand, timeout: patience)
        self.startCommand = ShellCommand(text: startCommand, timeout: patience)
        self.connector = connector
        self.patience = patience
    }

    package func prepare() async throws(LabError) {}

    package func stopSource() async throws(LabError) -> String {
        try await stopCommand.run()
        let deadline = ContinuousClock.now + patience
        while await isReachable() {
            guard ContinuousClock.now < deadline else {
                throw .didNotStop(server: source.name, reason: "it still takes connections after '\(stopCommand.text)'")
            }
            try await pause()
        }
        return stopCommand.text
    }

    package func startSource() async throws(LabError) -> String {
        try await startCommand.run()
        let deadline = ContinuousClock.now + patience
        while true {
            do throws(MySQLError) {
                let session = try await connector.connect(to: source)
                await session.close()
                return startCommand.text
            } catch {
                guard ContinuousClock.now < deadline else {
                    throw .didNotStart(server: source.name, reason: "after '\(startCommand.text)': \(error)", log: "")
                }
            }
            try await pause()
        }
    }

    // A server that answers with an error lives.
    private func isReachable() async -> Bool {
        do throws(MySQLError) {
            let session = try await connector.connect(to: source)
            await session.close()
            return true
        } catch {
            return error.server != nil
        }
    }

    private func pause() async throws(LabError) {
        do { try await Task.sleep(for: .milliseconds(100)) } catch { throw .cancelled }
    }

    package func connectCommand(for server: Server) -> String? { nil }

    package func finish(keep: Bool) async {}
}
