import MySQLWire
import NIOCore

/// A server that does all as it should, behind the login: what the client sends goes in, the answer comes out.
struct ModelSession {
    /// Every row of an answer can be told from those of any other.
    static let rows = (0..<7).map { row in ["a", "b", "c"].map { "\($0) of row \(row)" } }
    /// The two results of a CALL.
    static let results = [[["first of the first"], ["second of the first"]], [["of the second"]]]
    static let statistics = "Uptime: 1  Threads: 2"
    static let events = (0..<3).map { number in [UInt8](repeating: UInt8(number + 1), count: 23) }

    private enum State { case commands, file, userChange }

    private let connectionID: UInt32
    private var state = State.commands
    private var status = ServerStatus.autocommit
    private var statements: [UInt32: String] = [:]
    /// Goes on counting over a reset, as it does at MySQL.
    private var lastStatement: UInt32 = 0

    init(connectionID: UInt32) {
        self.connectionID = connectionID
    }

    /// The payloads of the answer; none where none is due.
    mutating func answer(to payload: ByteBuffer) -> [ByteBuffer] {
        switch state {
        case .file where payload.readableBytes > 0: return []
        case .file, .userChange:
            state = .commands
            return [ok()]
        case .commands: break
        }
        var text = payload
        switch text.readInteger(as: UInt8.self) {
        case 0x03: return query(String(buffer: text))
        case 0x09: return [ByteBuffer(string: Self.statistics)]
        case 0x1F:
            statements = [:]
            status = .autocommit
            return [ok()]
        case 0x11:
            statements = [:]
            status = .autocommit
            state = .userChange
            let nonce = ByteBuffer(bytes: (1...20) + [0])
            return [AuthSwitchRequest(plugin: "mysql_native_password", data: nonce).encode()]
        case 0x12:
            return Self.events.map { ByteBuffer(bytes: [0] + $0) } + [EOFPacket(warnings: 0, status: status).encode()]
        case 0x16: return prepare(String(buffer: text))
        case 0x17:
            guard let id: UInt32 = text.readInteger(endianness: .little), let sql = statements[id] else {
                return [Script.error(1243)]
            }
            return result(of: sql, Self.binaryRow)
        case 0x19:
            if let id: UInt32 = text.readInteger(endianness: .little) { statements[id] = nil }
            return []
        case 0x01: return []
        default: return [ok()]
        }
    }

    /// Its answer was broken off.
    mutating func interrupted() { state = .commands }

    private mutating func query(_ sql: String) -> [ByteBuffer] {
        switch sql {
        case "START TRANSACTION": status.insert(.inTransaction)
        case "COMMIT", "ROLLBACK": status.remove(.inTransaction)
        default: break
        }
        if sql.hasPrefix("LOAD DATA LOCAL") {
            state = .file
            return [ByteBuffer(bytes: [0xFB] + Array("file".utf8))]
        }
        return result(of: sql) { TextRow($0).encode() }
    }

    private mutating func prepare(_ sql: String) -> [ByteBuffer] {
        lastStatement += 1
        statements[lastStatement] = sql
        let parameters = sql.filter { $0 == "?" }.count
        let columns = sql.hasPrefix("SELECT twelve") ? 3 : 1
        let packet = PrepareOK(
            statementID: lastStatement,
            columnCount: UInt16(columns),
            parameterCount: UInt16(parameters)
        )
        return [packet.encode()] + [ByteBuffer](repeating: Script.column, count: parameters + columns)
    }

    private func result(of sql: String, _ row: ([String?]) -> ByteBuffer) -> [ByteBuffer] {
        func table(_ columns: Int, _ rows: [[String?]], hasMore: Bool = false) -> [ByteBuffer] {
            [Script.columnCount(UInt8(columns))] + [ByteBuffer](repeating: Script.column, count: columns)
                + rows.map(row) + [end(hasMore: hasMore)]
        }
        if sql.hasPrefix("SELECT CONNECTION_ID()") {
            var answer = table(2, [["\(connectionID)", "here"]])
            answer[1] = ColumnDefinition(name: "id", type: .longLong).encode()
            return answer
        }
        switch sql {
        case "SELECT 1": return table(1, [["1"]])
        case "SELECT DATABASE()": return table(1, [[nil]])
        case let sql where sql.hasPrefix("SELECT twelve"): return table(3, Self.rows)
        case let sql where sql.hasPrefix("CALL"):
            return Self.results.flatMap { table(1, $0, hasMore: true) } + [ok()]
        default: return [ok()]
        }
    }

    private static func binaryRow(_ texts: [String?]) -> ByteBuffer {
        var bitmap = [UInt8](repeating: 0, count: (texts.count + 9) / 8)
        for (index, text) in texts.enumerated() where text == nil {
            bitmap[(index + 2) / 8] |= 1 << UInt8((index + 2) % 8)
        }
        var buffer = ByteBuffer(bytes: [0] + bitmap)
        for case let text? in texts { buffer.writeLengthEncoded(string: text) }
        return buffer
    }

    private func ok() -> ByteBuffer {
        OKPacket(completion: MySQLCompletion(status: status)).encode(capabilities: Script.capabilities)
    }

    private func end(hasMore: Bool) -> ByteBuffer {
        let status = hasMore ? status.union(.moreResultsExist) : status
        return OKPacket(completion: MySQLCompletion(status: status))
            .encode(capabilities: Script.capabilities, header: 0xFE)
    }
}
