package import NIOCore

/// ProtocolText::ResultsetRow: for each column a length-encoded string, or 0xFB for NULL.
///
/// The client reads rows in place (``RowScanner``); this is the server's side, and the slow reading of one row.
/// See [Text Resultset Row](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_row.html).
package struct TextRow: Sendable, Equatable {
    package var cells: [ByteBuffer?]

    package init(cells: [ByteBuffer?]) {
        self.cells = cells
    }

    package init(_ texts: [String?]) {
        cells = texts.map { $0.map { ByteBuffer(string: $0) } }
    }

    package static func decode(_ payload: ByteBuffer) throws(WireError) -> TextRow {
        var reader = WireReader(payload, packet: "ProtocolText::ResultsetRow")
        var cells: [ByteBuffer?] = []
        while !reader.isAtEnd {
            if reader.peek() == 0xFB {
                try reader.skip(1, "NULL")
                cells.append(nil)
            } else {
                cells.append(try reader.lengthEncodedBytes("cell \(cells.count)"))
            }
        }
        return TextRow(cells: cells)
    }

    package func encode() -> ByteBuffer {
        var buffer = ByteBuffer()
        for cell in cells {
            if let cell {
                buffer.writeLengthEncoded(bytes: cell.readableBytesView)
            } else {
                buffer.writeInteger(UInt8(0xFB))
            }
        }
        return buffer
    }
}
