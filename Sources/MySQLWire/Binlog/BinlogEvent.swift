/// One event of a binary log.
public struct BinlogEvent: Sendable, Hashable {
    /// What every event has.
    public var header: BinlogEventHeader
    /// What is particular to its type.
    public var body: Body

    /// An event of a caller's own, for tests and simulations.
    public init(header: BinlogEventHeader, body: Body) {
        self.header = header
        self.body = body
    }

    /// The content of an event, by its type.
    public enum Body: Sendable, Hashable {
        /// FORMAT_DESCRIPTION: how the events behind it are to be read.
        case formatDescription(BinlogFormatDescription)
        /// The log goes on in this file, at this position.
        case rotate(file: String, position: UInt64)
        /// PREVIOUS_GTIDS: those of all files before this one.
        case previousGTIDs(BinlogPreviousGTIDs)
        /// GTID and its like: the beginning of a transaction.
        case gtid(BinlogGTIDEvent)
        /// QUERY: a statement as text, BEGIN among them.
        case query(BinlogQuery)
        /// The commit of a transaction.
        case xid(UInt64)
        /// XA_PREPARE: the end of the first phase of an XA transaction.
        case xaPrepare(BinlogXAPrepare)
        /// TABLE_MAP: the table of the rows behind it.
        case tableMap(BinlogTable)
        /// WRITE_ROWS, UPDATE_ROWS, DELETE_ROWS or PARTIAL_UPDATE_ROWS.
        case rows(BinlogRowsEvent)
        /// The statement that made the rows behind it, as its author wrote it (`binlog_rows_query_log_events`).
        case rowsQuery(String)
        /// TRANSACTION_PAYLOAD: a whole transaction, compressed.
        case transactionPayload(BinlogTransactionPayload)
        /// STOP: the server was shut down in good order.
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
    /// It is the commit as well (`XA COMMIT … ONE PHASE`).
    public var isOnePhase: Bool
    /// The third part of the xid.
    public var formatID: UInt32
    /// The first part of the xid (`gtrid`).
    public var globalID: [UInt8]
    /// The second part of the xid (`bqual`); may be empty.
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
    /// Bytes of the payload as it stands in the event.
    public var compressedSize: Int
    /// As the event tells it: not to be believed.
    public var uncompressedSize: UInt64?
    /// The events inside; nil where they cannot be read.
    public var events: [BinlogEvent]?
}
