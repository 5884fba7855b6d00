internal import NIOCore

/// sha256_password: the password itself over TLS, else encrypted for the server's RSA key, also over a unix socket.
struct SHA256Password: Sendable {
    private enum State: Sendable {
        /// The server's key was asked for. Exit: a PEM.
        case keyRequested
        /// All is said. Exit: OK.
        case waitingForOK
    }

    private static let requestPublicKey: UInt8 = 0x01

    private let rsa: RSAPasswordExchange
    private var state: State
    let path: AuthenticationMachine.Path
    /// What answers the switch (or the greeting).
    let response: [UInt8]

    /// - Parameter nonce: the 20 bytes.
    init(context: AuthenticationContext, nonce: [UInt8]) throws(MySQLError) {
        rsa = RSAPasswordExchange(plugin: .sha256Password, nonce: nonce, keyRequest: Self.requestPublicKey)
        state = .waitingForOK
        guard let password = context.password, !password.isEmpty else {
            path = .empty
            response = [0]
            return
        }
        if context.isEncrypted {
            path = .fullTLS
            response = try context.revealedPassword(for: .sha256Password)
            return
        }
        path = .fullRSA
        switch try rsa.open(context: context) {
        case .encrypted(let bytes): response = bytes
        case .keyRequest(let bytes):
            response = bytes
            state = .keyRequested
        }
    }

    /// - Parameter data: what follows the 0x01 of an AuthMoreData packet.
    mutating func moreData(
        _ data: ByteBuffer,
        context: AuthenticationContext
    ) throws(MySQLError) -> AuthenticationMachine.Step {
        guard case .keyRequested = state else {
            throw .unexpectedInLogin("more data (0x01) after the login's last packet")
        }
        state = .waitingForOK
        return .send(try rsa.answer(to: data, context: context))
    }
}
