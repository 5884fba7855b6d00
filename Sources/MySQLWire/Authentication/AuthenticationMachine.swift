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
        /// caching_sha2_password: the password itself, over TLS or a Unix socket.
        case fullTLS
        /// caching_sha2_password: the password, encrypted for the server's RSA key.
        case fullRSA
    }

    private enum Plugin: Sendable {
        case cachingSHA2(CachingSHA2Password)
        case native(NativePassword)
    }

    private enum State: Sendable {
        case idle
        case active(Plugin, hasSwitched: Bool)
        case succeeded
        case failed
    }

    private let context: AuthenticationContext
    private var state = State.idle
    package private(set) var path = Path.none

    package init(context: AuthenticationContext) {
        self.context = context
    }

    /// The same from its beginning, for another account.
    package func anew(password: Secret?) -> AuthenticationMachine {
        var context = context
        context.password = password
        return AuthenticationMachine(context: context)
    }

    /// The greeting arrived.
    ///
    /// - Parameters:
    ///   - plugin: the server's default; with one that is unknown, not allowed or absent (the empty string) the login
    ///     starts with caching_sha2_password, and the server may switch.
    ///   - nonce: the auth data of the greeting; its first 20 bytes are used.
    /// - Returns: what HandshakeResponse41 says.
    package mutating func begin(
        plugin: String,
        nonce: [UInt8]
    ) throws(MySQLError) -> (plugin: String, response: [UInt8]) {
        guard case .idle = state else { throw fail(.unexpectedInLogin("a second greeting")) }
        let offered = AuthenticationPlugin(rawValue: plugin).flatMap { context.allowedPlugins.contains($0) ? $0 : nil }
        let fallback = AuthenticationPlugin.allCases.first(where: context.allowedPlugins.contains)
        guard let chosen = offered ?? fallback else {
            throw fail(.refusedPlugin("no authentication plugin is allowed"))
        }
        return (chosen.rawValue, try start(chosen, data: nonce, hasSwitched: false))
    }

    /// An AuthSwitchRequest arrived.
    ///
    /// - Parameter data: the new nonce, with or without the NUL at its end.
    /// - Returns: the payload to send; it may be empty, and is sent nevertheless.
    package mutating func switchRequested(plugin: String, data: ByteBuffer) throws(MySQLError) -> [UInt8] {
        guard case .active(_, let hasSwitched) = state else {
            throw fail(.unexpectedInLogin("a switch of the authentication plugin"))
        }
        guard !hasSwitched else {
            throw fail(.unexpectedInLogin("a second switch of the authentication plugin"))
        }
        guard let wanted = AuthenticationPlugin(rawValue: plugin) else {
            throw fail(.refusedPlugin(Self.explain(plugin)))
        }
        guard context.allowedPlugins.contains(wanted) else {
            throw fail(.refusedPlugin("the server asks for \(wanted.rawValue), which is not allowed here"))
        }
        return try start(
            wanted,
            data: Array(data.readableBytesView.prefix(AuthenticationPlugin.nonceLength)),
            hasSwitched: true
        )
    }

    /// An AuthMoreData packet arrived.
    ///
    /// - Parameter data: what follows its first byte (0x01).
    package mutating func moreData(_ data: ByteBuffer) throws(MySQLError) -> Step {
        guard case .active(let plugin, let hasSwitched) = state else {
            throw fail(.unexpectedInLogin("more data (0x01)"))
        }
        do throws(MySQLError) {
            switch plugin {
            case .native(let native):
                try native.moreData()
            case .cachingSHA2(var machine):
                let step = try machine.moreData(data, context: context)
                path = machine.path
                state = .active(.cachingSHA2(machine), hasSwitched: hasSwitched)
                return step
            }
        } catch {
            throw fail(error)
        }
    }

    /// The OK packet arrived. It may do so at any point after the response: servers and proxies that know the client
    /// already leave out the rest.
    package mutating func succeeded() throws(MySQLError) {
        guard case .active = state else { throw fail(.unexpectedInLogin("an OK")) }
        state = .succeeded
    }

    private mutating func start(
        _ plugin: AuthenticationPlugin,
        data: [UInt8],
        hasSwitched: Bool
    ) throws(MySQLError) -> [UInt8] {
        let nonce = Array(data.prefix(AuthenticationPlugin.nonceLength))
        guard nonce.count == AuthenticationPlugin.nonceLength else {
            throw fail(
                .unexpectedInLogin("a nonce of \(nonce.count) bytes where \(AuthenticationPlugin.nonceLength) are due")
            )
        }
        do throws(MySQLError) {
            switch plugin {
            case .cachingSHA2Password:
                let machine = CachingSHA2Password(context: context, nonce: nonce)
                path = machine.path
                state = .active(.cachingSHA2(machine), hasSwitched: hasSwitched)
                return try CachingSHA2Password.scramble(password: context.password, nonce: nonce)
            case .nativePassword:
                path = context.password?.isEmpty ?? true ? .empty : .native
                state = .active(.native(NativePassword()), hasSwitched: hasSwitched)
                return try NativePassword.scramble(password: context.password, nonce: nonce)
            }
        } catch {
            throw fail(error)
        }
    }

    private mutating func fail(_ error: MySQLError) -> MySQLError {
        state = .failed
        return error
    }

    private static func explain(_ plugin: String) -> String {
        switch plugin {
        case "mysql_clear_password":
            return
                "the server asks for the password in clear text (mysql_clear_password); this client never sends it so"
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

    fileprivate static func refusedPlugin(_ message: String) -> MySQLError {
        MySQLError(.authenticationRefused, phase: .authentication, message: message)
    }
}
