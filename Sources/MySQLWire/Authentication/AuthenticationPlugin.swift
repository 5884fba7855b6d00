/// A way to prove a password to a server, by the name that stands in the packets.
///
/// Those of this type are all that the library speaks; which of them a connection may use, says
/// ``MySQLConfiguration/allowedPlugins``. `mysql_old_password` is none of them and never will be.
public struct AuthenticationPlugin: Hashable, Sendable, CustomStringConvertible {
    /// In the order in which a login begins with them where the greeting leaves it open.
    enum Kind: String, Sendable, CaseIterable {
        case cachingSHA2Password = "caching_sha2_password"
        case nativePassword = "mysql_native_password"
        case ed25519 = "client_ed25519"
        case parsec = "parsec"
        case sha256Password = "sha256_password"
        case clearPassword = "mysql_clear_password"
    }

    let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// Nil for a name that is not exactly one of them.
    public init?(name: String) {
        guard let kind = Kind(rawValue: name) else { return nil }
        self.init(kind)
    }

    /// As it stands in the packets, for instance `caching_sha2_password`.
    public var name: String { kind.rawValue }
    public var description: String { name }

    /// The default of MySQL 8.0 and later.
    public static let cachingSHA2Password = AuthenticationPlugin(.cachingSHA2Password)
    /// The default of MySQL 5.7 and of MariaDB; removed from MySQL's server in 9.0.
    public static let nativePassword = AuthenticationPlugin(.nativePassword)
    /// The password itself, over TLS or encrypted for the server's RSA key; a unix socket is not enough for it.
    public static let sha256Password = AuthenticationPlugin(.sha256Password)
    /// MariaDB: a signature with a key that is made of the password.
    public static let ed25519 = AuthenticationPlugin(.ed25519)
    /// MariaDB 11.8: the same with a salt and a slow derivation of the key.
    public static let parsec = AuthenticationPlugin(.parsec)
    /// The password as it is, for servers that hand it on (LDAP, PAM, tokens). Even where it is allowed it is sent only
    /// to a server whose certificate is verified (`verifyCA`, `verifyIdentity`) or pinned, or over a unix socket.
    public static let clearPassword = AuthenticationPlugin(.clearPassword)

    /// What a connection may use unless it says otherwise: all but ``clearPassword``.
    public static let usual: Set<AuthenticationPlugin> = all.subtracting([.clearPassword])

    package static let all = Set(Kind.allCases.map { AuthenticationPlugin($0) })

    /// How many bytes of the greeting's auth data are the nonce; what follows is a NUL.
    static let nonceLength = 20

    /// Whether a login may begin with it: with a proof made of the greeting's nonce, which reveals no password. The
    /// greeting comes in plaintext, so that anybody can have named the plugin in it; what a plugin that sends the
    /// password sends, the server must ask for.
    private var provesAtOnce: Bool {
        switch kind {
        case .cachingSHA2Password, .nativePassword: true
        case .ed25519, .parsec, .sha256Password, .clearPassword: false
        }
    }

    /// What a login begins with: the plugin of the greeting, if it is allowed and fit for it; else the first that is.
    static func first(offered: String, allowed: Set<AuthenticationPlugin>) -> AuthenticationPlugin? {
        if let offered = AuthenticationPlugin(name: offered), offered.provesAtOnce, allowed.contains(offered) {
            return offered
        }
        return Kind.allCases.lazy.map { AuthenticationPlugin($0) }.first { allowed.contains($0) }
    }
}
