internal import MySQLWire

/// Writes a marker on a source and waits until each replica has applied it: replication proven from end to end, where
/// running threads and a lag of 0 prove little.
///
/// The marker is a row of `replicakit.marker`, which comparisons of user data leave out; it is deleted at the end.
public struct ReplicationProbe: Sendable {
    public var connector: any ServerConnector
    /// How long each replica is given.
    public var timeout: Duration
    public var statementTimeout: Duration

    public init(
        connector: any ServerConnector,
        timeout: Duration = .seconds(30),
        statementTimeout: Duration = .seconds(10)
    ) {
        self.connector = connector
        self.timeout = timeout
        self.statementTimeout = statementTimeout
    }

    /// - Throws: ``Refusal`` where a marker written on `source` would do harm or cannot be written: it is itself a
    ///   replica, it is fenced, it has no binary log. ``OperationError`` where writing it failed.
    public func run(source: Server, replicas: [Server]) async throws -> ProbeReport {
        let seen = await ServerObserver(connector: connector).observe([source] + replicas)
        try check(seen[0])
        let marker = OperationID.make()
        let session: any SQLSession
        do { session = try await connector.connect(to: source) } catch {
            throw OperationError(.server, server: source.name, "cannot be connected to", underlying: error)
        }
        do {
            let seconds = try await write(marker, session, source)
            let committed = ContinuousClock.now
            let arrivals = await withTaskGroup(of: (Int, ProbeReport.Arrival).self) { group in
                for (index, replica) in seen.dropFirst().enumerated() {
                    group.addTask { (index, await wait(for: marker, on: replica, source: seen[0], since: committed)) }
                }
                var found: [(Int, ProbeReport.Arrival)] = []
                for await one in group { found.append(one) }
                return found.sorted { $0.0 < $1.0 }.map(\.1)
            }
            // A marker that stays behind does no harm.
            _ = try? await session.collect(
                sql: "DELETE FROM replicakit.marker WHERE id = \(SQLText.literal(marker))",
                timeout: statementTimeout
            )
            await session.close()
            return ProbeReport(source: source.name, marker: marker, writeSeconds: seconds, arrivals: arrivals)
        } catch {
            await session.close()
            throw error
        }
    }

    private func check(_ source: ObservedServer) throws {
        guard let seen = source.observation else {
            throw OperationError(.server, server: source.name, "cannot be observed", underlying: source.error)
        }
        if let channel = seen.replicaChannels?.first {
            let upstream = channel.sourceAddress.map { "\($0)" } ?? "another server"
            throw Refusal(
                .swappedRoles,
                server: source.name,
                "\(source.name) is itself a replica (of \(upstream)): a marker written there would exist nowhere else",
                instead: "name its source as the source"
            )
        }
        if seen.isWritable == false {
            throw Refusal(
                .notWritable,
                server: source.name,
                "\(source.name) does not take writes (read_only, super_read_only or offline_mode is on)",
                instead: "name the server that does"
            )
        }
        if seen.binaryLogEnabled == false {
            throw Refusal(
                .noBinaryLog,
                server: source.name,
                "\(source.name) writes no binary log, so nothing of it can reach a replica",
                instead: "start it with log_bin"
            )
        }
    }

    private func write(_ marker: String, _ session: any SQLSession, _ source: Server) async throws -> Double {
        let statements = [
            "CREATE DATABASE IF NOT EXISTS replicakit",
            """
            CREATE TABLE IF NOT EXISTS replicakit.marker (id CHAR(32) NOT NULL PRIMARY KEY, \
            written_at DATETIME(6) NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
            """,
            "INSERT INTO replicakit.marker (id, written_at) VALUES (\(SQLText.literal(marker)), UTC_TIMESTAMP(6))",
        ]
        var began = ContinuousClock.now
        for statement in statements {
            began = .now
            do { _ = try await session.collect(sql: statement, timeout: statementTimeout) } catch {
                throw OperationError(.server, server: source.name, "the marker cannot be written", underlying: error)
            }
        }
        return (ContinuousClock.now - began) / .seconds(1)
    }

    private func wait(
        for marker: String,
        on replica: ObservedServer,
        source: ObservedServer,
        since committed: ContinuousClock.Instant
    ) async -> ProbeReport.Arrival {
        if let problem = obstacle(on: replica, source: source) { return .init(replica: replica.name, problem: problem) }
        do {
            let session = try await connector.connect(to: replica.server)
            let seconds = await poll(marker, session, since: committed)
            await session.close()
            guard let seconds else { return .init(replica: replica.name, problem: await whyNot(replica.server)) }
            return .init(replica: replica.name, seconds: seconds)
        } catch {
            return .init(replica: replica.name, problem: "\(error)")
        }
    }

    /// What makes waiting pointless.
    private func obstacle(on replica: ObservedServer, source: ObservedServer) -> String? {
        guard let seen = replica.observation else {
            return replica.error.map { "\($0)" } ?? "cannot be observed"
        }
        if seen.isReplica == false { return "is no replica" }
        let findings = PairDiagnosis(source: source, replica: replica).findings
        return findings.first { Self.stops.contains($0.code) }?.message
    }

    private static let stops: Set<Finding.Code> = [
        .receiverGaveUp, .receiverStopped, .applierStopped, .applierError,
    ]

    /// - Returns: nil where the deadline passed first.
    private func poll(_ marker: String, _ session: any SQLSession, since committed: ContinuousClock.Instant) async
        -> Double?
    {
        let sql = "SELECT 1 FROM replicakit.marker WHERE id = \(SQLText.literal(marker))"
        var pause = Duration.milliseconds(1)
        while !Task.isCancelled {
            // Until the first marker ever arrives there is no such table: 1049 and 1146 mean not yet.
            let found = (try? await session.collect(sql: sql, timeout: statementTimeout).rowCount) ?? 0
            let elapsed = ContinuousClock.now - committed
            if found > 0 { return elapsed / .seconds(1) }
            if elapsed >= timeout { return nil }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
        return nil
    }

    private func whyNot(_ replica: Server) async -> String {
        let late = "did not arrive within \(timeout / .seconds(1)) s"
        guard let channels = await ServerObserver(connector: connector).observe(replica).observation?.replicaChannels
        else { return late }
        let states = channels.map { channel in
            let lag = channel.secondsBehindSource.map { "\($0)" } ?? "unknown"
            return
                "IO \(channel.receiver?.rawValue ?? "unknown"), SQL \(channel.applier?.rawValue ?? "unknown"), lag \(lag)"
        }
        return
            "\(late) (\(states.joined(separator: "; "))); is it a replica of this source, and is replicakit filtered?"
    }
}
