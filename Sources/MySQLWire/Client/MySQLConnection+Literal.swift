extension MySQLConnection {
    /// A string literal for a text that is sent next on this connection: quoted as ``SQLText/literal(_:noBackslashEscapes:)``
    /// does it, by the `sql_mode` that the latest answer told of. Values are better interpolated, and so bound.
    ///
    /// - Throws: ``MySQLError/Code/invalidArgument`` where the session has left utf8mb4 (as far as the server tells, see
    ///   ``sessionState``): in gbk, big5, sjis and their like a quoting backslash may become the second half of a
    ///   character, and the text end its own literal.
    public func literal(_ value: String) throws(MySQLError) -> String {
        let state = state.current
        for name in ["character_set_client", "character_set_connection"] {
            guard case let charset?? = state.session.systemVariables[name], !Self.safeCharsets.contains(charset) else {
                continue
            }
            throw MySQLError(
                .invalidArgument,
                phase: .command,
                message:
                    "\(name) is no longer utf8mb4, in which alone a literal is safe: bind the value, or SET NAMES utf8mb4"
            )
        }
        return SQLText.literal(value, noBackslashEscapes: state.status.contains(.noBackslashEscapes))
    }

    private static let safeCharsets: Set<String> = ["utf8mb4", "utf8mb3", "utf8"]
}
