public import MySQLWire

/// Looks at servers: concurrently, each within its own deadline, changing nothing.
public struct ServerObserver: Sendable {
    private let connector: any ServerConnector
    /// The deadline of each statement; the connection has its own (``MySQLConfiguration/connectTimeout``).
    public var statementTimeout: Duration

    public init(connector: any ServerConnector, statementTimeout: Duration = .seconds(5)) {
        self.connector = connector
        self.statementTimeout = statementTimeout
    }

    /// Observes all of them at once; the answer has the order of the question.
    public func observe(_ servers: [Server]) async -> [ObservedServer] {
        await withTaskGroup(of: (Int, ObservedServer).self) { group in
            for (index, server) in servers.enumerated() {
                group.addTask { (index, await observe(server)) }
            }
            var observed: [(Int, ObservedServer)] = []
            for await one in group { observed.append(one) }
            return observed.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Observes one server over a connection of its own.
    public func observe(_ server: Server) async -> ObservedServer {
        let clock = ContinuousClock()
        let start = clock.now
        let result: Result<ServerObservation, MySQLError>
        do {
            let session = try await connector.connect(to: server)
            do {
                result = .success(try await observe(session))
            } catch {
                result = .failure(error)
            }
            await session.close()
        } catch {
            result = .failure(error)
        }
        return ObservedServer(server: server, result: result, elapsed: clock.now - start)
    }

    /// Observes the server behind an open session.
    ///
    /// - Throws: where the version cannot be read, or the connection breaks. A part that the account may not read is
    ///   left nil.
    public func observe(_ session: any SQLSession) async throws(MySQLError) -> ServerObservation {
        let text = try await session.collect(sql: "SELECT VERSION()", timeout: statementTimeout).scalar ?? ""
        guard let version = ServerVersion(text) else {
            throw MySQLError(
                .protocolViolation,
                phase: .command,
                fate: .rejected,
                message: "not a server version: \(text)"
            )
        }
        var observation = ServerObservation(version: version)
        let dialect = observation.dialect
        if let variables = try await read("variables", Self.showVariables(dialect), session, &observation) {
            Self.read(variables, into: &observation)
        }
        observation.source = try await read("source status", dialect.showBinaryLogStatus, session, &observation)
            .flatMap { SourceStatus($0) }
        observation.replicaChannels = try await read("replica status", dialect.showReplicaStatus, session, &observation)
            .map { ReplicaStatus.all($0) }
        observation.connectedReplicas = try await read("replicas", dialect.showReplicas, session, &observation)
            .map { ConnectedReplica.all($0) }
        if dialect.hasPersist {
            let sql = "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM performance_schema.persisted_variables"
            observation.persistedVariables = try await read("persisted variables", sql, session, &observation).map {
                var values: [String: String] = [:]
                for row in $0.rows {
                    if let name = row.string(at: 0) { values[name] = row.string(at: 1) }
                }
                return values
            }
        }
        return observation
    }

    /// Nil for what the server refuses to tell; other failures break the observation off.
    private func read(
        _ part: String,
        _ sql: String,
        _ session: any SQLSession,
        _ observation: inout ServerObservation
    ) async throws(MySQLError) -> MySQLResult? {
        do {
            return try await session.collect(sql: sql, timeout: statementTimeout)
        } catch {
            guard error.code == .server else { throw error }
            observation.unreadable[part] = error.description
            return nil
        }
    }

    // SHOW GLOBAL VARIABLES leaves out what a version does not have; SELECT @@name would fail as a whole.
    private static func showVariables(_ dialect: Dialect) -> String {
        let names = [
            "server_uuid", "server_id", "read_only", "super_read_only", "offline_mode", "gtid_mode", "log_bin",
            "binlog_format", "binlog_row_image", dialect.variable("log_replica_updates"), "event_scheduler",
        ]
        return "SHOW GLOBAL VARIABLES WHERE Variable_name IN ("
            + names.map { "'\($0)'" }.joined(separator: ", ") + ")"
    }

    private static func read(_ result: MySQLResult, into observation: inout ServerObservation) {
        var values: [String: String] = [:]
        for row in result.rows {
            if let name = row.string(at: 0) { values[name] = row.string(at: 1) }
        }
        func flag(_ name: String) -> Bool? { values[name].map { $0.uppercased() == "ON" || $0 == "1" } }
        observation.serverUUID = values["server_uuid"].flatMap { $0.isEmpty ? nil : $0 }
        observation.serverID = values["server_id"].flatMap { UInt32($0) }
        observation.readOnly = flag("read_only")
        observation.superReadOnly = flag("super_read_only")
        observation.offlineMode = flag("offline_mode")
        observation.gtidMode = values["gtid_mode"]
        observation.binaryLogEnabled = flag("log_bin")
        observation.binaryLogFormat = values["binlog_format"]
        observation.binaryLogRowImage = values["binlog_row_image"]
        observation.logsReplicaUpdates = flag(observation.dialect.variable("log_replica_updates"))
        observation.eventScheduler = values["event_scheduler"]
    }
}
