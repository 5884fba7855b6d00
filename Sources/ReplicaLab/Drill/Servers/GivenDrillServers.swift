internal import MySQLWire
package import ReplicaKit
internal import Synchronization

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
    /// Whether the source was stopped here and not started again.
    private let isDown = Flag()

    private final class Flag: Sendable {
        private let value = Mutex(false)
        var isSet: Bool { value.withLock { $0 } }
        func set(_ new: Bool) { value.withLock { $0 = new } }
    }

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

    /// Looks whether a drill can go all its way on these two. Changes nothing.
    ///
    /// - Throws: ``LabError/server(name:_:)`` where one of them cannot be connected to, ``LabError/refused(_:)`` where
    ///   they are not a source that takes writes and its running replica.
    package func requireReady(journal: Journal?) async throws(LabError) {
        let observed = await ServerObserver(connector: connector).observe([source, replica])
        for server in observed {
            if let error = server.error { throw .server(name: server.name, error) }
        }
        // What stands in the way of a planned switchover stands in the way of the whole drill, which ends with one.
        let switchover = SwitchoverOperation(candidate: replica, others: [source], credentials: credentials)
        let environment = OperationEnvironment(connector: connector, journal: journal)
        switch await switchover.prepare(in: environment).decision {
        case .refused(let refusal): throw .refused(refusal)
        case .nothingToDo(let why):
            throw .refused(
                Refusal(
                    .swappedRoles,
                    server: replica.name,
                    "the two are swapped: \(why)",
                    instead:
                        "--source \(replica.name) --replica \(source.name), with commands that stop and start that one"
                )
            )
        case .run(let plan) where plan.isResumption:
            throw .refused(
                Refusal(
                    .changedMeanwhile,
                    server: replica.name,
                    "an interrupted switchover to \(replica.name) has not come to its end",
                    instead: "`switchover --to \(replica.name)` goes on with it; a drill needs two servers at rest"
                )
            )
        case .run: break
        }
        guard observed[0].observation?.isWritable == true else {
            throw .refused(
                Refusal(
                    .notWritable,
                    server: source.name,
                    "\(source.name) takes no writes, although \(replica.name) follows it",
                    instead: "if it is the source, open it first: SET GLOBAL read_only = OFF"
                )
            )
        }
    }

    package func prepare() async throws(LabError) {}

    package func stopSource() async throws(LabError) -> String {
        // Also where it fails: what it has done until then is not known.
        isDown.set(true)
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
                isDown.set(false)
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

    package func bringBack() async -> String? {
        guard isDown.isSet else { return nil }
        // A task of its own: the drill's may be the one that was cancelled.
        return await Task.detached { () -> String? in
            // A stop command that failed may have stopped nothing.
            if await isReachable() { return nil }
            do {
                return "\(source.name) was stopped by the drill, and is started again: \(try await startSource())"
            } catch {
                return "\(source.name) was stopped by the drill and IS DOWN (\(error)); "
                    + "start it with '\(startCommand.text)'"
            }
        }.value
    }

    package func finish(keep: Bool) async {}
}
