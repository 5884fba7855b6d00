internal import MySQLWire

/// Which statement, variable and function this server understands (version map of the manuals: MySQL 8.0.22, 8.0.23,
/// 8.0.26, 8.2 and 8.4 each changed some; MariaDB went its own way).
///
/// Always the newest spelling that the version knows: the older ones are deprecated first and syntax errors later.
public struct Dialect: Sendable, Hashable {
    public let version: ServerVersion

    public init(_ version: ServerVersion) {
        self.version = version
    }

    private var isMySQL: Bool { version.flavor == .mySQL }

    /// START/STOP/RESET/SHOW REPLICA: MySQL 8.0.22, MariaDB 10.5.1.
    public var saysReplica: Bool {
        version.isAtLeast(.mySQL, 8, 0, 22) || version.isAtLeast(.mariaDB, 10, 5, 1)
    }
    /// CHANGE REPLICATION SOURCE TO SOURCE_…: MySQL 8.0.23; never on MariaDB.
    public var saysReplicationSource: Bool { version.isAtLeast(.mySQL, 8, 0, 23) }
    /// `super_read_only`: MySQL 5.7.8. MariaDB has only `read_only`, which privileged users pass.
    public var hasSuperReadOnly: Bool { version.isAtLeast(.mySQL, 5, 7, 8) }
    /// `offline_mode`: MySQL 5.7.5.
    public var hasOfflineMode: Bool { version.isAtLeast(.mySQL, 5, 7, 5) }
    /// SET PERSIST and SET PERSIST_ONLY: MySQL 8.0.11.
    public var hasPersist: Bool { version.isAtLeast(.mySQL, 8, 0, 11) }
    /// `server_uuid`: MySQL 5.6; MariaDB servers have none.
    public var hasServerUUID: Bool { version.isAtLeast(.mySQL, 5, 6) }
    /// caching_sha2_password needs TLS or the source's RSA key: MySQL 8.0.4.
    public var hasGetSourcePublicKey: Bool { version.isAtLeast(.mySQL, 8, 0, 4) }
    /// Channels: MySQL 5.7.6. (MariaDB's named connections are written differently and not supported here.)
    public var hasChannels: Bool { version.isAtLeast(.mySQL, 5, 7, 6) }

    private var replica: String { saysReplica ? "REPLICA" : "SLAVE" }

    // MARK: Reading

    public var showReplicaStatus: String {
        isMySQL || saysReplica ? "SHOW \(replica) STATUS" : "SHOW ALL SLAVES STATUS"
    }

    public var showBinaryLogStatus: String {
        if version.isAtLeast(.mySQL, 8, 2, 0) { return "SHOW BINARY LOG STATUS" }
        return version.isAtLeast(.mariaDB, 10, 5, 2) ? "SHOW BINLOG STATUS" : "SHOW MASTER STATUS"
    }

    public var showBinaryLogs: String { "SHOW BINARY LOGS" }

    public var showReplicas: String {
        if version.isAtLeast(.mySQL, 8, 0, 22) { return "SHOW REPLICAS" }
        return version.isAtLeast(.mariaDB, 10, 5, 1) ? "SHOW REPLICA HOSTS" : "SHOW SLAVE HOSTS"
    }

    /// A SELECT of one number: events waited for, 0 where the position was reached already, -1 after the timeout, NULL
    /// where the applier is not running or the arguments are wrong (all four seen on 9.7.4).
    ///
    /// Without its name a named channel is error 3079. Where `position` is nil (a plan, before it is known) the text holds
    /// `<file>` and `<position>`.
    public func waitForPosition(_ position: BinaryLogCoordinates?, seconds: Int, channel: String = "") -> String {
        let function = version.isAtLeast(.mySQL, 8, 0, 26) ? "SOURCE_POS_WAIT" : "MASTER_POS_WAIT"
        let tail = channel.isEmpty || !hasChannels ? "" : ", \(quoted(channel))"
        let place = position.map { "\(quoted($0.file)), \($0.position)" } ?? "<file>, <position>"
        return "SELECT \(function)(\(place), \(seconds)\(tail))"
    }

