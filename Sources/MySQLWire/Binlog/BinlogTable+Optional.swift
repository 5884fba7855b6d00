internal import NIOCore

extension BinlogTable {
    /// One block of optional metadata (`Table_map_event::Optional_metadata_field_type`); unknown ones are passed over.
    mutating func readOptional(_ type: UInt8, _ value: ByteBuffer) throws(WireError) {
        var reader = WireReader(value, packet: "TABLE_MAP optional metadata")
        switch type {
        case 1: try readBits(&reader, of: columns.indices.filter { columns[$0].isNumeric }) { $0.isUnsigned = $1 }
        case 2: try readDefaultCollation(&reader, of: columns.indices.filter { columns[$0].isCharacter })
        case 3: try readCollations(&reader, of: columns.indices.filter { columns[$0].isCharacter })
        case 4:
            for index in columns.indices { columns[index].name = try reader.lengthEncodedString("column_name") }
        case 5: try readLabels(&reader, of: .set)
        case 6: try readLabels(&reader, of: .enumeration)
        case 7:
            for index in columns.indices where columns[index].type == .geometry && !reader.isAtEnd {
                columns[index].geometryType = try reader.lengthEncoded("geometry_type")
            }
        case 8, 9:
            for index in columns.indices { columns[index].isPrimaryKey = false }
            while !reader.isAtEnd {
                let index = try self.index(try reader.lengthEncoded("primary_key"), &reader)
                columns[index].isPrimaryKey = true
                if type == 9 { _ = try reader.lengthEncoded("primary_key_prefix") }
            }
        case 10: try readDefaultCollation(&reader, of: columns.indices.filter { hasLabels($0) })
        case 11: try readCollations(&reader, of: columns.indices.filter { hasLabels($0) })
        case 12: try readBits(&reader, of: Array(columns.indices)) { $0.isVisible = $1 }
        case 13:
            for index in columns.indices where columns[index].type == .vector && !reader.isAtEnd {
                columns[index].vectorDimensions = try reader.lengthEncoded("vector_dimensions")
            }
        default: break
        }
    }

    private func hasLabels(_ index: Int) -> Bool {
        columns[index].type == .enumeration || columns[index].type == .set
    }

    private func index(_ value: UInt64, _ reader: inout WireReader) throws(WireError) -> Int {
        guard value < UInt64(columns.count) else { throw reader.error("column_index", "there is no column \(value)") }
        return Int(value)
    }

    /// A bit for each column of the given ones, from the highest of the first byte on.
    private mutating func readBits(
        _ reader: inout WireReader,
        of indices: [Int],
        _ set: (inout BinlogColumn, Bool) -> Void
    ) throws(WireError) {
        let bits = try reader.array((indices.count + 7) / 8, "bits")
        for (position, index) in indices.enumerated() {
            set(&columns[index], bits[position / 8] & (0x80 >> UInt8(position % 8)) != 0)
        }
    }

    /// The collation of most columns, then pairs of position and collation for the others.
    private mutating func readDefaultCollation(_ reader: inout WireReader, of indices: [Int]) throws(WireError) {
        let collation = try reader.lengthEncoded("default_collation")
        for index in indices { columns[index].collation = collation }
        while !reader.isAtEnd {
            let position = try reader.lengthEncoded("column_position")
            guard position < UInt64(indices.count) else {
                throw reader.error("column_position", "there is no text column \(position)")
            }
            columns[indices[Int(position)]].collation = try reader.lengthEncoded("collation")
        }
    }

    private mutating func readCollations(_ reader: inout WireReader, of indices: [Int]) throws(WireError) {
        for index in indices { columns[index].collation = try reader.lengthEncoded("collation") }
    }

    private mutating func readLabels(_ reader: inout WireReader, of type: ColumnType) throws(WireError) {
        for index in columns.indices where columns[index].type == type && !reader.isAtEnd {
            // Each label takes at least a byte, so the count is bounded before anything is made room for.
            let count = try reader.length(try reader.lengthEncoded("label_count"), "labels")
            var labels: [[UInt8]] = []
            for _ in 0..<count { labels.append(try reader.lengthEncodedArray("label")) }
            columns[index].labels = labels
        }
    }
}
