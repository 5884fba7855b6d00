#if canImport(FoundationEssentials)
public import struct FoundationEssentials.Data
#else
public import struct Foundation.Data
#endif

extension Data: MySQLEncodable {
    public var mysqlValue: MySQLValue { .bytes(Array(self)) }
}

extension Data: MySQLDecodable {
    /// A string, BLOB, JSON, GEOMETRY or VECTOR: its bytes as they are.
    public init(_ cell: MySQLCell) throws(MySQLError) { self.init(try [UInt8](cell)) }
}
