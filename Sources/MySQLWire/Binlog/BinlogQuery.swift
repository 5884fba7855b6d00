internal import NIOCore

/// QUERY: a statement as text: DDL, the borders of a transaction, or DML under `binlog_format=STATEMENT`.
public struct BinlogQuery: Sendable, Hashable {
    /// The connection that ran it, on the server that ran it first.
    public var threadID: UInt32
    /// Seconds that it ran.
    public var executionTime: UInt32
    /// The error it ended with, 0 for none.
    public var errorCode: UInt16
    /// The session's current database; empty for none.
    public var database: String
    /// The statement in the bytes of the session's `character_set_client`.
    public var bytes: [UInt8]
    /// The id of `character_set_client`; nil where the event does not tell.
    public var clientCharacterSet: UInt16?
    /// The session's `sql_mode`; nil where the event does not tell.
    public var sqlMode: UInt64?

    /// The statement as UTF-8; bytes that are not become U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    init(_ reader: inout WireReader, postHeaderLength: Int) throws(WireError) {
        threadID = try reader.integer("thread_id")
        executionTime = try reader.integer("execution_time")
        let databaseLength: UInt8 = try reader.integer("schema_length")
        errorCode = try reader.integer("error_code")
        let variablesLength: UInt16 = try reader.integer("status_vars_length")
        try reader.skip(postHeaderLength - 13, "post_header")
        let variables = try reader.bytes(Int(variablesLength), "status_vars")
        database = String(decoding: try reader.array(Int(databaseLength), "schema"), as: UTF8.self)
        try reader.skip(1, "schema_end")
        bytes = Array(reader.rest().readableBytesView)
        readVariables(variables)
    }

    /// Status variables: a code, then a value whose form the code tells. Reading ends at the first unknown code, for
    /// what follows it cannot be found; the length of the whole part was given, so the statement is found all the same.
    private mutating func readVariables(_ buffer: ByteBuffer) {
        var reader = WireReader(buffer, packet: "QUERY status variables")
        while !reader.isAtEnd {
            do throws(WireError) {
                switch try reader.integer("code", as: UInt8.self) {
                case 0: try reader.skip(4, "flags2")
                case 1: sqlMode = try reader.integer("sql_mode")
                case 3: try reader.skip(4, "auto_increment")
                case 4:
                    clientCharacterSet = try reader.integer("character_set_client")
                    try reader.skip(4, "collations")
                case 5, 6: try reader.skip(Int(try reader.integer("length", as: UInt8.self)), "time_zone or catalog")
                case 7, 8: try reader.skip(2, "lc_time_names or collation_database")
                case 9: try reader.skip(8, "table_map_for_update")
                default: return
                }
            } catch {
                return
            }
        }
    }
}
