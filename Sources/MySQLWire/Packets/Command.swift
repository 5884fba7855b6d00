package import NIOCore

/// What a client asks for in the command phase: one payload, first byte the command (manual: Command Phase).
package enum Command: Sendable, Equatable {
    /// COM_QUIT 0x01: no answer; the server closes.
    case quit
    /// COM_INIT_DB 0x02, the database's name to the end.
    case initDB(String)
    /// COM_QUERY 0x03, the statement's text to the end.
    case query(String)
    /// COM_PING 0x0E.
    case ping
    /// COM_RESET_CONNECTION 0x1F.
    case resetConnection
    /// COM_STMT_PREPARE 0x16, the statement's text to the end.
    case statementPrepare(String)
    /// COM_STMT_EXECUTE 0x17.
    case statementExecute(StatementExecute)
    /// COM_STMT_CLOSE 0x19, the statement's id: no answer.
    case statementClose(UInt32)
    /// COM_STMT_RESET 0x1A, the statement's id.
    case statementReset(UInt32)
    /// COM_BINLOG_DUMP 0x12 and what else streams packets until EOF: the whole payload.
    case stream(ByteBuffer)

    /// - Parameter capabilities: the session's; only QUERY_ATTRIBUTES matters here, which puts the (empty) list of them
    ///   before a statement's text.
    package func encode(capabilities: CapabilityFlags = []) -> ByteBuffer {
        var buffer = ByteBuffer()
        switch self {
        case .quit: buffer.writeInteger(UInt8(0x01))
        case .initDB(let name):
            buffer.writeInteger(UInt8(0x02))
            buffer.writeString(name)
        case .query(let sql):
            buffer.writeInteger(UInt8(0x03))
            if capabilities.contains(.queryAttributes) { buffer.writeBytes([0, 1]) }
            buffer.writeString(sql)
        case .ping: buffer.writeInteger(UInt8(0x0E))
        case .resetConnection: buffer.writeInteger(UInt8(0x1F))
        case .statementPrepare(let sql):
            buffer.writeInteger(UInt8(0x16))
            buffer.writeString(sql)
        case .statementExecute(let packet): return packet.encode(capabilities: capabilities)
        case .statementClose(let id):
            buffer.writeInteger(UInt8(0x19))
            buffer.writeLittle(id)
        case .statementReset(let id):
            buffer.writeInteger(UInt8(0x1A))
            buffer.writeLittle(id)
        case .stream(let payload): return payload
        }
        return buffer
    }

    /// The bytes that the caller's text or values take, at least.
    package var textLength: Int {
        switch self {
        case .query(let sql), .statementPrepare(let sql): sql.utf8.count
        case .statementExecute(let packet): packet.parameters.reduce(0) { $0 + $1.byteCount }
        default: 0
        }
    }

    /// The server says nothing to it.
    package var isUnanswered: Bool {
        if case .statementClose = self { true } else { false }
    }

    /// A server's side of ``encode(capabilities:)``: what it does not know becomes ``stream(_:)``.
    package static func decode(
        _ payload: ByteBuffer,
        capabilities: CapabilityFlags = []
    ) throws(WireError) -> Command {
        var reader = WireReader(payload, packet: "command")
        switch try reader.integer("command", as: UInt8.self) {
        case 0x01 where reader.isAtEnd: return .quit
        case 0x02: return .initDB(String(buffer: reader.rest()))
        case 0x03:
            if capabilities.contains(.queryAttributes) {
                guard try reader.lengthEncoded("parameter count") == 0 else { return .stream(payload) }
                _ = try reader.lengthEncoded("parameter set count")
            }
            return .query(String(buffer: reader.rest()))
        case 0x0E where reader.isAtEnd: return .ping
        case 0x16: return .statementPrepare(String(buffer: reader.rest()))
        case 0x19 where reader.remaining == 4: return .statementClose(try reader.integer("statement id"))
        case 0x1A where reader.remaining == 4: return .statementReset(try reader.integer("statement id"))
        case 0x1F where reader.isAtEnd: return .resetConnection
        default: return .stream(payload)
        }
    }
}
