/// What a repair changed. It does not claim that the servers are equal now: compare them again.
public struct RepairReport: Sendable, Hashable, Codable {
    /// What was done to one table.
    public struct Table: Sendable, Hashable, Codable {
        public var database: String
        public var table: String
        /// The table was missing or defined otherwise, and was made anew and filled.
        public var isRecreated: Bool
        /// All rows were replaced: a table without a key that differed in too many rows to look each up.
        public var isRefilled: Bool
        public var inserted: UInt64
        public var deleted: UInt64
        /// Rows that had the same key and other content.
        public var updated: UInt64
    }

    /// The server that was changed.
    public var server: String
    /// Where the data come from, and the end of its binary log at that moment.
    public var source: String
    public var coordinates: BinaryLogCoordinates
    public var tables: [Table]
    /// What the target held and the source did not.
    public var saved: SavedRows
    /// Statements that changed definitions, in order.
    public var statements: [String]
    public var seconds: Double

    public var rowsInserted: UInt64 { tables.reduce(0) { $0 &+ $1.inserted } }
    public var rowsDeleted: UInt64 { tables.reduce(0) { $0 &+ $1.deleted } }
    public var rowsUpdated: UInt64 { tables.reduce(0) { $0 &+ $1.updated } }
}
