extension MySQLError {
    /// Errors by which a server says that it takes no writes (manual: Server Error Message Reference): after a failover
    /// the old primary answers so, and a new connection may lead to the new one.
    ///
    /// - 1290 ER_OPTION_PREVENTS_STATEMENT: `read_only` or `super_read_only`. Other options (`secure_file_priv`) give the
    ///   same number, and only the text, which is not to be relied on, tells them apart.
    /// - 1792 ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: the default of the server, or a transaction begun as READ ONLY.
    /// - 1836 ER_READ_ONLY_MODE: the storage engine is read-only.
    public var meansReadOnlyServer: Bool {
        switch server?.number {
        case 1290, 1792, 1836: true
        default: false
        }
    }

    /// 1792 may be the caller's own doing; the others are of the server as a whole.
    static func isReadOnlyServer(_ number: UInt16) -> Bool { number == 1290 || number == 1836 }

    /// Of an attempt to connect: as it is configured it cannot succeed on this server, and trying again at once is of no
    /// use.
    var isLoginRefusal: Bool {
        // What came before TLS anybody can have written: it is no reason to give up.
        if let server { return server.isVerified && Self.refusals.contains(server.number) }
        switch code {
        case .authenticationRefused, .tlsUnavailable, .tlsFailed, .invalidArgument: return true
        default: return false
        }
    }

    private static let refusals: Set<UInt16> = [
        1044, 1045, 1698,  // access denied
        1049,  // no such database
        1129, 1130,  // this host is blocked, or may not connect
        1251, 1275, 1524,  // the authentication of the account cannot be had
        1820, 1862,  // the password has expired
        3118, 3955,  // the account is locked
        3159,  // the account requires a secure transport
    ]
}
