/// Everything that a connection needs to know beforehand.
public struct MySQLConfiguration: Sendable {
    /// Where a server listens.
    public enum Endpoint: Sendable, Hashable, CustomStringConvertible {
        /// A name or an IP address, and a port.
        case tcp(host: String, port: UInt16 = 3306)
        /// A socket of the same machine; its path has at most 107 bytes.
        case unixSocket(path: String)

        public var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unixSocket(let path): path
            }
        }
    }

    /// Where the server listens.
    public var endpoint: Endpoint
    /// The account's name; the server finds its host part by itself.
    public var username: String
    /// Nil for an account without one.
    public var password: Secret?
    /// The default database of the session.
    public var database: String?
    /// How the connection is protected.
    public var tls: TLSConfiguration
    /// Trusts the server without proof (`--get-server-public-key`): safe only where nobody sits between.
    ///
    /// caching_sha2_password and sha256_password then ask it for the RSA key that the password is encrypted with, over
    /// plaintext; and over TLS they tell the password to a server whose certificate is not verified. Without it they
    /// tell it over TLS only to one that is verified, or whose address is one of this machine's loopback.
    public var getServerPublicKey: Bool
    /// The server's RSA public key as PEM text (`--server-public-key-path` names the file of it).
    public var serverPublicKey: String?
    /// One deadline over name resolution, TCP, TLS and login together.
    public var connectTimeout: Duration
    /// The deadline of a statement that names none itself; nil for none.
    public var queryTimeout: Duration?
    /// The largest payload (a row, most often) that is accepted, in bytes.
    public var maximumPayload: Int
    /// The most that ``MySQLConnection/collect(_:timeout:)`` keeps in memory, in bytes with what it needs to find the
    /// cells; a larger result ends in ``MySQLError/Code/limitExceeded`` and is to be streamed.
    public var maximumResult: Int
    /// Lets one text hold several statements, divided by `;`; each has its result (``MySQLRows/nextResult()``). Off, so
    /// that what was smuggled into a text cannot be a statement of its own.
    public var allowsSeveralStatements = false
    /// What happens to a statement whose caller has gone.
    public var cancellation = CancellationPolicy.close
    /// How many statements with values a connection keeps prepared; 0 for none. The server's limit is over all its
    /// connections (`max_prepared_stmt_count`, 16,382 by default).
    public var statementCacheSize = 64
    /// How what is sent and received after the login is compressed: not at all, unless this says so.
    public var compression = Compression.none
    /// The ways to prove the password that this connection may use; the server picks among them, and may change its mind
    /// once. ``AuthenticationPlugin/clearPassword`` is not among them unless it is inserted.
    public var allowedPlugins = AuthenticationPlugin.usual
    /// The passwords of an account's second and third factor, in this order: at most two. Without any, an account of
    /// several factors cannot log in.
    /// See [multifactor authentication](https://dev.mysql.com/doc/refman/8.4/en/multifactor-authentication.html).
    public var additionalPasswords: [Secret] = []
    /// Gives the password in place of ``password``, for tokens that live shortly: asked once each connect, which waits
    /// for it within ``connectTimeout``. What it throws ends the connect: a ``MySQLError`` as it is, anything else as
    /// ``MySQLError/Code/authenticationRefused`` with its description, which therefore should hold no secret.
    public var passwordProvider: (@Sendable () async throws -> Secret)?
    /// Results come without an EOF behind their column definitions (CLIENT_DEPRECATE_EOF). To be switched off for a proxy
    /// that agrees to it and sends something else; the old EOF at the end of the rows is understood anyway.
    public var deprecatesEOF = true
    /// Lets commands bring query attributes (``MySQLConnection/query(sql:attributes:timeout:)``), where the server knows
    /// them. Off, since some proxies and early 8.0 servers do not get along with them.
    public var allowsQueryAttributes = false
    /// Lets commands bring the contents of a LOCAL INFILE (``MySQLConnection/execute(sql:localInfile:timeout:)``). Even so
    /// no file of this machine is ever read because a server asks for it.
    public var allowsLocalInfile = false
    /// The session's `time_zone`, by which TIMESTAMPs are shown and `NOW()` is told: for instance `+00:00`, or
    /// `Europe/Berlin` where the server has the tables for it. It is set again after a reset. Nil leaves the server's.
    public var timeZone: String?
    /// What is told of connections and their commands, and to whom.
    public var observability = MySQLObservability()
    /// Shown in `performance_schema.session_connect_attrs`, after the library's own.
    public var connectionAttributes: [String: String]

    /// With the most common options; the others are properties. TLS is `required` unless `tls` says otherwise: it
    /// encrypts, and believes any certificate.
    public init(
        endpoint: Endpoint,
        username: String,
        password: Secret? = nil,
        database: String? = nil,
        tls: TLSConfiguration = TLSConfiguration(mode: .required),
        getServerPublicKey: Bool = false,
        serverPublicKey: String? = nil,
        connectTimeout: Duration = .seconds(10),
        queryTimeout: Duration? = nil,
        maximumPayload: Int = 64 << 20,
        maximumResult: Int = 1 << 30,
        connectionAttributes: [String: String] = [:]
    ) {
        self.endpoint = endpoint
        self.username = username
        self.password = password
        self.database = database
        self.tls = tls
        self.getServerPublicKey = getServerPublicKey
        self.serverPublicKey = serverPublicKey
        self.connectTimeout = connectTimeout
        self.queryTimeout = queryTimeout
        self.maximumPayload = maximumPayload
        self.maximumResult = maximumResult
        self.connectionAttributes = connectionAttributes
    }
}
