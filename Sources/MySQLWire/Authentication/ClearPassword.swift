/// mysql_clear_password: the password and a NUL, and nothing more to say.
struct ClearPassword: Sendable {
    /// - Throws: where the peer has not proved who it is. Encryption alone keeps the password from those who listen, not
    ///   from a server that only pretends to be the right one.
    static func response(context: AuthenticationContext) throws(MySQLError) -> [UInt8] {
        guard context.isVerifiedPeer else {
            throw .refusedPlugin(
                "the server asks for the password in clear text (mysql_clear_password), and who it is is not proved: "
                    + "verify its certificate (--ssl-mode=VERIFY_IDENTITY or VERIFY_CA, or --ssl-fp), or use a unix socket"
            )
        }
        return try context.withTerminatedPassword { Array($0) }
    }
}
