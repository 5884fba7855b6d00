internal import NIOCore

/// The password, encrypted for the server's RSA key: what caching_sha2_password and sha256_password share where the
/// transport is not safe.
struct RSAPasswordExchange: Sendable {
    /// What to send now.
    enum Opening: Equatable {
        /// The password, encrypted for the pinned key: nothing more to say.
        case encrypted([UInt8])
        /// The request for the server's key; ``answer(to:context:)`` takes what comes.
        case keyRequest([UInt8])
    }

    let plugin: AuthenticationPlugin
    /// The 20 bytes, of a switch where there was one.
    let nonce: [UInt8]
    /// What asks for the key.
    let keyRequest: UInt8

    /// - Throws: where there is neither a pinned key nor leave to fetch one; nothing of the password was sent then.
    func open(context: AuthenticationContext) throws(MySQLError) -> Opening {
        if let pinned = context.serverPublicKey {
            return .encrypted(try encrypt(Array(pinned.utf8), isPinned: true, context: context))
        }
        guard context.getServerPublicKey else {
            throw MySQLError(
                .authenticationRefused,
                phase: .authentication,
                message: "\(plugin) wants the password itself, and this connection is not encrypted: use "
                    + "TLS and verify the server's certificate (--ssl-mode=VERIFY_CA with --ssl-ca, or --ssl-fp), or name "
                    + "its RSA key (--server-public-key-path), or, where nobody can sit in between, allow the key to be "
                    + "fetched (--get-server-public-key)"
            )
        }
        return .keyRequest([keyRequest])
    }

    /// - Parameter key: what the server sent as its key.
    func answer(to key: ByteBuffer, context: AuthenticationContext) throws(MySQLError) -> [UInt8] {
        guard key.readableBytes <= RSAPublicKey.maximumPEMLength else {
            throw MySQLError(
                .limitExceeded,
                phase: .authentication,
                message: "the server's RSA public key is \(key.readableBytes) bytes long; "
                    + "at most \(RSAPublicKey.maximumPEMLength) are accepted"
            )
        }
        return try encrypt(Array(key.readableBytesView), isPinned: false, context: context)
    }

    /// The password and its NUL, XORed with the nonce over and over, encrypted for the key.
    private func encrypt(
        _ pem: [UInt8],
        isPinned: Bool,
        context: AuthenticationContext
    ) throws(MySQLError) -> [UInt8] {
        try context.withTerminatedPassword { (bytes) throws(MySQLError) in
            for index in bytes.indices { bytes[index] ^= nonce[index % nonce.count] }
            do throws(RSAEncryptionError) {
                return try context.rsaEncrypt(bytes, pem)
            } catch {
                throw MySQLError(
                    isPinned ? .invalidArgument : .authenticationRefused,
                    phase: .authentication,
                    message: "the \(isPinned ? "given" : "server's") RSA public key cannot be used: \(error.reason)"
                )
            }
        }
    }
}
