/// SERVER_STATUS_flags_enum of the manual.
public struct ServerStatus: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// SERVER_STATUS_IN_TRANS
    public static let inTransaction = ServerStatus(rawValue: 0x0001)
    /// SERVER_STATUS_AUTOCOMMIT
    public static let autocommit = ServerStatus(rawValue: 0x0002)
    /// SERVER_MORE_RESULTS_EXISTS
    public static let moreResultsExist = ServerStatus(rawValue: 0x0008)
    /// SERVER_STATUS_CURSOR_EXISTS
    public static let cursorExists = ServerStatus(rawValue: 0x0040)
    /// SERVER_STATUS_LAST_ROW_SENT
    public static let lastRowSent = ServerStatus(rawValue: 0x0080)
    /// SERVER_STATUS_NO_BACKSLASH_ESCAPES
    public static let noBackslashEscapes = ServerStatus(rawValue: 0x0200)
    /// SERVER_STATUS_METADATA_CHANGED
    public static let metadataChanged = ServerStatus(rawValue: 0x0400)
    /// SERVER_STATUS_IN_TRANS_READONLY
    public static let inReadOnlyTransaction = ServerStatus(rawValue: 0x2000)
    /// SERVER_SESSION_STATE_CHANGED
    public static let sessionStateChanged = ServerStatus(rawValue: 0x4000)
}
