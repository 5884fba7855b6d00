/// Follows the session's state through commands and their ends.
package struct SessionStateTracker: Sendable {
    package private(set) var state = MySQLSessionState() {
        didSet { hasChanged = true }
    }
    private var hasChanged = false
    /// The command under way begins the session anew, if it succeeds: with this database, or the present one.
    private var beginning: Beginning?

    private enum Beginning: Sendable {
        case sameDatabase
        case database(String?)
    }

    mutating func takeChange() -> MySQLSessionState? {
        guard hasChanged else { return nil }
        hasChanged = false
        return state
    }

    mutating func loggedIn(_ completion: MySQLCompletion, capabilities: CapabilityFlags, database: String?) {
        state.isTracked = capabilities.contains(.sessionTrack)
        state.begin(schema: database.flatMap { $0.isEmpty ? nil : $0 })
        state.apply(completion.sessionChanges)
    }

    mutating func began(_ command: Command) {
        beginning =
            switch command {
            case .resetConnection: .sameDatabase
            case .changeUser(let account): .database(account.database.flatMap { $0.isEmpty ? nil : $0 })
            default: nil
            }
    }

    mutating func completed(_ completion: MySQLCompletion) {
        switch beginning {
        case .sameDatabase: state.begin(schema: state.schema)
        case .database(let name): state.begin(schema: name)
        case nil: break
        }
        beginning = nil
        if !completion.sessionChanges.isEmpty { state.apply(completion.sessionChanges) }
    }
}
