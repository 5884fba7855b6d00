/// One event of a binary log.
public struct BinlogEvent: Sendable, Hashable {
    public var header: BinlogEventHeader
    public var body: Body

    public init(header: BinlogEventHeader, body: Body) {
        self.header = header
        self.body = body
    }

    public enum Body: Sendable, Hashable {
        case formatDescription(BinlogFormatDescription)
        /// The log goes on in this file, at this position.
        case rotate(file: String, position: UInt64)
        case previousGTIDs(BinlogPreviousGTIDs)
        case gtid(BinlogGTIDEvent)
        case query(BinlogQuery)
        /// The commit of a transaction.
        case xid(UInt64)
        case xaPrepare(BinlogXAPrepare)
        case tableMap(BinlogTable)
        case rows(BinlogRowsEvent)
        /// The statement that made the rows behind it, as its author wrote it (`binlog_rows_query_log_events`).
        case rowsQuery(String)
        case transactionPayload(BinlogTransactionPayload)
        case stop
        /// Nothing new; the file that the server is reading.
        case heartbeat(file: String)
        /// Something happened that the log does not tell; a replica stops here.
        case incident(number: UInt16, message: String)
        /// An event that is not decoded: its bytes behind the header, without checksum.
        case opaque([UInt8])
    }
}

/// XA_PREPARE: the end of the first phase of an XA transaction, or its commit in one phase.
public struct BinlogXAPrepare: Sendable, Hashable {
    public var isOnePhase: Bool
    public var formatID: UInt32
    public var globalID: [UInt8]
    public var branchQualifier: [UInt8]

    /// As the log's own `XA COMMIT` names it.
    public var text: String {
        "\(SQLText.literal(bytes: globalID)),\(SQLText.literal(bytes: branchQualifier)),\(formatID)"
    }
}

/// TRANSACTION_PAYLOAD: a whole transaction in one event (`binlog_transaction_compression`).
public struct BinlogTransactionPayload: Sendable, Hashable {
    /// 0 for zstd, 255 for none.
    public var compression: UInt64
    public var compressedSize: Int
    /// As the event tells it: not to be believed.
    public var uncompressedSize: UInt64?
    /// The events inside; nil where they cannot be read.
    public var events: [BinlogEvent]?
}
