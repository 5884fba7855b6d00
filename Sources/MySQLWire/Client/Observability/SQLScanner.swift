/// Cuts a statement's text into tokens, as far as it takes to tell literals and comments from the rest.
///
/// Where it errs, more is taken for a literal than is one: `"` always quotes one, and so do `$$` and `$tag$`; what
/// an executable comment holds is a comment.
struct SQLScanner {
    enum Token: Equatable {
        /// A keyword or a name without quotes.
        case word
        /// A name in backticks.
        case quotedName
        /// A string, number or hexadecimal literal.
        case literal
        case comment
        case space
        /// Any other byte, one at a time.
        case symbol(UInt8)
    }

    private let bytes: [UInt8]
    private let noBackslashEscapes: Bool
    private var index = 0
    /// A backslash stood in a quoted literal: what follows depends on the session's `sql_mode`.
    private(set) var hasSeenBackslash = false

    init(_ bytes: [UInt8], noBackslashEscapes: Bool = false) {
        self.bytes = bytes
        self.noBackslashEscapes = noBackslashEscapes
    }

    mutating func next() -> (token: Token, range: Range<Int>)? {
        guard let byte = peek() else { return nil }
        let start = index
        let token = token(from: byte)
        return (token, start..<index)
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private mutating func token(from byte: UInt8) -> Token {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            skipQuoted(byte, escapes: !noBackslashEscapes)
            return .literal
        case UInt8(ascii: "`"):
            skipQuoted(byte, escapes: false)
            return .quotedName
        case UInt8(ascii: "#"): return comment(through: lineEnd)
        case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-") && (peek(2) ?? 0) <= 0x20:
            return comment(through: lineEnd)
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            return comment(through: SQLBytes.blockCommentEnd(bytes, from: index))
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            skipNumber()
            return .literal
        case UInt8(ascii: ".") where Self.isDigit(peek(1) ?? 0):
            skipNumber()
            return .literal
        case UInt8(ascii: "$"):
            if skipDollarQuoted() { return .literal }
            skipWord()
            return .word
        case _ where SQLBytes.isWord(byte): return word()
        case 0...0x20:
            index += 1
            return .space
        default:
            index += 1
            return .symbol(byte)
        }
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    private mutating func skipWord() {
        while let byte = peek(), SQLBytes.isWord(byte) { index += 1 }
    }

    /// A letter before a quote belongs to the literal: `x'…'`, `b'…'`, `n'…'`.
    private mutating func word() -> Token {
        let start = index
        skipWord()
        guard index == start + 1, peek() == UInt8(ascii: "'"), "xXbBnN".utf8.contains(bytes[start]) else {
            return .word
        }
        skipQuoted(UInt8(ascii: "'"), escapes: !noBackslashEscapes)
        return .literal
    }

    private mutating func skipNumber() {
        skipDigits()
        if peek() == UInt8(ascii: "."), Self.isDigit(peek(1) ?? 0) || !SQLBytes.isWord(peek(1) ?? 0) {
            index += 1
            skipDigits()
        }
        if let exponent = peek(), exponent | 0x20 == UInt8(ascii: "e") {
            let sign = peek(1)
            let digit = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? peek(2) : sign
            if Self.isDigit(digit ?? 0) { index += digit == sign ? 1 : 2 }
        }
        // Hexadecimal, and names that begin with a digit.
        skipWord()
    }

    private mutating func skipDigits() {
        while let byte = peek(), Self.isDigit(byte) { index += 1 }
    }

    private mutating func skipQuoted(_ quote: UInt8, escapes: Bool) {
        index += 1
        while let byte = peek() {
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                hasSeenBackslash = true
                index = min(index + (escapes ? 2 : 1), bytes.count)
            } else if byte == quote {
                index += 1
                guard peek() == quote else { return }
                index += 1
            } else {
                index += 1
            }
        }
    }

    /// The body of a stored program in another language: `$$ … $$` or `$tag$ … $tag$`.
    private mutating func skipDollarQuoted() -> Bool {
        var end = index + 1
        while end < bytes.count, SQLBytes.isWord(bytes[end]), bytes[end] != UInt8(ascii: "$") { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else { return false }
        let mark = bytes[index...end]
        index = end + 1
        while index < bytes.count {
            if bytes[index...].starts(with: mark) {
                index += mark.count
                return true
            }
            index += 1
        }
        return true
    }

    private mutating func comment(through end: Int) -> Token {
        index = end
        return .comment
    }

    private var lineEnd: Int {
        bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
