/// What the authentication machine knows of the connection, and how it may prove the password.
package struct AuthenticationContext: Sendable {
    /// Encrypts for the holder of a PEM public key: RSA, OAEP with SHA-1.
    package typealias Encrypt =
        @Sendable (_ plaintext: [UInt8], _ publicKey: [UInt8]) throws(RSAEncryptionError) -> [UInt8]

    package var password: Secret?
    /// Of the second and the third factor.
    package var additionalPasswords: [Secret] = []
    /// TLS or a Unix socket: nobody reads along.
    package var isSecureTransport: Bool
    /// TLS. sha256_password, unlike its successor, takes nothing else for safe; a Unix socket neither.
    package var isEncrypted: Bool
    /// The peer has proved who it is: a verified certificate, or a Unix socket. mysql_clear_password wants no less.
    package var isVerifiedPeer: Bool
    /// The address that was connected to is one of this machine's loopback.
    package var isLoopbackPeer: Bool
    /// Trusts the server without proof: it may send its RSA key over plaintext, and is told the password over TLS.
    package var getServerPublicKey: Bool
    /// The pinned RSA key of the server, as PEM text. It wins over a fetched one.
    package var serverPublicKey: String?
    /// The plugins that may be used at all.
    package var allowedPlugins: Set<AuthenticationPlugin>
    package var rsaEncrypt: Encrypt

    package init(
        password: Secret?,
        isSecureTransport: Bool,
        isEncrypted: Bool = false,
        isVerifiedPeer: Bool = false,
        isLoopbackPeer: Bool = false,
        getServerPublicKey: Bool = false,
        serverPublicKey: String? = nil,
        allowedPlugins: Set<AuthenticationPlugin> = AuthenticationPlugin.usual,
        rsaEncrypt: @escaping Encrypt = RSAPublicKey.encrypt
    ) {
        self.password = password
        self.isSecureTransport = isSecureTransport
        self.isEncrypted = isEncrypted
        self.isVerifiedPeer = isVerifiedPeer
        self.isLoopbackPeer = isLoopbackPeer
        self.getServerPublicKey = getServerPublicKey
        self.serverPublicKey = serverPublicKey
        self.allowedPlugins = allowedPlugins
        self.rsaEncrypt = rsaEncrypt
    }

    /// Lends what ``withTerminatedPassword(_:)`` lends, to be sent as it is: TLS keeps it from those who listen, not from a
    /// server that only pretends to be the right one.
    ///
    /// Encrypting it for a pinned RSA key is no way out: over TLS a server takes what comes for the password (seen on 9.7.4).
    ///
    /// - Throws: where nothing says that the peer is the right one.
    func revealedPassword(for plugin: AuthenticationPlugin) throws(MySQLError) -> [UInt8] {
        guard isVerifiedPeer || isLoopbackPeer || getServerPublicKey else {
            throw .refusedPlugin(
                "\(plugin) wants the password itself, and the server has not proved who it is (TLS without "
                    + "verification): verify its certificate (--ssl-mode=VERIFY_CA with --ssl-ca), or pin the "
                    + "certificate's fingerprint (--ssl-fp), or, where nobody can sit in between, trust it without "
                    + "proof (--get-server-public-key)"
            )
        }
        return try withTerminatedPassword { Array($0) }
    }

    /// Lends the password with its terminating NUL, and wipes the copy afterwards.
    func withTerminatedPassword<Result>(
        _ body: (inout [UInt8]) throws(MySQLError) -> Result
    ) throws(MySQLError) -> Result {
        var bytes = password?.withBytes { $0 + [0] } ?? [0]
        defer { bytes.wipe() }
        return try body(&bytes)
    }
}
