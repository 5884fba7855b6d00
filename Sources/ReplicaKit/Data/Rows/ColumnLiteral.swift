internal import MySQLWire

/// Writes values as SQL, so that what is stored is what was read.
///
/// The values are cells of a ``TableSelect``: in the form in which ``ColumnExpression/read(_:)`` asks for them.
enum ColumnLiteral {
    /// What goes into VALUES, or beside an equals sign in a key's condition.
    static func text(_ bytes: [UInt8]?, _ column: ColumnInfo) throws(DataError) -> String {
        guard let bytes else { return "NULL" }
        switch column.kind {
        case .integer, .bit, .enumeration, .set, .decimal:
            return try number(bytes, column)
        case .float, .double:
            // With an exponent it is a double from the start, and -0 keeps its sign.
            let text = try number(bytes, column)
            return text.contains("e") ? text : "\(text)e0"
        case .temporal, .time:
            return "'\(try checked(bytes, column, allowed: "0123456789-:. "))'"
        case .text:
            let set = column.characterSet ?? ""
            if plainSets.contains(set), isPlain(bytes) { return "'\(String(decoding: bytes, as: UTF8.self))'" }
            guard !set.isEmpty, set.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
                throw unwritable(column)
            }
            return "_\(set) \(SQLText.literal(bytes: bytes))"
        case .json:
            return "_utf8mb4 \(SQLText.literal(bytes: bytes))"
        case .bytes:
            return SQLText.literal(bytes: bytes)
        }
    }

    /// A condition that holds for exactly this value: not for one that only compares as equal.
    static func condition(_ bytes: [UInt8]?, _ column: ColumnInfo) throws(DataError) -> String {
        guard let bytes else { return "\(quoted(column.name)) IS NULL" }
        let value = ColumnExpression.read(column)
        switch column.kind {
        case .integer, .bit, .enumeration, .set, .decimal:
            return "\(value) = \(try number(bytes, column))"
        // As text, because 0 = -0.
        case .float, .double:
            return "CONCAT(\(value)) = '\(try number(bytes, column))'"
        // As text, because a comparison of dates knows rules of its own for zeros.
        case .temporal, .time:
            return "CONCAT(\(value)) = '\(try checked(bytes, column, allowed: "0123456789-:. "))'"
        case .text, .bytes, .json:
            return "\(value) = \(SQLText.literal(bytes: bytes))"
        }
    }

    /// Character sets in which printable ASCII is itself; in others (utf16, sjis, swe7) bytes are written.
    private static let plainSets: Set<String> = ["utf8mb4", "utf8mb3", "utf8", "latin1", "ascii"]

    private static func isPlain(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\\") }
    }

    private static func number(_ bytes: [UInt8], _ column: ColumnInfo) throws(DataError) -> String {
        try checked(bytes, column, allowed: "0123456789-+.e")
    }

    private static func checked(
        _ bytes: [UInt8],
        _ column: ColumnInfo,
        allowed: StaticString
    ) throws(DataError) -> String {
        let isAllowed = allowed.withUTF8Buffer { allowed in !bytes.isEmpty && bytes.allSatisfy(allowed.contains) }
        guard isAllowed else { throw unwritable(column) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unwritable(_ column: ColumnInfo) -> DataError {
        DataError(.cannotBeWritten, message: "a value of column \(column.name) has no exact literal")
    }
}
