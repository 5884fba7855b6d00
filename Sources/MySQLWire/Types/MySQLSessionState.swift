/// What is known of a session's state, from what the server has told of its changes (``MySQLSessionChange``).
///
/// A change that the session does not track is not seen here: `USE` with `session_track_schema=OFF`, for instance.
public struct MySQLSessionState: Sendable, Equatable {
    /// Whether the server tells of changes at all; if not, nothing else here is ever set.
    public var isTracked = false
    /// The default database; nil where there is none.
    public var schema: String?
    /// The system variables that have been told of, since the login or the latest reset, with their latest values. At
    /// most ``maximumVariables``, none of them longer than ``maximumVariableBytes``.
    public var systemVariables: [String: String?] = [:]
    /// The latest GTID set that was told.
    public var gtids: String?
    /// The statements that start a transaction like the present one again.
    public var transactionCharacteristics: String?
    /// The state of the present transaction: see ``MySQLSessionChange/transactionState(_:)``.
    public var transactionState: String?

    /// More than any server has.
    public static let maximumVariables = 2048
    /// Of name and value together; a longer value is not kept.
    public static let maximumVariableBytes = 16 << 10

    /// Nothing known. A state of a caller's own, for tests and simulations, is made by setting its properties.
    public init() {}

    package mutating func apply(_ changes: [MySQLSessionChange]) {
        for change in changes {
            switch change {
            case .systemVariable(let name, let value): keep(name, value)
            case .schema(let name): schema = name.isEmpty ? nil : name
            case .stateChanged: break
            case .gtids(let set): gtids = set
            case .transactionCharacteristics(let text): transactionCharacteristics = text
            case .transactionState(let text): transactionState = text
            }
        }
    }

    /// The session begins anew, for instance by COM_RESET_CONNECTION.
    mutating func begin(schema: String?) {
        let wasTracked = isTracked
        self = MySQLSessionState()
        isTracked = wasTracked
        if isTracked { self.schema = schema }
    }

    private mutating func keep(_ name: String, _ value: String?) {
        guard name.utf8.count + (value?.utf8.count ?? 0) <= Self.maximumVariableBytes else {
            // What was known is no longer true.
            systemVariables.removeValue(forKey: name)
            return
        }
        guard systemVariables.keys.contains(name) || systemVariables.count < Self.maximumVariables else { return }
        systemVariables.updateValue(value, forKey: name)
    }
}
