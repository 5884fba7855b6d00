/// Capabilities Flags of the manual: what the two sides agree on at the handshake.
package struct CapabilityFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// CLIENT_LONG_PASSWORD; MariaDB calls it CLIENT_MYSQL and leaves it unset.
    package static let longPassword = CapabilityFlags(rawValue: 1 << 0)
    package static let foundRows = CapabilityFlags(rawValue: 1 << 1)
    package static let longFlag = CapabilityFlags(rawValue: 1 << 2)
    package static let connectWithDB = CapabilityFlags(rawValue: 1 << 3)
    package static let compress = CapabilityFlags(rawValue: 1 << 5)
    package static let localFiles = CapabilityFlags(rawValue: 1 << 7)
    package static let protocol41 = CapabilityFlags(rawValue: 1 << 9)
    package static let ssl = CapabilityFlags(rawValue: 1 << 11)
    package static let transactions = CapabilityFlags(rawValue: 1 << 13)
    /// CLIENT_SECURE_CONNECTION, later CLIENT_RESERVED2.
    package static let secureConnection = CapabilityFlags(rawValue: 1 << 15)
    package static let multiStatements = CapabilityFlags(rawValue: 1 << 16)
    package static let multiResults = CapabilityFlags(rawValue: 1 << 17)
    package static let psMultiResults = CapabilityFlags(rawValue: 1 << 18)
    package static let pluginAuth = CapabilityFlags(rawValue: 1 << 19)
    package static let connectAttributes = CapabilityFlags(rawValue: 1 << 20)
    package static let pluginAuthLengthEncoded = CapabilityFlags(rawValue: 1 << 21)
    package static let canHandleExpiredPasswords = CapabilityFlags(rawValue: 1 << 22)
    package static let sessionTrack = CapabilityFlags(rawValue: 1 << 23)
    package static let deprecateEOF = CapabilityFlags(rawValue: 1 << 24)
    package static let optionalResultSetMetadata = CapabilityFlags(rawValue: 1 << 25)
    package static let zstdCompression = CapabilityFlags(rawValue: 1 << 26)
    package static let queryAttributes = CapabilityFlags(rawValue: 1 << 27)
    package static let multiFactorAuthentication = CapabilityFlags(rawValue: 1 << 28)

    /// What this client asks for of every server; `ssl`, `connectWithDB` and others come with the configuration.
    package static let client: CapabilityFlags = [
        .longPassword, .longFlag, .protocol41, .transactions, .secureConnection, .multiResults, .psMultiResults,
        .pluginAuth, .connectAttributes, .pluginAuthLengthEncoded, .sessionTrack, .deprecateEOF,
    ]
}
