public import MySQLWire

/// One replication channel as the replica sees it: one row of SHOW REPLICA STATUS.
///
/// What the server does not say is nil, never zero.
public struct ReplicaStatus: Sendable, Hashable, Codable {
    /// Empty for the default channel.
    public var channel = ""
    public var sourceHost: String?
    public var sourcePort: UInt16?
    public var sourceUser: String?
    /// The source that the receiver last spoke with; nil where it never did.
    public var sourceUUID: String?
    public var sourceServerID: UInt32?

    /// The thread that fetches events (IO thread).
    public var receiver: ThreadState?
    /// The thread that applies them (SQL thread).
    public var applier: ThreadState?
    public var receiverText: String?
    public var applierText: String?

    /// How far the receiver got, in the source's binary log.
    public var read: BinaryLogCoordinates?
    /// How far the applier got, in the source's binary log.
    public var executed: BinaryLogCoordinates?
    public var relayLog: BinaryLogCoordinates?
    public var relayLogSpace: UInt64?

    /// As the server says it: nil while it cannot know (receiver not running). 0 is no proof of having everything:
    /// the receiver may lag, or its connection may be dead and not yet timed out.
    public var secondsBehindSource: UInt64?
    public var receiverError: ReplicationError?
    public var applierError: ReplicationError?
    /// Seconds that the applier holds transactions back on purpose.
    public var configuredDelay: UInt64?

    public var connectRetry: UInt64?
    public var retryCount: UInt64?
    public var usesTLS = false
    public var getsSourcePublicKey: Bool?
    public var autoPosition: Bool?
    public var retrievedGTIDSet: String?
    public var executedGTIDSet: String?

    /// Every column that is not read into one of the above, by the server's own name.
    public var otherColumns: [String: String?] = [:]

    public init() {}

    /// Where the source is, in the replica's own words.
    public var sourceAddress: HostAndPort? {
        guard let sourceHost, let sourcePort, !sourceHost.isEmpty else { return nil }
        return HostAndPort(host: sourceHost, port: sourcePort)
    }

    /// Whether everything received was applied; nil where the positions are not known.
    public var hasAppliedAllReceived: Bool? {
        guard let read, let executed else { return nil }
        return read == executed
    }

    /// Both threads run, and neither has an error.
    public var isRunning: Bool {
        receiver == .yes && applier == .yes && receiverError == nil && applierError == nil
    }
}

extension ReplicaStatus {
    /// One value for each channel; empty on a server that is no replica.
    public static func all(_ result: MySQLResult) -> [ReplicaStatus] {
        result.rows.map { ReplicaStatus($0) }
    }

    /// Reads a row by its columns' names, in the vocabulary of any version: `Replica_IO_Running` or `Slave_IO_Running`.
    public init(_ row: MySQLRow) {
        var reader = ColumnReader(row)
        channel = reader.text("Channel_Name", "Connection_name") ?? ""
        sourceHost = reader.text("Source_Host", "Master_Host")
        sourcePort = reader.integer("Source_Port", "Master_Port")
        sourceUser = reader.text("Source_User", "Master_User")
        sourceUUID = reader.text("Source_UUID", "Master_UUID").flatMap { $0.isEmpty ? nil : $0 }
        sourceServerID = reader.integer("Source_Server_Id", "Master_Server_Id").flatMap { $0 == 0 ? nil : $0 }
        receiver = reader.text("Replica_IO_Running", "Slave_IO_Running").map(ThreadState.init)
        applier = reader.text("Replica_SQL_Running", "Slave_SQL_Running").map(ThreadState.init)
        receiverText = reader.text("Replica_IO_State", "Slave_IO_State")
        applierText = reader.text("Replica_SQL_Running_State", "Slave_SQL_Running_State")
        read = reader.coordinates("Source_Log_File", "Master_Log_File", "Read_Source_Log_Pos", "Read_Master_Log_Pos")
        executed = reader.coordinates(
            "Relay_Source_Log_File",
            "Relay_Master_Log_File",
            "Exec_Source_Log_Pos",
            "Exec_Master_Log_Pos"
        )
        relayLog = reader.coordinates("Relay_Log_File", nil, "Relay_Log_Pos", nil)
        relayLogSpace = reader.integer("Relay_Log_Space")
        // Until its applier's next checkpoint a replica that has lost its source goes on showing a number (seen on
        // 9.7.4, for up to 300 ms): without a receiver there is nothing it could be counted from.
        let seconds: UInt64? = reader.integer("Seconds_Behind_Source", "Seconds_Behind_Master")
        secondsBehindSource = receiver == .yes ? seconds : nil
        receiverError = reader.error("IO")
        applierError = reader.error("SQL")
        configuredDelay = reader.integer("SQL_Delay")
        connectRetry = reader.integer("Connect_Retry")
        retryCount = reader.integer("Source_Retry_Count", "Master_Retry_Count")
        usesTLS = reader.text("Source_SSL_Allowed", "Master_SSL_Allowed") == "Yes"
        getsSourcePublicKey = reader.text("Get_Source_public_key", "Get_master_public_key").map { $0 == "1" }
        autoPosition = reader.text("Auto_Position").map { $0 == "1" }
        retrievedGTIDSet = reader.text("Retrieved_Gtid_Set").map { $0.filter { !$0.isWhitespace } }
        executedGTIDSet = reader.text("Executed_Gtid_Set").map { $0.filter { !$0.isWhitespace } }
        otherColumns = reader.rest
    }
}