    // MARK: Replication threads

    public func startReplica(_ thread: ReplicationThread? = nil, channel: String = "") -> String {
        "START \(replica)\(thread.map { " \($0.rawValue)" } ?? "")\(forChannel(channel))"
    }

    public func stopReplica(_ thread: ReplicationThread? = nil, channel: String = "") -> String {
        "STOP \(replica)\(thread.map { " \($0.rawValue)" } ?? "")\(forChannel(channel))"
    }

    /// Starts the threads that ran when the channel was looked at; nil where none did.
    public func startAgain(_ before: ReplicaStatus) -> String? {
        switch (before.receiver != .no, before.applier != .no) {
        case (true, true): startReplica(channel: before.channel)
        case (true, false): startReplica(.receiver, channel: before.channel)
        case (false, true): startReplica(.applier, channel: before.channel)
        case (false, false): nil
        }
    }

    public func resetReplicaAll(channel: String = "") -> String {
        "RESET \(replica) ALL\(forChannel(channel))"
    }

    // MARK: Variables

    /// The name this server gives to a variable of the replica side, for instance `log_replica_updates`.
    public func variable(_ name: String) -> String {
        guard !version.isAtLeast(.mySQL, 8, 0, 26) else { return name }
        return name.replacing("log_replica_updates", with: "log_slave_updates")
            .replacing("skip_replica_start", with: "skip_slave_start")
            .replacing("replica_", with: "slave_")
    }

    /// Milliseconds between two checkpoints of an applier with several threads. Only at these does the position move
    /// that SHOW REPLICA STATUS shows and SOURCE_POS_WAIT waits for: at the default of 300, an idle replica answers 0.3 s
    /// after it has applied everything; at 1, after 2 ms (both seen on 9.7.4). Nil where there is no such variable.
    public var checkpointPeriod: String? {
        version.isAtLeast(.mySQL, 5, 6) ? variable("replica_checkpoint_period") : nil
    }

    /// What makes the server refuse writes at once, until its next start. `super_read_only` switches `read_only` on as well.
    public var fence: String { hasSuperReadOnly ? "SET GLOBAL super_read_only = ON" : "SET GLOBAL read_only = ON" }

    /// The same, kept over restarts where the server can keep it.
    public var fencePersistently: String { hasPersist ? "SET PERSIST super_read_only = ON" : fence }

    /// Leaves the running value alone, and comes back fenced after a restart; nil where the server cannot.
    public var fenceAfterRestart: String? { hasPersist ? "SET PERSIST_ONLY super_read_only = ON" : nil }

    /// Takes ``fencePersistently`` back as far as it is kept over restarts, to what was persisted when the server was
    /// observed; nil where nothing is to be taken back, and where that could not be read: fenced is the safe side.
    public func unpersistFence(_ before: ServerObservation) -> String? {
        guard hasPersist, let persisted = before.persistedVariables else { return nil }
        switch persisted["super_read_only"] {
        case "ON": return nil
        case nil: return "RESET PERSIST IF EXISTS super_read_only"
        default: return "SET PERSIST_ONLY super_read_only = OFF"
        }
    }

    /// Lets privileged sessions write (ours), and keeps the others out: `read_only` stays on.
    public var allowPrivilegedWrites: String {
        hasSuperReadOnly ? "SET GLOBAL super_read_only = OFF" : "SET GLOBAL read_only = ON"
    }

    /// Opens the server for writes; `super_read_only` goes off with it.
    public var open: String { "SET GLOBAL read_only = OFF" }

    func quoted(_ text: String) -> String {
        SQLText.literal(text)
    }

    private func forChannel(_ channel: String) -> String {
        channel.isEmpty || !hasChannels ? "" : " FOR CHANNEL \(quoted(channel))"
    }
}
