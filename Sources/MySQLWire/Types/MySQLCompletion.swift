/// What an OK packet says at the end of a statement.
public struct MySQLCompletion: Sendable, Equatable {
    public var affectedRows: UInt64
    public var lastInsertID: UInt64
    public var warnings: UInt16
    public var status: ServerStatus
    /// The human-readable rest, for instance `Rows matched: 1  Changed: 1  Warnings: 0`.
    public var info: String
    /// What the statement changed in the session; empty where the server tracks nothing.
    public var sessionChanges: [MySQLSessionChange]

    public init(
        affectedRows: UInt64 = 0,
        lastInsertID: UInt64 = 0,
        warnings: UInt16 = 0,
        status: ServerStatus = [],
        info: String = "",
        sessionChanges: [MySQLSessionChange] = []
    ) {
        self.affectedRows = affectedRows
        self.lastInsertID = lastInsertID
        self.warnings = warnings
        self.status = status
        self.info = info
        self.sessionChanges = sessionChanges
    }
}
