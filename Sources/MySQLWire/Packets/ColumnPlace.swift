/// Where one Protocol::ColumnDefinition41 lies in the bytes of several, where its name does, and what the decoding of rows
/// needs of it: all that is looked at when a result begins.
///
/// Half of a small answer's work would be the texts of its definitions, of which most programs look at none.
/// See [ColumnDefinition41](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html).
struct ColumnPlace: Sendable {
    /// Of the payload, in the bytes of all.
    var offset: UInt32
    var length: UInt32
    /// From the start of the payload.
    var nameOffset: UInt32
    var nameLength: UInt32
    var traits: ColumnTraits

    /// Nil where the payload is not one whole definition: ``ColumnDefinition/decode(_:)`` says why.
    ///
    /// - Parameter offset: of the payload, in the bytes of all.
    @inline(__always)
    init?(scanning payload: UnsafeRawBufferPointer, offset: Int) {
        let end = payload.count
        var position = 0
        var name: (offset: Int, length: Int) = (0, 0)
        // catalog, schema, table, org_table, name, org_name, length of what has a fixed length
        for field in 0..<7 {
            guard position < end else { return nil }
            var length = Int(payload[position])
            position += 1
            if length > 0xFA {
                guard let long = Self.longLength(payload, &position, first: length) else { return nil }
                length = long
            }
            // Of the fixed fields, 12, more than which they may become; and of those the last two are filler.
            guard field < 6 else {
                guard length >= 10, end - position >= 10 else { return nil }
                break
            }
            guard length <= end - position else { return nil }
            if field == 4 { name = (position, length) }
            position += length
        }
        self.offset = UInt32(truncatingIfNeeded: offset)
        length = UInt32(truncatingIfNeeded: end)
        nameOffset = UInt32(truncatingIfNeeded: name.offset)
        nameLength = UInt32(truncatingIfNeeded: name.length)
        // collation u16, length u32, type u8, flags u16, decimals u8
        traits = ColumnTraits(
            type: ColumnType(rawValue: payload[position + 6]),
            flags: UInt16(littleEndian: payload.loadUnaligned(fromByteOffset: position + 7, as: UInt16.self)),
            collation: UInt16(littleEndian: payload.loadUnaligned(fromByteOffset: position, as: UInt16.self)),
            decimals: payload[position + 9]
        )
    }

    /// Behind 0xFC, 0xFD or 0xFE; nil for what begins no length, and for one that is longer than what is there.
    @inline(never)
    private static func longLength(_ bytes: UnsafeRawBufferPointer, _ position: inout Int, first: Int) -> Int? {
        let width = first == 0xFC ? 2 : first == 0xFD ? 3 : first == 0xFE ? 8 : 0
        guard width > 0, width <= bytes.count - position else { return nil }
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += width
        // More than an Int holds is more than is there.
        return Int(exactly: value) ?? Int.max
    }
}
