public import MySQLWire

/// The end of a server's own binary log: SHOW BINARY LOG STATUS.
public struct SourceStatus: Sendable, Hashable, Codable {
    /// Where the next transaction will be written.
    public var coordinates: BinaryLogCoordinates
    /// `binlog_do_db` and `binlog_ignore_db`; empty where nothing is filtered.
    public var filteredDatabases: [String]
    /// The server's `gtid_executed`; nil where it says none (MariaDB), empty where GTIDs are off.
    public var executedGTIDSet: String?

    public init(coordinates: BinaryLogCoordinates, filteredDatabases: [String] = [], executedGTIDSet: String? = nil) {
        self.coordinates = coordinates
        self.filteredDatabases = filteredDatabases
        self.executedGTIDSet = executedGTIDSet
    }

    /// Reads the statement's result; nil where it has no row (the binary log is off).
    public init?(_ result: MySQLResult) {
        guard let row = result.firstRow, let file = row.string("File"), let position: UInt64 = row.integer("Position")
        else { return nil }
        coordinates = BinaryLogCoordinates(file: file, position: position)
        filteredDatabases = ["Binlog_Do_DB", "Binlog_Ignore_DB"].compactMap { row.string($0) }.filter { !$0.isEmpty }
        executedGTIDSet = row.string("Executed_Gtid_Set").map { $0.filter { !$0.isWhitespace } }
    }
}
