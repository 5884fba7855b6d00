/// The type byte of a binary log event (manual: "Binary Log Event Header"). Unknown values survive.
public struct BinlogEventType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// QUERY_EVENT: a statement as text.
    public static let query = BinlogEventType(rawValue: 2)
    /// STOP_EVENT: the server was shut down in good order.
    public static let stop = BinlogEventType(rawValue: 3)
    /// ROTATE_EVENT: the log goes on in another file.
    public static let rotate = BinlogEventType(rawValue: 4)
    /// INTVAR_EVENT: an AUTO_INCREMENT or LAST_INSERT_ID() of the statement behind it.
    public static let intVar = BinlogEventType(rawValue: 5)
    /// RAND_EVENT: the seeds of RAND() in the statement behind it.
    public static let random = BinlogEventType(rawValue: 13)
    /// USER_VAR_EVENT: a user variable of the statement behind it.
    public static let userVariable = BinlogEventType(rawValue: 14)
    /// FORMAT_DESCRIPTION_EVENT: how the events behind it are to be read.
    public static let formatDescription = BinlogEventType(rawValue: 15)
    /// XID_EVENT: the commit of a transaction.
    public static let xid = BinlogEventType(rawValue: 16)
    /// BEGIN_LOAD_QUERY_EVENT: the first piece of a LOAD DATA's file.
    public static let beginLoadQuery = BinlogEventType(rawValue: 17)
    /// EXECUTE_LOAD_QUERY_EVENT: the LOAD DATA of the pieces before.
    public static let executeLoadQuery = BinlogEventType(rawValue: 18)
    /// TABLE_MAP_EVENT: the table of the rows behind it.
    public static let tableMap = BinlogEventType(rawValue: 19)
    /// WRITE_ROWS_EVENT_V1: inserted rows, of servers before 5.6 and MariaDB.
    public static let writeRowsV1 = BinlogEventType(rawValue: 23)
    /// UPDATE_ROWS_EVENT_V1: updated rows, of servers before 5.6 and MariaDB.
    public static let updateRowsV1 = BinlogEventType(rawValue: 24)
    /// DELETE_ROWS_EVENT_V1: deleted rows, of servers before 5.6 and MariaDB.
    public static let deleteRowsV1 = BinlogEventType(rawValue: 25)
    /// INCIDENT_EVENT: something that the log does not tell.
    public static let incident = BinlogEventType(rawValue: 26)
    /// HEARTBEAT_LOG_EVENT: the source is there and has nothing new.
    public static let heartbeat = BinlogEventType(rawValue: 27)
    /// IGNORABLE_LOG_EVENT: of no meaning to whoever does not know it.
    public static let ignorable = BinlogEventType(rawValue: 28)
    /// ROWS_QUERY_LOG_EVENT: the statement that made the rows behind it.
    public static let rowsQuery = BinlogEventType(rawValue: 29)
    /// WRITE_ROWS_EVENT: inserted rows.
    public static let writeRows = BinlogEventType(rawValue: 30)
    /// UPDATE_ROWS_EVENT: updated rows, before and after.
    public static let updateRows = BinlogEventType(rawValue: 31)
    /// DELETE_ROWS_EVENT: deleted rows.
    public static let deleteRows = BinlogEventType(rawValue: 32)
    /// GTID_LOG_EVENT: the beginning of a transaction with a GTID.
    public static let gtid = BinlogEventType(rawValue: 33)
    /// ANONYMOUS_GTID_LOG_EVENT: the beginning of a transaction without one.
    public static let anonymousGTID = BinlogEventType(rawValue: 34)
    /// PREVIOUS_GTIDS_LOG_EVENT: those of all files before this one.
    public static let previousGTIDs = BinlogEventType(rawValue: 35)
    /// TRANSACTION_CONTEXT_EVENT, of Group Replication.
    public static let transactionContext = BinlogEventType(rawValue: 36)
    /// VIEW_CHANGE_EVENT, of Group Replication.
    public static let viewChange = BinlogEventType(rawValue: 37)
    /// XA_PREPARE_LOG_EVENT: the end of an XA transaction's first phase.
    public static let xaPrepare = BinlogEventType(rawValue: 38)
    /// PARTIAL_UPDATE_ROWS_EVENT: updated rows whose JSON holds differences only.
    public static let partialUpdateRows = BinlogEventType(rawValue: 39)
    /// TRANSACTION_PAYLOAD_EVENT: a whole transaction, compressed.
    public static let transactionPayload = BinlogEventType(rawValue: 40)
    /// HEARTBEAT_LOG_EVENT_V2: the same as a heartbeat, with room for positions over 4 GiB.
    public static let heartbeatV2 = BinlogEventType(rawValue: 41)
    /// GTID_TAGGED_LOG_EVENT: the beginning of a transaction with a GTID that has a tag.
    public static let gtidTagged = BinlogEventType(rawValue: 42)
}

extension BinlogEventType: CustomStringConvertible {
    /// The manual's name of the event; the number where it has none here.
    public var description: String { Self.names[self] ?? "event type \(rawValue)" }

    private static let names: [BinlogEventType: String] = [
        .query: "QUERY", .stop: "STOP", .rotate: "ROTATE", .intVar: "INTVAR", .random: "RAND",
        .userVariable: "USER_VAR", .formatDescription: "FORMAT_DESCRIPTION", .xid: "XID",
        .beginLoadQuery: "BEGIN_LOAD_QUERY", .executeLoadQuery: "EXECUTE_LOAD_QUERY", .tableMap: "TABLE_MAP",
        .writeRowsV1: "WRITE_ROWS_V1", .updateRowsV1: "UPDATE_ROWS_V1", .deleteRowsV1: "DELETE_ROWS_V1",
        .incident: "INCIDENT", .heartbeat: "HEARTBEAT", .ignorable: "IGNORABLE", .rowsQuery: "ROWS_QUERY",
        .writeRows: "WRITE_ROWS", .updateRows: "UPDATE_ROWS", .deleteRows: "DELETE_ROWS", .gtid: "GTID",
        .anonymousGTID: "ANONYMOUS_GTID", .previousGTIDs: "PREVIOUS_GTIDS",
        .transactionContext: "TRANSACTION_CONTEXT", .viewChange: "VIEW_CHANGE", .xaPrepare: "XA_PREPARE",
        .partialUpdateRows: "PARTIAL_UPDATE_ROWS", .transactionPayload: "TRANSACTION_PAYLOAD",
        .heartbeatV2: "HEARTBEAT_V2", .gtidTagged: "GTID_TAGGED",
    ]
}
