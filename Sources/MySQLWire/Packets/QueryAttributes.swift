internal import NIOCore

/// What stands before the text of COM_QUERY where QUERY_ATTRIBUTES was agreed on (manual: COM_QUERY):
/// `count lenenc, set count lenenc (1)` and, if there are any, `NULL bitmap of (count + 7) / 8 bytes, 1, count times
/// (type u8, flag u8, name lenenc), values`.
/// See [COM_QUERY](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query.html).
enum QueryAttributes {
    /// The count is an index into a bitmap; nobody has so many.
    static let maximumCount = 0xFFFF

    private static let text: UInt8 = 0xFE
    private static let longlong: UInt8 = 0x08
    private static let null: UInt8 = 0x06
    private static let unsigned: UInt8 = 0x80

    static func encode(_ attributes: [MySQLQueryAttribute], into buffer: inout ByteBuffer) {
        buffer.writeLengthEncoded(UInt64(attributes.count))
        buffer.writeLengthEncoded(1)
        guard !attributes.isEmpty else { return }
        var bitmap = [UInt8](repeating: 0, count: (attributes.count + 7) / 8)
        for (index, attribute) in attributes.enumerated() where attribute.value == .null {
            bitmap[index / 8] |= 1 << UInt8(index % 8)
        }
        buffer.writeBytes(bitmap)
        // The types follow.
        buffer.writeInteger(UInt8(1))
        for attribute in attributes {
            switch attribute.value {
            case .null: buffer.writeBytes([null, 0])
            case .string: buffer.writeBytes([text, 0])
            case .integer: buffer.writeBytes([longlong, 0])
            case .unsigned: buffer.writeBytes([longlong, unsigned])
            }
            buffer.writeLengthEncoded(string: attribute.name)
        }
        for attribute in attributes {
            switch attribute.value {
            case .null: break
            case .string(let value): buffer.writeLengthEncoded(string: value)
            case .integer(let value): buffer.writeLittle(value)
            case .unsigned(let value): buffer.writeLittle(value)
            }
        }
    }

    /// A server's side of ``encode(_:into:)``. Nil for a type that only other clients send.
    static func decode(_ reader: inout WireReader) throws(WireError) -> [MySQLQueryAttribute]? {
        let count = try reader.lengthEncoded("parameter count")
        _ = try reader.lengthEncoded("parameter set count")
        guard count > 0 else { return [] }
        guard count <= UInt64(maximumCount) else { throw reader.error("parameter count", "\(count) parameters") }
        let bitmap = Array(buffer: try reader.bytes((Int(count) + 7) / 8, "NULL bitmap"))
        guard try reader.integer("new parameters bound", as: UInt8.self) == 1 else { return nil }
        var heads: [(type: UInt8, flag: UInt8, name: String)] = []
        for _ in 0..<count {
            heads.append(
                (
                    try reader.integer("parameter type"), try reader.integer("parameter flag"),
                    try reader.lengthEncodedString("parameter name")
                )
            )
        }
        var attributes: [MySQLQueryAttribute] = []
        for (index, head) in heads.enumerated() {
            let value: MySQLQueryAttribute.Value
            switch head.type {
            case _ where bitmap[index / 8] >> UInt8(index % 8) & 1 == 1: value = .null
            case text, 0x0F, 0xFD: value = .string(try reader.lengthEncodedString("parameter value"))
            case longlong where head.flag & unsigned == 0: value = .integer(try reader.integer("parameter value"))
            case longlong: value = .unsigned(try reader.integer("parameter value"))
            default: return nil
            }
            attributes.append(MySQLQueryAttribute(head.name, value))
        }
        return attributes
    }
}
