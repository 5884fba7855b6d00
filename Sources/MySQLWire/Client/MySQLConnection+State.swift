/// What is known of the connection and of the server at its other end.
extension MySQLConnection {
    /// As the greeting tells it, for instance `9.7.4-2`.
    public var serverVersion: String { state.current.greeting?.serverVersion ?? "" }

    /// The thread id of the greeting, as KILL wants it; behind a proxy it may be another.
    public var connectionID: UInt32 { state.current.greeting?.connectionID ?? 0 }

    /// The flags of the latest OK or EOF packet.
    public var status: ServerStatus { state.current.status }

    /// For instance `TLSv1.3`; nil without TLS.
    public var tlsVersion: String? { state.current.tlsVersion }

    /// The server has proved who it is: by the CA that signed its certificate or by a pin, as the configuration demands,
    /// or, with TLS of `preferred` or `required`, by the login itself: MariaDB (11.8; 10.11 does not) ends it with a digest
    /// of its certificate and the account's password, unless that is empty. A unix socket needs no proof.
    ///
    /// False says that this is not known. A digest that belongs to another certificate fails the connect
    /// (``MySQLError/Code/tlsFailed``): somebody sits in between.
    public var isServerVerified: Bool { state.current.isServerVerified }

    /// How packets are compressed, as agreed on with the server at the login.
    public var compression: MySQLConfiguration.Compression.Algorithm {
        state.current.compression.map { .init($0) } ?? .uncompressed
    }

    /// Why the connection is closed; nil while it is open.
    public var closeReason: MySQLError? { state.closeReason }

    /// The number of the latest error by which the server said that it takes no writes.
    var readOnlyRefusal: UInt16? { state.current.readOnlyRefusal }

    /// How the login went.
    package var authenticationPath: AuthenticationMachine.Path? { state.current.authenticationPath }
}
