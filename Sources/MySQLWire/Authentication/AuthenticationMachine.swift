package import NIOCore

/// The client's side of a login, from the greeting to the OK: which plugin, which bytes, what is allowed when.
///
/// Pure: packets' contents in, payloads out. An ERR packet ends the login without this machine. After a throw the
/// connection must be closed, and the machine takes nothing any more.
package struct AuthenticationMachine: Sendable {
    /// What to do after an AuthMoreData packet.
    package enum Step: Equatable, Sendable {
        /// Send this as the payload of one packet.
        case send([UInt8])
        /// Nothing to send: the server goes on by itself.
        case wait
    }

    /// The way the password was proved, for tests and logs.
    package enum Path: String, Equatable, Sendable {
        /// Nothing was proved yet.
        case none
        /// No password.
        case empty
        /// mysql_native_password.
        case native
        /// caching_sha2_password; the server has not said yet (or never did, as some proxies) whether it knows the scramble.
        case scramble
        /// caching_sha2_password: the server knew the scramble.
        case fast
        /// The password itself, over TLS, and with caching_sha2_password also over a Unix socket.
        case fullTLS
        /// The password, encrypted for the server's RSA key.
        case fullRSA
        /// mysql_clear_password.
        case clear
        /// client_ed25519.
        case ed25519
        case parsec
    }

    private enum State: Sendable {
        case idle
        /// After a switch, and in a second or third factor, there is no switch any more.
        case active(AuthenticationExchange, maySwitch: Bool)
        case succeeded(AuthenticationExchange)
        case failed
    }

    /// With the password of the factor that is under way.
    private var context: AuthenticationContext
    private var state = State.idle
    /// Of the greeting, or of a switch to mysql_native_password.
    private var nonce: [UInt8] = []
    /// Of the factor that is under way.
    package private(set) var path = Path.none
    /// 1 to 3.
    package private(set) var factor = 1

    package init(context: AuthenticationContext) {
        self.context = context
    }

    /// The same from its beginning, for another account.
    package func anew(password: Secret?) -> AuthenticationMachine {
        var context = context
        context.password = password
        // Those are the first account's.
        context.additionalPasswords = []
        return AuthenticationMachine(context: context)
    }

    /// The greeting arrived.
    ///
    /// - Parameters:
    ///   - plugin: the server's default; with one that is unknown, not allowed, absent (the empty string) or of a kind
    ///     that sends the password itself, the login starts with another, and the server may switch.
    ///   - nonce: the auth data of the greeting; its first 20 bytes are used.
    /// - Returns: what HandshakeResponse41 says.
    package mutating func begin(
        plugin: String,
        nonce: [UInt8]
    ) throws(MySQLError) -> (plugin: String, response: [UInt8]) {
        guard case .idle = state else { throw fail(.unexpectedInLogin("a second greeting")) }
        self.nonce = Array(nonce.prefix(AuthenticationPlugin.nonceLength))
        guard let chosen = AuthenticationPlugin.first(offered: plugin, allowed: context.allowedPlugins) else {
            throw fail(.refusedPlugin("no authentication plugin is allowed"))
        }
        if AuthenticationExchange.needsSwitch(chosen) {
            state = .active(.announced, maySwitch: true)
            return (chosen.name, [])
        }
        return (chosen.name, try start(chosen, data: nonce, maySwitch: true))
    }

    /// An AuthSwitchRequest arrived.
    ///
    /// - Parameter data: the new nonce, with or without the NUL at its end.
    /// - Returns: the payload to send; it may be empty, and is sent nevertheless.
    package mutating func switchRequested(plugin: String, data: ByteBuffer) throws(MySQLError) -> [UInt8] {
        guard case .active(_, let maySwitch) = state else {
            throw fail(.unexpectedInLogin("a switch of the authentication plugin"))
        }
        guard maySwitch else {
            throw fail(.unexpectedInLogin("a second switch of the authentication plugin"))
        }
        return try start(named: plugin, data: data)
    }

    /// An AuthNextFactor packet arrived: the factor before is proved, and the account has another.
    ///
    /// - Parameter data: the nonce, with or without the NUL at its end.
    /// - Returns: the payload to send.
    package mutating func nextFactor(plugin: String, data: ByteBuffer) throws(MySQLError) -> [UInt8] {
        guard case .active = state else { throw fail(.unexpectedInLogin("a further factor")) }
        guard factor <= min(context.additionalPasswords.count, Self.mostFactors - 1) else {
            throw fail(.unexpectedInLogin("a factor more than there are passwords"))
        }
        context.password = context.additionalPasswords[factor - 1]
        factor += 1
        return try start(named: plugin, data: data)
    }

    private static let mostFactors = 3

    /// Whether the server may send a packet that begins with so and so, and not with the 0x01 of AuthMoreData.
    package func takesBareData(_ first: UInt8?) -> Bool {
        guard case .active(let exchange, _) = state else { return false }
        return exchange.takesBareData(first)
    }

    /// An AuthMoreData packet arrived.
    ///
    /// - Parameter data: what follows its first byte (0x01), or all of it (see ``takesBareData(_:)``).
    package mutating func moreData(_ data: ByteBuffer) throws(MySQLError) -> Step {
        guard case .active(var exchange, let maySwitch) = state else {
            throw fail(.unexpectedInLogin("more data (0x01)"))
        }
        do throws(MySQLError) {
            let step = try exchange.moreData(data, context: context)
            path = exchange.path
            state = .active(exchange, maySwitch: maySwitch)
            return step
        } catch {
            throw fail(error)
        }
    }

    /// The OK packet arrived. It may do so at any point after the response: servers and proxies that know the client
    /// already leave out the rest.
    package mutating func succeeded() throws(MySQLError) {
        guard case .active(let exchange, _) = state else { throw fail(.unexpectedInLogin("an OK")) }
        state = .succeeded(exchange)
    }

    /// What the text of the OK has to be where MariaDB vouches for its certificate; nil where this login leaves nothing
    /// to do it with.
    package func proof(of certificate: CertificateFingerprint) throws(MySQLError) -> String? {
        guard case .succeeded(let exchange) = state, let digest = try exchange.digest(of: context.password) else {
            return nil
        }
        return try CertificateProof.text(digest: digest, nonce: nonce, certificate: certificate)
    }

    /// What the server has asked for by name.
    private mutating func start(named plugin: String, data: ByteBuffer) throws(MySQLError) -> [UInt8] {
        guard let wanted = AuthenticationPlugin(name: plugin) else {
            throw fail(.refusedPlugin(Self.explain(plugin)))
        }
        guard context.allowedPlugins.contains(wanted) else {
            throw fail(.refusedPlugin(Self.explainNotAllowed(wanted)))
        }
        let data = Array(data.readableBytesView.prefix(AuthenticationExchange.longestData))
        if wanted == .nativePassword { nonce = Array(data.prefix(AuthenticationPlugin.nonceLength)) }
        return try start(wanted, data: data, maySwitch: false)
    }

    private mutating func start(
        _ plugin: AuthenticationPlugin,
        data: [UInt8],
        maySwitch: Bool
    ) throws(MySQLError) -> [UInt8] {
        do throws(MySQLError) {
            let (exchange, response) = try AuthenticationExchange.begin(plugin, data: data, context: context)
            path = exchange.path
            state = .active(exchange, maySwitch: maySwitch)
            return response
        } catch {
            throw fail(error)
        }
    }

    private mutating func fail(_ error: MySQLError) -> MySQLError {
        state = .failed
        return error
    }

    private static func explainNotAllowed(_ plugin: AuthenticationPlugin) -> String {
        guard plugin == .clearPassword else { return "the server asks for \(plugin), which is not allowed here" }
        return "the server asks for the password in clear text (mysql_clear_password), which is not allowed here"
    }

    private static func explain(_ plugin: String) -> String {
        switch plugin {
        case "mysql_old_password":
            return "the server asks for mysql_old_password, which is broken since long and not supported; "
                + "give the account another plugin"
        default:
            // The name is the peer's: it must neither fill nor control a terminal.
            let name = plugin.unicodeScalars.prefix(64).map { $0.value > 0x20 && $0.value < 0x7F ? Character($0) : "?" }
            return
                "the server asks for the authentication plugin \"\(String(name))\", which is not supported; give the "
                + "account caching_sha2_password"
        }
    }
}

extension MySQLError {
    /// The server sent something that the login does not allow at this point.
    static func unexpectedInLogin(_ what: String) -> MySQLError {
        MySQLError(.protocolViolation, phase: .authentication, message: "the server sent \(what) during the login")
    }

    /// The server asks for what the login does not do.
    static func refusedPlugin(_ message: String) -> MySQLError {
        MySQLError(.authenticationRefused, phase: .authentication, message: message)
    }
}
