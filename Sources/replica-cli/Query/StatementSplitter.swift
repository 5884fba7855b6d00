/// Divides a text into statements as MySQL's own client does in batch mode.
///
/// The server is sent one statement at a time, so the division is the client's: at `;`, or at what a `delimiter` line
/// named, outside quotes and comments. Observed on the client of MySQL 9.7.
struct StatementSplitter {
    struct Statement: Equatable {
        var sql: String
        /// The line on which it begins, from 1: what "at line" of an error means.
        var line: Int
    }

    enum Piece: Equatable {
        case statement(Statement)
        /// A line that the client itself refuses, with its message.
        case complaint(String, isFatal: Bool)
    }

    private enum Mode: Equatable { case plain, quote(UInt8), comment }

    private var text: [UInt8]
    private var position = 0
    private var line = 1
    /// The latest line at whose beginning no statement was open.
    private(set) var startLine = 1
    private var delimiter: [UInt8] = [UInt8(ascii: ";")]

    /// - Parameter isInput: read as lines from a file or pipe, not given as an argument.
    init(_ sql: String, isInput: Bool = true) {
        text = Array(sql.utf8)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        // The client takes the CR off each line that it reads, also inside of quotes; an argument stays as it is.
        if isInput, text.contains(0x0D) {
            text = text.indices.filter { text[$0] != 0x0D || $0 + 1 >= text.count || text[$0 + 1] != 0x0A }.map {
                text[$0]
            }
        }
    }

    /// The next statement; nil at the end.
    ///
    /// - Parameter noBackslashEscapes: whether the session's sql_mode says so at this moment.
    mutating func next(noBackslashEscapes: Bool = false) -> Piece? {
        var buffer: [UInt8] = []
        var mode = Mode.plain
        while position < text.count {
            if buffer.isEmpty, isAtLineStart {
                startLine = line
                if let piece = delimiterLine() { return piece }
            }
            if buffer.isEmpty, position >= text.count || Self.isSpace(text[position]) {
                advance()
                continue
            }
            let byte = text[position]
            switch mode {
            case .quote(let quote):
                if byte == 0x5C, quote != UInt8(ascii: "`"), !noBackslashEscapes {
                    take(&buffer)
                } else if byte == quote {
                    mode = .plain
                }
                take(&buffer)
            case .comment:
                if matches("*/") {
                    take(&buffer)
                    mode = .plain
                }
                take(&buffer)
            case .plain:
                if text[position...].starts(with: delimiter) {
                    for _ in delimiter { advance() }
                    if buffer.isEmpty { continue }
                    takeTrailingComment(&buffer)
                    return statement(buffer, line: startLine)
                }
                if isAtLineComment {
                    // A comment from the line's first column on goes to the server by itself, which only says that it is
                    // empty; an indented one belongs to what follows.
                    let isAlone = buffer.isEmpty && isAtLineStart
                    while position < text.count, text[position] != UInt8(ascii: "\n") { take(&buffer) }
                    if isAlone { buffer = [] }
                    continue
                }
                switch byte {
                case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): mode = .quote(byte)
                case UInt8(ascii: "/") where matches("/*") && !matches("/*!"):
                    take(&buffer)
                    mode = .comment
                case 0x5C:
                    if let complaint = command() { return complaint }
                    continue
                default: break
                }
                take(&buffer)
            }
        }
        return buffer.isEmpty ? nil : statement(buffer, line: startLine)
    }

    /// `\x` outside quotes is a command of the interactive client, and an error here.
    private mutating func command() -> Piece? {
        advance()
        guard position < text.count, text[position] != UInt8(ascii: "\n") else { return nil }
        let name = String(decoding: [text[position]], as: UTF8.self)
        return .complaint("ERROR at line \(startLine): Unknown command '\\\(name)'.", isFatal: true)
    }

    private var isAtLineStart: Bool { position == 0 || text[position - 1] == UInt8(ascii: "\n") }

    /// `-- ` and `#` up to the end of the line.
    private var isAtLineComment: Bool {
        if text[position] == UInt8(ascii: "#") { return true }
        guard matches("--") else { return false }
        return position + 2 >= text.count || text[position + 2] <= 0x20
    }

    private func matches(_ word: String) -> Bool { text[position...].starts(with: word.utf8) }

    /// Takes a line `delimiter X` into account and steps over it.
    ///
    /// - Returns: the complaint about one without X, or with a backslash in it.
    private mutating func delimiterLine() -> Piece? {
        let end = text[position...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
        let current = String(decoding: text[position..<end], as: UTF8.self).drop(while: Self.isBlank)
        // The first nine letters count, whatever follows them.
        guard current.lowercased().hasPrefix("delimiter") else { return nil }
        while position < end { advance() }
        let argument = Self.argument(current.drop { !Self.isBlank($0) }.drop(while: Self.isBlank))
        if argument.isEmpty {
            let reason = "DELIMITER must be followed by a 'delimiter' character or string"
            return .complaint("ERROR at line \(startLine): \(reason)", isFatal: false)
        }
        if argument.contains("\\") {
            let reason = "DELIMITER cannot contain a backslash character"
            return .complaint("ERROR at line \(startLine): \(reason)", isFatal: false)
        }
        delimiter = Array(argument.utf8)
        return nil
    }

    /// Up to the next blank, or what stands in quotes.
    private static func argument(_ text: Substring) -> Substring {
        guard let quote = text.first, "'\"`".contains(quote) else { return text.prefix { !isBlank($0) } }
        return text.dropFirst().prefix { $0 != quote }
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

    /// What follows the delimiter on its line as a comment is sent with the statement.
    private mutating func takeTrailingComment(_ buffer: inout [UInt8]) {
        let before = (position, line)
        var blanks: [UInt8] = []
        while position < text.count, text[position] == UInt8(ascii: " ") || text[position] == UInt8(ascii: "\t") {
            take(&blanks)
        }
        guard position < text.count, isAtLineComment else {
            (position, line) = before
            return
        }
        buffer += blanks
        while position < text.count, text[position] != UInt8(ascii: "\n") { take(&buffer) }
    }

    private func statement(_ bytes: [UInt8], line: Int) -> Piece {
        var bytes = bytes
        while let last = bytes.last, Self.isSpace(last) { bytes.removeLast() }
        return .statement(Statement(sql: String(decoding: bytes, as: UTF8.self), line: line))
    }

    private mutating func take(_ buffer: inout [UInt8]) {
        guard position < text.count else { return }
        buffer.append(text[position])
        advance()
    }

    private mutating func advance() {
        if position < text.count, text[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
