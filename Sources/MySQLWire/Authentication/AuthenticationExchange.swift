internal import NIOCore

/// What one plugin and the server say to each other, and how far they are.
enum AuthenticationExchange: Sendable {
    /// The plugin was named, with nothing to go with it: its nonce comes with the switch. Exit: a switch.
    case announced
    case cachingSHA2(CachingSHA2Password)
    case sha256(SHA256Password)
    case parsec(Parsec)
    /// One answer and nothing more to say: native, clear text, ed25519. Exit: OK.
    case answered(AuthenticationPlugin, AuthenticationMachine.Path)

    /// More of the data of a switch is not looked at.
    static let longestData = 64

    /// client_ed25519 and parsec sign 32 bytes, and a greeting has 20.
    static func needsSwitch(_ plugin: AuthenticationPlugin) -> Bool {
        switch plugin.kind {
        case .ed25519, .parsec: true
        case .cachingSHA2Password, .nativePassword, .sha256Password, .clearPassword: false
        }
    }

    /// - Parameter data: of the greeting, the switch or the next factor.
    /// - Returns: also the answer to it.
    static func begin(
        _ plugin: AuthenticationPlugin,
        data: [UInt8],
        context: AuthenticationContext
    ) throws(MySQLError) -> (AuthenticationExchange, response: [UInt8]) {
        let isEmpty = context.password?.isEmpty ?? true
        switch plugin.kind {
        case .cachingSHA2Password:
            let nonce = try nonce(of: data)
            let machine = CachingSHA2Password(context: context, nonce: nonce)
            return (.cachingSHA2(machine), try CachingSHA2Password.scramble(password: context.password, nonce: nonce))
        case .nativePassword:
            let response = try NativePassword.scramble(password: context.password, nonce: nonce(of: data))
            return (.answered(plugin, isEmpty ? .empty : .native), response)
        case .sha256Password:
            let machine = try SHA256Password(context: context, nonce: nonce(of: data))
            return (.sha256(machine), machine.response)
        case .clearPassword:
            return (.answered(plugin, .clear), try ClearPassword.response(context: context))
        case .ed25519:
            let nonce = try longNonce(of: data)
            // No copy: the array shares the storage that Secret wipes.
            let secret = context.password?.withBytes { $0 } ?? []
            return (.answered(plugin, .ed25519), try Ed25519Signature.sign(nonce, secret: secret))
        case .parsec:
            return (.parsec(Parsec(nonce: try longNonce(of: data))), [])
        }
    }

    /// - Parameter data: what follows the 0x01 of an AuthMoreData packet.
    mutating func moreData(
        _ data: ByteBuffer,
        context: AuthenticationContext
    ) throws(MySQLError) -> AuthenticationMachine.Step {
        switch self {
        case .announced:
            throw .unexpectedInLogin("more data (0x01) where a switch of the authentication plugin is due")
        case .answered(let plugin, _):
            throw .unexpectedInLogin("more data (0x01) in \(plugin)")
        case .cachingSHA2(var machine):
            let step = try machine.moreData(data, context: context)
            self = .cachingSHA2(machine)
            return step
        case .sha256(var machine):
            let step = try machine.moreData(data, context: context)
            self = .sha256(machine)
            return step
        case .parsec(var machine):
            let step = try machine.moreData(data, context: context)
            self = .parsec(machine)
            return step
        }
    }

    /// MariaDB writes a plugin's packet without the 0x01 where its first byte cannot be mistaken.
    func takesBareData(_ first: UInt8?) -> Bool {
        guard case .parsec(let machine) = self else { return false }
        return machine.awaitsSalt && first == Parsec.header
    }

    /// What MariaDB keeps of the password, as it goes into a ``CertificateProof``; nil where there is none, or where it
    /// proves nothing: everybody knows the empty password.
    func digest(of password: Secret?) throws(MySQLError) -> [UInt8]? {
        guard let password, !password.isEmpty else { return nil }
        return switch self {
        case .answered(.nativePassword, _): try NativePassword.digest(of: password)
        case .answered(.ed25519, _): try Ed25519Signature.publicKey(of: password.withBytes { $0 })
        case .parsec(let machine): machine.digest
        case .announced, .cachingSHA2, .sha256, .answered: nil
        }
    }

    var path: AuthenticationMachine.Path {
        switch self {
        case .announced: .none
        case .cachingSHA2(let machine): machine.path
        case .sha256(let machine): machine.path
        case .parsec: .parsec
        case .answered(_, let path): path
        }
    }

    private static func nonce(of data: [UInt8]) throws(MySQLError) -> [UInt8] {
        guard data.count >= AuthenticationPlugin.nonceLength else {
            throw shortNonce(data.count, AuthenticationPlugin.nonceLength)
        }
        return Array(data.prefix(AuthenticationPlugin.nonceLength))
    }

    /// 32 bytes, with or without a NUL at the end.
    private static func longNonce(of data: [UInt8]) throws(MySQLError) -> [UInt8] {
        let length = Parsec.nonceLength
        guard data.count == length || (data.count == length + 1 && data.last == 0) else {
            throw shortNonce(data.count, length)
        }
        return Array(data.prefix(length))
    }

    private static func shortNonce(_ count: Int, _ due: Int) -> MySQLError {
        .unexpectedInLogin("a nonce of \(count) bytes where \(due) are due")
    }
}
