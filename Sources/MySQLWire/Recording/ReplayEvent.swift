package import NIOCore

/// What happened in a replay, in an order that does not depend on how the bytes arrived.
package enum ReplayEvent: Sendable, Equatable {
    /// A packet that our client sent, redacted as a recorder would.
    case sent(sequence: UInt8, payload: ByteBuffer)
    case established
    case columns([ColumnDefinition])
    case row([ByteBuffer?])
    /// A packet of a stream (binary log).
    case packet(ByteBuffer)
    case prepared(PrepareOK)
    /// The rows of a statement wait on the server.
    case cursorOpened(MySQLCompletion)
    /// The server asks for the contents of a file.
    case fileRequested
    case completed(MySQLCompletion, isLast: Bool)
    case rejected(MySQLError)
    /// The end of the connection.
    case closed(MySQLError)
    /// What our client sent is not what was recorded.
    case mismatch(String)
    /// A command of another client that ours has no machine for; its answer was skipped.
    case skipped(String)
}

extension ReplayEvent: CustomStringConvertible {
    /// One line, for golden files and for people.
    package var description: String { RecordingWriter.oneLine(text) }

    private var text: String {
        switch self {
        case .sent(let sequence, let payload): "sent \(sequence) \(payload.readableBytes) bytes"
        case .established: "logged in"
        case .columns(let columns):
            "columns " + columns.map { "\($0.name):\($0.type.rawValue)" }.joined(separator: " ")
        case .row(let cells): "row " + cells.map(Self.cell).joined(separator: " ")
        case .packet(let payload): "packet of \(payload.readableBytes) bytes"
        case .prepared(let packet):
            "prepared, \(packet.parameterCount) parameters, \(packet.columnCount) columns"
        case .cursorOpened(let completion): "cursor opened, status \(completion.status.rawValue)"
        case .fileRequested: "asked for a file"
        case .completed(let completion, let isLast):
            "completed, \(completion.affectedRows) rows affected, \(completion.warnings) warnings, "
                + "status \(completion.status.rawValue)\(completion.info.isEmpty ? "" : ", \(completion.info)")"
                + (isLast ? "" : ", more to come")
        case .rejected(let error): "rejected \(Self.name(error))"
        case .closed(let error): "closed \(Self.name(error))"
        case .mismatch(let what): "MISMATCH \(what)"
        case .skipped(let what): "skipped \(what)"
        }
    }

    private static func name(_ error: MySQLError) -> String {
        "\(error.code) in \(error.phase.rawValue), \(error.fate.rawValue): \(error)"
    }

    private static func cell(_ cell: ByteBuffer?) -> String {
        guard let cell else { return "NULL" }
        guard cell.readableBytes <= 200 else { return "(\(cell.readableBytes) bytes)" }
        guard let text = cell.getString(at: cell.readerIndex, length: cell.readableBytes),
            Array(text.utf8) == Array(buffer: cell)
        else { return "0x" + HexText.lines(cell).joined() }
        return "'\(text)'"
    }
}
