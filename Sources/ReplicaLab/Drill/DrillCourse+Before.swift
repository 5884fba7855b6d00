internal import MySQLWire
internal import ReplicaKit

/// Steps 1 to 4: equal data, a row that arrives, a transaction that does not, and the source's death.
extension DrillCourse {
    static let table = "testdb.products"
    var lostRow: String { "never_received_\(mark)" }

    func beginWithEqualData() async throws {
        try await servers.prepare()
        try await identify()
        let fence = dialect.fenceAfterRestart
        try await on(source) { session in
            _ = try await session.collect(sql: "CREATE DATABASE IF NOT EXISTS testdb", timeout: Self.patience)
            let create = "CREATE TABLE IF NOT EXISTS \(Self.table) (text VARCHAR(40))"
            _ = try await session.collect(sql: create, timeout: Self.patience)
            let rows = "INSERT INTO \(Self.table) VALUES ('apple'), ('pear'), ('pear')"
            _ = try await session.collect(sql: rows, timeout: Self.patience)
            // A source that crashes has to come back fenced, whoever starts it: two writable servers are the worst end.
            if let fence { _ = try await session.collect(sql: fence, timeout: Self.patience) }
        }
        let persistently = dialect.fencePersistently
        try await on(replica) { _ = try await $0.collect(sql: persistently, timeout: Self.patience) }
        try await catchUp()
        let status = try await settledStatus(of: replica)
        checkRunning(status)
        // Read now: the promotion makes the replica forget it.
        if credentials == nil {
            credentials = await OperationServers.credentials(of: replica, channel: status.channel, environment())
        }
        checkIdentical(try await compareBoth())
    }

    /// Reads the version, so that every later statement is one that the server understands.
    private func identify() async throws {
        let observed = await ServerObserver(connector: connector).observe([source, replica])
        for server in observed {
            if let error = server.error { throw LabError.server(name: server.name, error) }
        }
        guard let seen = observed.first?.observation else { throw DrillFailure("\(source.name) cannot be observed") }
        dialect = seen.dialect
        version = seen.version.text
        recorder.tell(.began(servers: serverInfos(), version: seen.version.text))
    }

    func replicateARow() async throws {
        let row = "i_arrive_on_the_replica_\(mark)"
        try await insert(row, on: source)
        let took = try await arrival(of: row)
        recorder.check(
            "the row is on \(replica.name) \(took.inSeconds) s after its commit",
            try await has(row, replica)
        )
    }

    /// How long a row takes from now on to be seen on the replica.
    ///
    /// It is looked for, not waited for by SOURCE_POS_WAIT: with several applier threads that answers up to 300 ms late,
    /// at the next checkpoint of the applier (`replica_checkpoint_period`; seen on 9.7.4).
    private func arrival(of row: String) async throws -> Duration {
        let start = ContinuousClock.now
        let sql = "SELECT COUNT(*) FROM \(Self.table) WHERE text = \(SQLText.literal(row))"
        let session = try await plainConnector.connect(to: replica)
        do {
            while try await session.collect(sql: sql, timeout: Self.patience).scalar == "0" {
                if ContinuousClock.now - start > Self.patience { break }
                try await Task.sleep(for: .milliseconds(1))
            }
        } catch {
            await session.close()
            throw error
        }
        let took = ContinuousClock.now - start
        await session.close()
        return took
    }

    func loseATransaction() async throws {
        // From here on the data differs, and what was compared before says nothing any more.
        dataIdentical = nil
        let stop = dialect.stopReplica(.receiver)
        recorder.note("the network between the two is cut: the receiver stops, and what commits now stays here")
        do {
            try await on(replica) { _ = try await $0.collect(sql: stop, timeout: Self.patience) }
            try await insert(lostRow, on: source)
            recorder.check("the row is not on \(replica.name)", try await has(lostRow, replica) == false)
            let how = try await servers.stopSource()
            recorder.note("\(source.name) is dead: \(how)")
        } catch {
            // Servers that stay must not stay cut off.
            try? await mendTheNetwork()
            throw error
        }
        // From here on the receiver tries to connect, as it does after a real failure.
        try await mendTheNetwork()
    }

    /// Starts the receiver, also where the drill was cancelled: a task of its own is not.
    private func mendTheNetwork() async throws {
        let (start, replica, connector) = (dialect.startReplica(.receiver), replica, ownConnector)
        let task = Task { @Sendable in
            let session = try await connector.connect(to: replica)
            _ = try await session.collect(sql: start, timeout: Self.patience)
            await session.close()
        }
        try await task.value
    }

    func noticeTheLoss() async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        var status = try await replicaStatus(of: replica)
        // Until the applier's next checkpoint (300 ms) the server still counts from the last transaction, and shows a
        // number (seen on 9.7.4).
        while status.receiverError == nil || status.hasAppliedAllReceived != true, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
            status = try await replicaStatus(of: replica)
        }
        let receiver = status.receiver?.description ?? "unknown"
        recorder.check("IO \(receiver)", status.receiver == .connecting || status.receiver == .no)
        recorder.check("SQL \(status.applier?.description ?? "unknown")", status.applier == .yes)
        recorder.check(
            "behind its source: \(status.secondsBehindSource.map { "\($0) s" } ?? "unknown")",
            status.secondsBehindSource == nil
        )
        if let error = status.receiverError {
            recorder.note("the receiver says: error \(error.number), \(error.message)")
        }
    }

    func insert(_ text: String, on server: Server) async throws {
        let sql = "INSERT INTO \(Self.table) VALUES (\(SQLText.literal(text)))"
        try await on(server) { _ = try await $0.collect(sql: sql, timeout: Self.patience) }
    }

    func has(_ text: String, _ server: Server) async throws -> Bool {
        let sql = "SELECT COUNT(*) FROM \(Self.table) WHERE text = \(SQLText.literal(text))"
        return try await on(server) { try await $0.collect(sql: sql, timeout: Self.patience).scalar } != "0"
    }

    static let patience = Duration.seconds(20)
}
