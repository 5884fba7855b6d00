package import NIOCore

/// What a client asks for in the command phase: one payload, first byte the command (manual: Command Phase).
/// See [Command Phase](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html).
package enum Command: Sendable, Equatable {
    /// COM_QUIT 0x01: no answer; the server closes.
    case quit
    /// COM_INIT_DB 0x02, the database's name to the end.
    case initDB(String)
    /// COM_QUERY 0x03, the statement's text to the end.
    case query(String)
    /// COM_QUERY with attributes; one that has none is a ``query(_:)``.
    case attributedQuery(String, [MySQLQueryAttribute])
    /// COM_STATISTICS 0x09: answered with a bare text.
    case statistics
    /// COM_PING 0x0E.
    case ping
    /// COM_CHANGE_USER 0x11: a login follows. Its bytes depend on that: ``ConnectionMachine`` asks for them, and
    /// ``encode(capabilities:)`` proves nothing.
    case changeUser(ChangeUserCommand.Account)
    /// COM_SET_OPTION 0x1B: whether one text may hold several statements.
    case allowSeveralStatements(Bool)
    /// COM_RESET_CONNECTION 0x1F.
    case resetConnection
    /// COM_STMT_PREPARE 0x16, the statement's text to the end.
    case statementPrepare(String)
    /// COM_STMT_EXECUTE 0x17.
    case statementExecute(StatementExecute)
    /// COM_STMT_FETCH 0x1C, the statement's id, how many rows u32: rows of its open cursor.
    case statementFetch(UInt32, rows: UInt32)
    /// COM_STMT_SEND_LONG_DATA 0x18, the statement's id, the parameter's index u16, a piece of its value: no answer.
    case statementSendLongData(UInt32, parameter: UInt16, ByteBuffer)
    /// COM_STMT_CLOSE 0x19, the statement's id: no answer.
    case statementClose(UInt32)
    /// COM_STMT_RESET 0x1A, the statement's id.
    case statementReset(UInt32)
    /// COM_INIT_DB, COM_QUERY or COM_STMT_PREPARE of another client, where the cases above would not give its bytes back,
    /// as for a text that is not UTF-8: the whole payload.
    case verbatim(ByteBuffer)
    /// COM_BINLOG_DUMP 0x12 and what else streams packets until EOF: the whole payload.
    case stream(ByteBuffer)

    /// - Parameter capabilities: the session's; QUERY_ATTRIBUTES puts the list of them, mostly empty, before a
    ///   statement's text.
    package func encode(capabilities: CapabilityFlags = []) -> ByteBuffer {
        var buffer = ByteBuffer()
        switch self {
        case .statementSendLongData(_, _, let piece): buffer.reserveCapacity(7 + piece.readableBytes)
        // With room for the head of an empty list of attributes.
        case .query, .attributedQuery, .statementPrepare: buffer.reserveCapacity(3 + textLength)
        default: break
        }
        buffer.writeInteger(code)
        switch self {
        case .quit, .statistics, .ping, .resetConnection: break
        case .initDB(let name): buffer.writeString(name)
        case .query(let sql):
            if capabilities.contains(.queryAttributes) { QueryAttributes.encode([], into: &buffer) }
            buffer.writeString(sql)
        case .attributedQuery(let sql, let attributes):
            if capabilities.contains(.queryAttributes) { QueryAttributes.encode(attributes, into: &buffer) }
            buffer.writeString(sql)
        case .changeUser(let account):
            return ChangeUserCommand(
                username: account.username,
                authenticationResponse: [],
                database: account.database ?? "",
                characterSet: 45,
                authenticationPlugin: nil,
                attributes: []
            ).encode(capabilities: capabilities)
        case .allowSeveralStatements(let areAllowed):
            buffer.writeLittle(UInt16(areAllowed ? 0 : 1))
        case .statementPrepare(let sql): buffer.writeString(sql)
        case .statementExecute(let packet): return packet.encode(capabilities: capabilities)
        case .statementFetch(let id, let rows):
            buffer.writeLittle(id)
            buffer.writeLittle(rows)
        case .statementSendLongData(let id, let parameter, let piece):
            buffer.writeLittle(id)
            buffer.writeLittle(parameter)
            buffer.writeImmutableBuffer(piece)
        case .statementClose(let id), .statementReset(let id): buffer.writeLittle(id)
        case .verbatim(let payload), .stream(let payload): return payload
        }
        return buffer
    }

    /// The bytes that the caller's text or values take, at least.
    package var textLength: Int {
        switch self {
        case .query(let sql), .attributedQuery(let sql, _), .statementPrepare(let sql): sql.utf8.count
        case .statementExecute(let packet): packet.valueLength
        default: 0
        }
    }

    /// How long its payload is.
    package func length(capabilities: CapabilityFlags) -> Int {
        switch self {
        case .query(let sql) where !capabilities.contains(.queryAttributes): 1 + sql.utf8.count
        case .statementPrepare(let sql): 1 + sql.utf8.count
        case .statementExecute(let packet): packet.length(capabilities: capabilities)
        default: encode(capabilities: capabilities).readableBytes
        }
    }

    /// The server forgets all prepared statements with it.
    package var endsStatements: Bool {
        switch self {
        case .resetConnection, .changeUser: true
        default: false
        }
    }

    /// It changes what COM_RESET_CONNECTION leaves as it is: a pool must not lend such a connection again.
    package var outlastsReset: Bool {
        switch self {
        case .changeUser, .allowSeveralStatements: true
        default: false
        }
    }

    /// The server says nothing to it.
    package var isUnanswered: Bool {
        switch self {
        case .statementClose, .statementSendLongData: true
        default: false
        }
    }

    /// A server's side of ``encode(capabilities:)``, without loss: what it does not know becomes ``stream(_:)``.
    package static func decode(
        _ payload: ByteBuffer,
        capabilities: CapabilityFlags = []
    ) throws(WireError) -> Command {
        let command = try read(payload, capabilities: capabilities)
        switch command {
        case .initDB, .query, .attributedQuery, .statementPrepare:
            return command.encode(capabilities: capabilities) == payload ? command : .verbatim(payload)
        default: return command
        }
    }

    private static func read(_ payload: ByteBuffer, capabilities: CapabilityFlags) throws(WireError) -> Command {
        var reader = WireReader(payload, packet: "command")
        switch try reader.integer("command", as: UInt8.self) {
        case 0x01 where reader.isAtEnd: return .quit
        case 0x02: return .initDB(String(buffer: reader.rest()))
        case 0x03:
            if capabilities.contains(.queryAttributes) {
                guard let attributes = try QueryAttributes.decode(&reader) else { return .verbatim(payload) }
                if !attributes.isEmpty { return .attributedQuery(String(buffer: reader.rest()), attributes) }
            }
            return .query(String(buffer: reader.rest()))
        case 0x09 where reader.isAtEnd: return .statistics
        case 0x0E where reader.isAtEnd: return .ping
        case 0x16: return .statementPrepare(String(buffer: reader.rest()))
        case 0x18 where reader.remaining >= 6:
            return .statementSendLongData(
                try reader.integer("statement id"),
                parameter: try reader.integer("parameter"),
                reader.rest()
            )
        case 0x1C where reader.remaining == 8:
            return .statementFetch(try reader.integer("statement id"), rows: try reader.integer("number of rows"))
        case 0x19 where reader.remaining == 4: return .statementClose(try reader.integer("statement id"))
        case 0x1A where reader.remaining == 4: return .statementReset(try reader.integer("statement id"))
        case 0x1B where reader.remaining == 2:
            switch try reader.integer("option", as: UInt16.self) {
            case 0: return .allowSeveralStatements(true)
            case 1: return .allowSeveralStatements(false)
            default: return .stream(payload)
            }
        case 0x1F where reader.isAtEnd: return .resetConnection
        default: return .stream(payload)
        }
    }
}
