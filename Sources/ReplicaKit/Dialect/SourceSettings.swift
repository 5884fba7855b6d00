public import MySQLWire

/// What CHANGE REPLICATION SOURCE TO is told, for file and position.
public struct SourceSettings: Sendable {
    public var address: HostAndPort
    public var credentials: ReplicationCredentials?
    /// Where to begin in the source's binary log; nil while a plan is shown before the position is known.
    public var start: BinaryLogCoordinates?
    /// Written as SOURCE_SSL. MySQL 9.7.4 sets it by itself (seen: `Source_SSL_Allowed: Yes` after a CHANGE without it).
    public var usesTLS: Bool
    /// Written as GET_SOURCE_PUBLIC_KEY, without which caching_sha2_password over plaintext ends in error 2061.
    public var getsPublicKey: Bool
    /// Seconds between two attempts to connect.
    public var connectRetry: Int
    /// Attempts before the receiver gives up. Always written: since 8.1 the server's own default is 10, so that after ten
    /// minutes a returning source is not followed any more.
    public var retryCount: Int

    public init(
        address: HostAndPort,
        credentials: ReplicationCredentials?,
        start: BinaryLogCoordinates?,
        usesTLS: Bool = true,
        getsPublicKey: Bool = true,
        connectRetry: Int = 10,
        retryCount: Int = 86400
    ) {
        self.address = address
        self.credentials = credentials
        self.start = start
        self.usesTLS = usesTLS
        self.getsPublicKey = getsPublicKey
        self.connectRetry = connectRetry
        self.retryCount = retryCount
    }

    /// The settings of an existing channel, for another source.
    public init(
        like status: ReplicaStatus?,
        address: HostAndPort,
        credentials: ReplicationCredentials?,
        start: BinaryLogCoordinates?
    ) {
        self.init(address: address, credentials: credentials, start: start)
        guard let status else { return }
        usesTLS = status.usesTLS
        getsPublicKey = status.getsSourcePublicKey ?? true
        connectRetry = status.connectRetry.map { Int(clamping: $0) } ?? connectRetry
        // A channel made by hand has the server's 10 in it, which nobody chose.
        retryCount = max(retryCount, status.retryCount.map { Int(clamping: $0) } ?? 0)
    }
}

/// The account that a replica logs in to its source with.
public struct ReplicationCredentials: Sendable, Equatable {
    public var username: String
    public var password: Secret?

    public init(username: String, password: Secret?) {
        self.username = username
        self.password = password
    }
}
