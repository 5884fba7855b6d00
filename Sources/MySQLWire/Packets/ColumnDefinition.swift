/// Protocol::ColumnDefinition41: what the server says of one column of a result.
/// See [ColumnDefinition41](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html).
public struct ColumnDefinition: Sendable, Equatable {
    /// The database of the table; empty for an expression.
    public var schema: String
    /// The table's name in the statement (an alias, where there is one).
    public var table: String
    /// The table's own name; empty for an expression.
    public var originalTable: String
    /// The column's name in the result. The server writes it in the session's character set; what is not UTF-8 is
    /// replaced here.
    public var name: String
    /// The name as it came, where it is not UTF-8.
    package var rawName: [UInt8]?
    /// The column's own name; empty for an expression.
    public var originalName: String
    /// The collation's id; 63 is `binary`.
    public var collation: UInt16
    /// The display width in bytes.
    public var length: UInt32
    /// The type on the wire: TEXT and BLOB have the same, told apart by ``collation``.
    public var type: ColumnType
    /// NOT_NULL_FLAG 1, PRI_KEY_FLAG 2, UNSIGNED_FLAG 32, BINARY_FLAG 128 and so on (manual: Column Definition Flags).
    public var flags: UInt16
    /// Digits behind the point or of a second; 31 where they are not fixed (FLOAT and DOUBLE).
    public var decimals: UInt8

    /// A column of a caller's own, for tests and simulations.
    public init(
        schema: String = "",
        table: String = "",
        originalTable: String = "",
        name: String,
        originalName: String = "",
        collation: UInt16 = 255,
        length: UInt32 = 0,
        type: ColumnType = .varString,
        flags: UInt16 = 0,
        decimals: UInt8 = 0
    ) {
        self.schema = schema
        self.table = table
        self.originalTable = originalTable
        self.name = name
        self.originalName = originalName
        self.collation = collation
        self.length = length
        self.type = type
        self.flags = flags
        self.decimals = decimals
    }
}
