/// What an OK packet says at the end of a statement.
public struct MySQLCompletion: Sendable, Equatable {
    /// Rows that were changed; with UPDATE only those that differ now.
    public var affectedRows: UInt64
    /// The first AUTO_INCREMENT value that the statement made; 0 for none.
    public var lastInsertID: UInt64
    /// How many rows SHOW WARNINGS would have.
    public var warnings: UInt16
    /// The session's flags behind the statement.
    public var status: ServerStatus
    /// The human-readable rest, for instance `Rows matched: 1  Changed: 1  Warnings: 0`.
    public var info: String
    /// What the statement changed in the session; empty where the server tracks nothing.
    public var sessionChanges: [MySQLSessionChange]

    /// A completion of a caller's own, for tests and simulations.
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
