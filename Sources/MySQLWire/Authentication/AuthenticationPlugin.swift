/// The authentication plugins that this library speaks, by the names that stand in the packets.
package enum AuthenticationPlugin: String, Sendable, CaseIterable {
    /// The default of MySQL 8.0 and later.
    case cachingSHA2Password = "caching_sha2_password"
    /// The default of MySQL 5.7 and of MariaDB; removed from the server in 9.0.
    case nativePassword = "mysql_native_password"

    /// How many bytes of the server's auth data are the nonce; what follows is a NUL.
    static let nonceLength = 20
}
