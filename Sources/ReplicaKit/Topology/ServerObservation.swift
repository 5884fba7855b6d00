/// What one server said of itself at one moment. A part that could not be read is nil, and `unreadable` says why.
public struct ServerObservation: Sendable, Hashable, Codable {
    public var version: ServerVersion
    /// Nil on MariaDB, which has none.
    public var serverUUID: String?
    public var serverID: UInt32?
    public var readOnly: Bool?
    public var superReadOnly: Bool?
    public var offlineMode: Bool?
    public var gtidMode: String?
    public var binaryLogEnabled: Bool?
    public var binaryLogFormat: String?
    public var binaryLogRowImage: String?
    public var logsReplicaUpdates: Bool?
    public var eventScheduler: String?
    /// The end of its own binary log; nil where that is off or may not be read.
    public var source: SourceStatus?
    /// One for each channel; empty on a server that follows nobody, nil where it may not be read.
    public var replicaChannels: [ReplicaStatus]?
    public var connectedReplicas: [ConnectedReplica]?
    /// Variables kept by SET PERSIST, with their values; nil where they may not be read.
    public var persistedVariables: [String: String]?
    /// Which part could not be read, and the server's words for it.
    public var unreadable: [String: String] = [:]

    public init(version: ServerVersion) {
        self.version = version
    }

    public var dialect: Dialect { Dialect(version) }

    /// The only channel; nil where there is none or more than one.
    public var replica: ReplicaStatus? {
        guard let replicaChannels, replicaChannels.count == 1 else { return nil }
        return replicaChannels[0]
    }

    /// Nil where it is not known whether it follows anybody.
    public var isReplica: Bool? { replicaChannels.map { !$0.isEmpty } }

    /// Whether an ordinary account may write; nil where that is not known.
    public var isWritable: Bool? {
        guard let readOnly else { return nil }
        return !readOnly && superReadOnly != true && offlineMode != true
    }

    /// Whether nobody at all may write: what a fence means.
    public var isFenced: Bool {
        dialect.hasSuperReadOnly ? superReadOnly == true : readOnly == true
    }
}
