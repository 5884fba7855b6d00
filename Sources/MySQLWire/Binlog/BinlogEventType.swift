/// The type byte of a binary log event (manual: "Binary Log Event Header"). Unknown values survive.
public struct BinlogEventType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let query = BinlogEventType(rawValue: 2)
    public static let stop = BinlogEventType(rawValue: 3)
    public static let rotate = BinlogEventType(rawValue: 4)
    public static let intVar = BinlogEventType(rawValue: 5)
    public static let random = BinlogEventType(rawValue: 13)
    public static let userVariable = BinlogEventType(rawValue: 14)
    public static let formatDescription = BinlogEventType(rawValue: 15)
    public static let xid = BinlogEventType(rawValue: 16)
    public static let beginLoadQuery = BinlogEventType(rawValue: 17)
    public static let executeLoadQuery = BinlogEventType(rawValue: 18)
    public static let tableMap = BinlogEventType(rawValue: 19)
    public static let writeRowsV1 = BinlogEventType(rawValue: 23)
    public static let updateRowsV1 = BinlogEventType(rawValue: 24)
    public static let deleteRowsV1 = BinlogEventType(rawValue: 25)
    public static let incident = BinlogEventType(rawValue: 26)
    public static let heartbeat = BinlogEventType(rawValue: 27)
    public static let ignorable = BinlogEventType(rawValue: 28)
    public static let rowsQuery = BinlogEventType(rawValue: 29)
    public static let writeRows = BinlogEventType(rawValue: 30)
    public static let updateRows = BinlogEventType(rawValue: 31)
    public static let deleteRows = BinlogEventType(rawValue: 32)
    public static let gtid = BinlogEventType(rawValue: 33)
    public static let anonymousGTID = BinlogEventType(rawValue: 34)
    public static let previousGTIDs = BinlogEventType(rawValue: 35)
    public static let transactionContext = BinlogEventType(rawValue: 36)
    public static let viewChange = BinlogEventType(rawValue: 37)
    public static let xaPrepare = BinlogEventType(rawValue: 38)
    public static let partialUpdateRows = BinlogEventType(rawValue: 39)
    public static let transactionPayload = BinlogEventType(rawValue: 40)
    public static let heartbeatV2 = BinlogEventType(rawValue: 41)
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
