/// What one statement changed in its session, as the server told with the statement's end.
///
/// Which changes it tells is the session's own choice (`session_track_schema`, `session_track_system_variables`,
/// `session_track_gtids`, `session_track_transaction_info`, `session_track_state_change`): by default the schema, and the
/// variables of the time zone, autocommit and the character sets.
/// See [Server Tracking of Client Session State](https://dev.mysql.com/doc/refman/9.7/en/session-state-tracking.html).
public enum MySQLSessionChange: Sendable, Hashable {
    /// A system variable has this value now; nil for NULL.
    case systemVariable(name: String, value: String?)
    /// The default database; empty where there is none any more.
    case schema(String)
    /// Whether anything at all of the session's state has changed.
    case stateChanged(Bool)
    /// A GTID set: of the transaction that was just committed (OWN_GTID), or all that the server executed (ALL_GTIDS).
    case gtids(String)
    /// The statements that start a transaction like the present one again; empty where there is none.
    case transactionCharacteristics(String)
    /// Eight letters, `_` for each that is not so: `T` or `I` in a transaction (explicit, implicit), `r` `R` rows read
    /// (from tables without, with transactions), `w` `W` written, `s` a statement unsafe to repeat, `S` a result was
    /// sent, `L` LOCK TABLES.
    case transactionState(String)
}
