/// One value of a statement that is sent piece by piece before the statement itself (COM_STMT_SEND_LONG_DATA), so that a
/// large one is never held as a whole:
///
/// ```swift
/// try await connection.collect("INSERT INTO files (name, content) VALUES (\(name), \(longData: MySQLLongData(pieces)))")
/// ```
///
/// The server holds it until the statement has run, and takes no value longer than its `max_allowed_packet`. See
/// [mysql_stmt_send_long_data](https://dev.mysql.com/doc/c-api/9.7/en/mysql-stmt-send-long-data.html).
///
/// It is read once: a second statement needs another one. Two are equal only if they are the same.
public final class MySQLLongData: Sendable {
    let contents: PieceSource
    /// Of the type that it is sent as; nothing of it is sent.
    let placeholder: MySQLValue

    /// From a sequence of pieces of any size, for instance of `[UInt8]`, `ArraySlice<UInt8>` or `Data`.
    ///
    /// - Parameters:
    ///   - pieces: are taken one after the other, each once.
    ///   - isText: UTF-8 for a column of text or JSON, rather than bytes. A character may lie in two pieces.
    public init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces, isText: Bool = false)
    where Pieces.Element: Collection<UInt8> {
        contents = PieceSource(pieces)
        placeholder = Self.placeholder(isText: isText)
    }

    /// From a closure that is called for one piece after the other, up to a nil. It is not called again before the piece
    /// before was taken by the network.
    public init(isText: Bool = false, next: @escaping @Sendable () async throws -> [UInt8]?) {
        contents = PieceSource(next: next)
        placeholder = Self.placeholder(isText: isText)
    }

    /// A value that is in memory anyway: bytes, text, JSON and their like.
    init(_ value: MySQLValue) {
        switch value {
        case .text(let text), .json(let text): contents = PieceSource(bytes: text.utf8)
        case .bytes(let bytes), .geometry(let bytes), .vector(let bytes): contents = PieceSource(bytes: bytes)
        default: contents = PieceSource(bytes: [])
        }
        placeholder = value
    }

    private static func placeholder(isText: Bool) -> MySQLValue { isText ? .text("") : .bytes([]) }
}

extension MySQLLongData: Hashable {
    public static func == (one: MySQLLongData, other: MySQLLongData) -> Bool { one === other }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
