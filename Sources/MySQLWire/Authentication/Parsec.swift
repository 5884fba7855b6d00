internal import COpenSSL
internal import NIOCore

/// parsec of MariaDB 11.8: a signature over both sides' nonces, with a key that PBKDF2 makes of password and salt.
///
/// The switch brings the server's nonce; it is answered with nothing. Then come `'P', factor u8, salt[18]`, bare or
/// behind the 0x01 of AuthMoreData (11.8.4), and `client nonce[32], signature[64]` go back.
struct Parsec: Sendable {
    private enum State: Sendable {
        /// The empty answer to the switch is on its way. Exit: the salt.
        case saltAwaited
        /// All is said. Exit: OK.
        case waitingForOK
    }

    static let nonceLength = 32
    private static let saltLength = 18
    private static let keyLength = 32
    private static let signatureLength = 64
    /// The only algorithm there is: PBKDF2.
    static let header = UInt8(ascii: "P")
    /// The largest work factor that is followed: 1024 << 3 rounds take some milliseconds. More would let a server keep
    /// this side busy for as long as it likes.
    private static let maximumFactor: UInt8 = 3

    private let serverNonce: [UInt8]
    private var state = State.saltAwaited
    /// What the server keeps of the password: `'P', factor u8, salt[18], public key[32]`. Nil before the salt.
    private(set) var digest: [UInt8]?

    /// - Parameter nonce: the 32 bytes of the switch.
    init(nonce: [UInt8]) {
        serverNonce = nonce
    }

    /// Whether a packet that begins with ``header`` is this exchange's.
    var awaitsSalt: Bool { if case .saltAwaited = state { true } else { false } }

    /// - Parameter data: from the 'P' on.
    mutating func moreData(
        _ data: ByteBuffer,
        context: AuthenticationContext
    ) throws(MySQLError) -> AuthenticationMachine.Step {
        guard case .saltAwaited = state else {
            throw .unexpectedInLogin("more data (0x01) after the login's last packet")
        }
        let bytes = Array(data.readableBytesView.prefix(Self.saltLength + 3))
        guard bytes.count == Self.saltLength + 2, bytes[0] == Self.header else {
            throw .unexpectedInLogin("something else than the salt of parsec")
        }
        guard bytes[1] <= Self.maximumFactor else {
            throw .refusedPlugin(
                "the server asks for parsec with a work factor of \(bytes[1]); up to \(Self.maximumFactor) is accepted"
            )
        }
        state = .waitingForOK
        let (answer, publicKey) = try Self.answer(
            context.password,
            serverNonce,
            factor: bytes[1],
            salt: Array(bytes[2...])
        )
        digest = bytes + publicKey
        return .send(answer)
    }

    private static func answer(
        _ password: Secret?,
        _ serverNonce: [UInt8],
        factor: UInt8,
        salt: [UInt8]
    ) throws(MySQLError) -> (answer: [UInt8], publicKey: [UInt8]) {
        defer { OpenSSLErrors.clear() }
        var clientNonce = [UInt8](repeating: 0, count: nonceLength)
        guard RAND_bytes(&clientNonce, Int32(nonceLength)) == 1 else { throw unavailable("random numbers") }
        var seed = [UInt8](repeating: 0, count: keyLength)
        defer { seed.wipe() }
        let isDerived = (password ?? Secret("")).withBytes { password in
            password.withUnsafeBytes { bytes in
                PKCS5_PBKDF2_HMAC(
                    bytes.bindMemory(to: CChar.self).baseAddress,
                    Int32(clamping: bytes.count),
                    salt,
                    Int32(clamping: salt.count),
                    1024 << Int32(factor),
                    EVP_sha512(),
                    Int32(keyLength),
                    &seed
                ) == 1
            }
        }
        guard isDerived else { throw unavailable("PBKDF2 with SHA-512") }
        let (signature, publicKey) = try sign(serverNonce + clientNonce, seed: seed)
        return (clientNonce + signature, publicKey)
    }

    private static func sign(
        _ message: [UInt8],
        seed: [UInt8]
    ) throws(MySQLError) -> (signature: [UInt8], publicKey: [UInt8]) {
        guard let key = EVP_PKEY_new_raw_private_key_ex(nil, "ED25519", nil, seed, seed.count) else {
            throw unavailable("Ed25519")
        }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { throw unavailable("Ed25519") }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: signatureLength)
        var length = signature.count
        var publicKey = [UInt8](repeating: 0, count: keyLength)
        var keyLength = publicKey.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &length, message, message.count) == 1, length == signatureLength,
            EVP_PKEY_get_raw_public_key(key, &publicKey, &keyLength) == 1, keyLength == publicKey.count
        else { throw unavailable("Ed25519") }
        return (signature, publicKey)
    }

    private static func unavailable(_ what: String) -> MySQLError {
        MySQLError(
            .authenticationRefused,
            phase: .authentication,
            message: "the installed OpenSSL does not offer \(what), which the login needs"
        )
    }
}
