import MySQLWire
import NIOCore

/// Pieces of scripts: prepared statements and their binary rows.
enum StatementScript {
    static let id: UInt32 = 7
    /// One column.
    static func prepared(parameters: UInt16 = 0, columns: UInt16 = 1, id: UInt32 = id) -> ByteBuffer {
        let packet = PrepareOK(statementID: id, columnCount: columns, parameterCount: parameters)
        let definitions = Array(repeating: Script.column, count: Int(parameters + columns))
        return Script.segment(1, [packet.encode()] + definitions)
    }

    static let cursorOpened = Script.segment(1, Script.columnCount(1), Script.column, end(0x42))
    static func end(_ status: UInt8) -> ByteBuffer { ByteBuffer(bytes: [0xFE, 0, 0, status, 0, 0, 0]) }
    static func row(_ text: String) -> ByteBuffer { ByteBuffer(bytes: [0, 0, UInt8(text.utf8.count)] + text.utf8) }
    /// The rows of one fetch.
    static func rows(_ texts: String..., status: UInt8) -> ByteBuffer {
        Script.segment(1, texts.map(row) + [end(status)])
    }

    /// The answer to `SELECT @@max_allowed_packet`.
    static func limit(_ bytes: Int) -> ByteBuffer {
        Script.segment(1, Script.columnCount(1), Script.column, Script.row("\(bytes)"), Script.end)
    }

    static func execute(flags: UInt8 = 0, id: UInt8 = 7) -> [UInt8] { [0x17, id, 0, 0, 0, flags, 1, 0, 0, 0] }
    static func fetch(_ rows: UInt8) -> [UInt8] { [0x1C, 7, 0, 0, 0, rows, 0, 0, 0] }
    static let reset: [UInt8] = [0x1A, 7, 0, 0, 0]
    static let close: [UInt8] = [0x19, 7, 0, 0, 0]
    static let ping: [UInt8] = [0x0E]
    static func longData(_ bytes: [UInt8], parameter: UInt8 = 0) -> [UInt8] {
        [0x18, 7, 0, 0, 0, parameter, 0] + bytes
    }
    static func sql(_ command: UInt8, _ text: String) -> [UInt8] { [command] + Array(text.utf8) }
}
