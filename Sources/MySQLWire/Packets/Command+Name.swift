internal import NIOCore

extension Command {
    /// The first byte of its payload.
    package var code: UInt8 {
        switch self {
        case .quit: 0x01
        case .initDB: 0x02
        case .query, .attributedQuery: 0x03
        case .statistics: 0x09
        case .ping: 0x0E
        case .changeUser: 0x11
        case .statementPrepare: 0x16
        case .statementExecute: 0x17
        case .statementSendLongData: 0x18
        case .statementClose: 0x19
        case .statementReset: 0x1A
        case .allowSeveralStatements: 0x1B
        case .statementFetch: 0x1C
        case .resetConnection: 0x1F
        case .verbatim(let payload), .stream(let payload): payload.getInteger(at: payload.readerIndex) ?? 0
        }
    }

    /// As the manual calls the command that begins with this byte.
    static func name(of code: UInt8) -> String {
        switch code {
        case 0x01: "COM_QUIT"
        case 0x02: "COM_INIT_DB"
        case 0x03: "COM_QUERY"
        case 0x04: "COM_FIELD_LIST"
        case 0x09: "COM_STATISTICS"
        case 0x0E: "COM_PING"
        case 0x11: "COM_CHANGE_USER"
        case 0x12: "COM_BINLOG_DUMP"
        case 0x15: "COM_REGISTER_SLAVE"
        case 0x16: "COM_STMT_PREPARE"
        case 0x17: "COM_STMT_EXECUTE"
        case 0x18: "COM_STMT_SEND_LONG_DATA"
        case 0x19: "COM_STMT_CLOSE"
        case 0x1A: "COM_STMT_RESET"
        case 0x1B: "COM_SET_OPTION"
        case 0x1C: "COM_STMT_FETCH"
        case 0x1E: "COM_BINLOG_DUMP_GTID"
        case 0x1F: "COM_RESET_CONNECTION"
        default: "command 0x\(String(code, radix: 16))"
        }
    }
}
