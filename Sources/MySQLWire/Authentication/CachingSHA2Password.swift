internal import NIOCore

/// caching_sha2_password: a scramble, and where the server has no cached verifier of it, the password itself, either
/// over a transport that nobody reads along, or encrypted for the server's RSA key.
struct CachingSHA2Password: Sendable {
    private enum State: Sendable {
        /// The scramble (or nothing, for the empty password) is on its way. Exits: 03, 04, OK.
        case scrambleSent(isEmpty: Bool)
        /// The server's key was asked for. Exit: a PEM.
        case keyRequested
        /// All is said. Exit: OK.
        case waitingForOK
    }

    /// Contents of an AuthMoreData packet, and the request for the key.
    private enum Byte {
        static let requestPublicKey: UInt8 = 0x02
        static let fastAuthenticationSucceeded: UInt8 = 0x03
        static let performFullAuthentication: UInt8 = 0x04
    }

    private let rsa: RSAPasswordExchange
    private var state: State
    private(set) var path: AuthenticationMachine.Path

    /// - Parameter nonce: the 20 bytes.
    init(context: AuthenticationContext, nonce: [UInt8]) {
        let isEmpty = context.password?.isEmpty ?? true
        rsa = RSAPasswordExchange(
            plugin: .cachingSHA2Password,
            nonce: nonce,
            keyRequest: Byte.requestPublicKey
        )
        self.state = .scrambleSent(isEmpty: isEmpty)
        self.path = isEmpty ? .empty : .scramble
    }

    /// `SHA256(password) XOR SHA256(SHA256(SHA256(password)) + nonce)`; nothing for the empty password.
    static func scramble(password: Secret?, nonce: [UInt8]) throws(MySQLError) -> [UInt8] {
        guard let password, !password.isEmpty else { return [] }
        // No copy: the array shares the storage that Secret wipes.
        var once = try Digest.sha256(password.withBytes { $0 })
        defer { once.wipe() }
        return xor(once, try Digest.sha256(Digest.sha256(once) + nonce))
    }

    /// - Parameter data: what follows the 0x01 of an AuthMoreData packet.
    mutating func moreData(
        _ data: ByteBuffer,
        context: AuthenticationContext
    ) throws(MySQLError) -> AuthenticationMachine.Step {
        switch state {
        case .scrambleSent(isEmpty: true):
            throw .unexpectedInLogin("more data (0x01) after an empty password")
        case .scrambleSent(isEmpty: false):
            return try verdict(data, context: context)
        case .keyRequested:
            let encrypted = try rsa.answer(to: data, context: context)
            state = .waitingForOK
            return .send(encrypted)
        case .waitingForOK:
            throw .unexpectedInLogin("more data (0x01) after the login's last packet")
        }
    }

    /// The server's answer to the scramble.
    private mutating func verdict(
        _ data: ByteBuffer,
        context: AuthenticationContext
    ) throws(MySQLError) -> AuthenticationMachine.Step {
        guard data.readableBytes == 1 else {
            throw .unexpectedInLogin("\(data.readableBytes) bytes of more data (0x01) where one was due")
        }
        switch data.getInteger(at: data.readerIndex, as: UInt8.self) {
        case Byte.fastAuthenticationSucceeded:
            state = .waitingForOK
            path = .fast
            return .wait
        case Byte.performFullAuthentication:
            return try fullAuthentication(context: context)
        default:
            throw .unexpectedInLogin("more data (0x01) that is neither 03 (fast) nor 04 (full)")
        }
    }

    private mutating func fullAuthentication(
        context: AuthenticationContext
    ) throws(MySQLError) -> AuthenticationMachine.Step {
        if context.isSecureTransport {
            let password = try context.revealedPassword(for: .cachingSHA2Password)
            state = .waitingForOK
            path = .fullTLS
            return .send(password)
        }
        let opening = try rsa.open(context: context)
        path = .fullRSA
        switch opening {
        case .encrypted(let bytes):
            state = .waitingForOK
            return .send(bytes)
        case .keyRequest(let bytes):
            state = .keyRequested
            return .send(bytes)
        }
    }
}
