package import NIOCore

extension ColumnDefinition {
    /// `catalog, schema, table, org_table, name, org_name` (lenenc strings), `0x0C lenenc, collation u16, length u32,
    /// type u8, flags u16, decimals u8, 2 bytes of filler`.
    package static func decode(_ payload: ByteBuffer) throws(WireError) -> ColumnDefinition {
        var reader = WireReader(payload, packet: "ColumnDefinition41")
        _ = try reader.lengthEncodedBytes("catalog")
        let schema = try reader.lengthEncodedString("schema")
        let table = try reader.lengthEncodedString("table")
        let originalTable = try reader.lengthEncodedString("org_table")
        let name = try reader.lengthEncodedText("name")
        let originalName = try reader.lengthEncodedString("org_name")
        let length = try reader.lengthEncoded("length of fixed fields")
        guard length >= 10 else { throw reader.error("length of fixed fields", "\(length) instead of 12") }
        var column = ColumnDefinition(
            schema: schema,
            table: table,
            originalTable: originalTable,
            name: name.text,
            originalName: originalName,
            collation: try reader.integer("character set"),
            length: try reader.integer("column length"),
            type: ColumnType(rawValue: try reader.integer("type")),
            flags: try reader.integer("flags"),
            decimals: try reader.integer("decimals")
        )
        column.rawName = name.raw
        return column
    }

    package func encode() -> ByteBuffer {
        var buffer = ByteBuffer()
        for text in ["def", schema, table, originalTable] { buffer.writeLengthEncoded(string: text) }
        if let rawName {
            buffer.writeLengthEncoded(bytes: rawName)
        } else {
            buffer.writeLengthEncoded(string: name)
        }
        buffer.writeLengthEncoded(string: originalName)
        buffer.writeLengthEncoded(12)
        buffer.writeLittle(collation)
        buffer.writeLittle(length)
        buffer.writeInteger(type.rawValue)
        buffer.writeLittle(flags)
        buffer.writeInteger(decimals)
        buffer.writeRepeatingByte(0, count: 2)
        return buffer
    }
}
