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
    /// The peer has proved who it is: a verified certificate, or a Unix socket. For mysql_clear_password.
    package var isVerifiedPeer: Bool
    /// Allows the unverified server to send its RSA key over plaintext.
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
        getServerPublicKey: Bool = false,
        serverPublicKey: String? = nil,
        allowedPlugins: Set<AuthenticationPlugin> = AuthenticationPlugin.usual,
        rsaEncrypt: @escaping Encrypt = RSAPublicKey.encrypt
    ) {
        self.password = password
        self.isSecureTransport = isSecureTransport
        self.isEncrypted = isEncrypted
        self.isVerifiedPeer = isVerifiedPeer
        self.getServerPublicKey = getServerPublicKey
        self.serverPublicKey = serverPublicKey
        self.allowedPlugins = allowedPlugins
        self.rsaEncrypt = rsaEncrypt
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
