/// Capabilities Flags of the manual: what the two sides agree on at the handshake.
/// See [Capabilities Flags](https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html).
package struct CapabilityFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// CLIENT_LONG_PASSWORD; MariaDB calls it CLIENT_MYSQL and leaves it unset.
    package static let longPassword = CapabilityFlags(rawValue: 1 << 0)
    /// CLIENT_FOUND_ROWS: UPDATE counts what was found rather than what was changed. Never asked for.
    package static let foundRows = CapabilityFlags(rawValue: 1 << 1)
    /// CLIENT_LONG_FLAG: column flags of two bytes.
    package static let longFlag = CapabilityFlags(rawValue: 1 << 2)
    /// CLIENT_CONNECT_WITH_DB: the login names a database.
    package static let connectWithDB = CapabilityFlags(rawValue: 1 << 3)
    /// CLIENT_COMPRESS: zlib after the login.
    package static let compress = CapabilityFlags(rawValue: 1 << 5)
    /// CLIENT_LOCAL_FILES: LOCAL INFILE.
    package static let localFiles = CapabilityFlags(rawValue: 1 << 7)
    /// CLIENT_PROTOCOL_41: without it no login is possible here.
    package static let protocol41 = CapabilityFlags(rawValue: 1 << 9)
    /// CLIENT_SSL: an SSLRequest may come before the login.
    package static let ssl = CapabilityFlags(rawValue: 1 << 11)
    /// CLIENT_TRANSACTIONS: status flags are sent.
    package static let transactions = CapabilityFlags(rawValue: 1 << 13)
    /// CLIENT_SECURE_CONNECTION, later CLIENT_RESERVED2.
    package static let secureConnection = CapabilityFlags(rawValue: 1 << 15)
    /// CLIENT_MULTI_STATEMENTS: a text may hold several.
    package static let multiStatements = CapabilityFlags(rawValue: 1 << 16)
    /// CLIENT_MULTI_RESULTS: an answer may have several.
    package static let multiResults = CapabilityFlags(rawValue: 1 << 17)
    /// CLIENT_PS_MULTI_RESULTS: the same of prepared statements.
    package static let psMultiResults = CapabilityFlags(rawValue: 1 << 18)
    /// CLIENT_PLUGIN_AUTH: plugins are named.
    package static let pluginAuth = CapabilityFlags(rawValue: 1 << 19)
    /// CLIENT_CONNECT_ATTRS: the login has attributes.
    package static let connectAttributes = CapabilityFlags(rawValue: 1 << 20)
    /// CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA: the proof may be longer than 255 bytes.
    package static let pluginAuthLengthEncoded = CapabilityFlags(rawValue: 1 << 21)
    /// CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS.
    package static let canHandleExpiredPasswords = CapabilityFlags(rawValue: 1 << 22)
    /// CLIENT_SESSION_TRACK: OK packets tell of the session's changes.
    package static let sessionTrack = CapabilityFlags(rawValue: 1 << 23)
    /// CLIENT_DEPRECATE_EOF: an OK packet in place of the EOF behind rows.
    package static let deprecateEOF = CapabilityFlags(rawValue: 1 << 24)
    /// CLIENT_OPTIONAL_RESULTSET_METADATA: columns may be left out. Never asked for.
    package static let optionalResultSetMetadata = CapabilityFlags(rawValue: 1 << 25)
    /// CLIENT_ZSTD_COMPRESSION_ALGORITHM: zstd after the login.
    package static let zstdCompression = CapabilityFlags(rawValue: 1 << 26)
    /// CLIENT_QUERY_ATTRIBUTES: statements have attributes.
    package static let queryAttributes = CapabilityFlags(rawValue: 1 << 27)
    /// MULTI_FACTOR_AUTHENTICATION: a login of several factors.
    package static let multiFactorAuthentication = CapabilityFlags(rawValue: 1 << 28)

    /// What this client asks for of every server; `ssl`, `connectWithDB` and others come with the configuration.
    package static let client: CapabilityFlags = [
        .longPassword, .longFlag, .protocol41, .transactions, .secureConnection, .multiResults, .psMultiResults,
        .pluginAuth, .connectAttributes, .pluginAuthLengthEncoded, .sessionTrack, .deprecateEOF,
    ]
}
