package import NIOCore

/// Takes passwords out of SQL text: behind the first word that is IDENTIFIED, or has PASSWORD or AUTHENTICATION_STRING
/// in it, every string and hexadecimal literal is replaced. That is more than needed (`SOURCE_LOG_FILE` behind `SOURCE_PASSWORD` goes too),
/// and on the safe side without a parser. So is a literal or a comment in which such a word stands: it may be a
/// statement itself, to be prepared or only put aside.
package enum StatementRedactor {
    private static let word = Array("redacted".utf8)

    /// - Returns: nil if there is no such word.
    package static func redact(_ sql: ByteBuffer, noBackslashEscapes: Bool) -> ByteBuffer? {
        sql.withUnsafeReadableBytes { bytes in
            var scanner = Scanner(bytes: bytes, noBackslashEscapes: noBackslashEscapes)
            scanner.run()
            return scanner.isSecret ? ByteBuffer(bytes: scanner.output) : nil
        }
    }

    /// The same for text of a session whose `sql_mode` is not known: as it stands in a binary log, and in a session too,
    /// whose status flag is not to be relied on (MySQL 9.7.4 tells it wrongly after a CALL that sets `sql_mode`). Where a
    /// backslash makes it readable in two ways, everything behind the place at which they part is left out.
    package static func redact(_ sql: ByteBuffer) -> ByteBuffer? {
        guard var text = redactOnce(sql) else { return nil }
        // What was cut off may have ended a literal, so that the rest reads as another text: once more, and once more.
        for _ in 0..<2 {
            guard let again = redactOnce(text), again != text else { return text }
            text = again
        }
        return text
    }

    private static func redactOnce(_ sql: ByteBuffer) -> ByteBuffer? {
        let found = redact(sql, noBackslashEscapes: false)
        guard sql.readableBytesView.contains(UInt8(ascii: "\\")) else { return found }
        let otherwise = redact(sql, noBackslashEscapes: true)
        guard found != nil || otherwise != nil else { return nil }
        let (one, other) = (found ?? sql, otherwise ?? sql)
        guard one != other else { return one }
        var common = ByteBuffer()
        common.writeBytes(zip(one.readableBytesView, other.readableBytesView).prefix { $0 == $1 }.map(\.0))
        common.writeString("… (redacted)")
        return common
    }

    /// The same of a text.
    package static func redacted(_ sql: String) -> String {
        redact(ByteBuffer(string: sql)).map { String(buffer: $0) } ?? sql
    }

    private struct Scanner {
        let bytes: UnsafeRawBufferPointer
        let noBackslashEscapes: Bool
        var output: [UInt8] = []
        var isSecret = false
        private var index = 0

        init(bytes: UnsafeRawBufferPointer, noBackslashEscapes: Bool) {
            self.bytes = bytes
            self.noBackslashEscapes = noBackslashEscapes
        }

        mutating func run() {
            while let byte = peek() {
                switch byte {
                case UInt8(ascii: "'"), UInt8(ascii: "\""): quoted(byte)
                case UInt8(ascii: "`"): copy(through: closing(UInt8(ascii: "`"), escapes: false))
                case UInt8(ascii: "#"): comment(through: lineEnd)
                case UInt8(ascii: "-") where isDashComment: comment(through: lineEnd)
                case UInt8(ascii: "/") where isBlockComment:
                    comment(through: SQLBytes.blockCommentEnd(bytes, from: index))
                case _ where SQLBytes.isWord(byte): name()
                default: copy(through: index + 1)
                }
            }
        }

        private func peek(_ distance: Int = 0) -> UInt8? {
            index + distance < bytes.count ? bytes[index + distance] : nil
        }

        private mutating func copy(through end: Int) {
            output += bytes[index..<end]
            index = end
        }

        /// MySQL wants white space, a control character or the end behind the two dashes.
        private var isDashComment: Bool {
            peek(1) == UInt8(ascii: "-") && (peek(2) ?? 0) <= 0x20
        }

        /// An executable comment, MySQL's (`/*! … */`) or MariaDB's (`/*M! … */`), is text like any other.
        private var isBlockComment: Bool {
            guard peek(1) == UInt8(ascii: "*") else { return false }
            return peek(2) != UInt8(ascii: "!") && !(peek(2) == UInt8(ascii: "M") && peek(3) == UInt8(ascii: "!"))
        }

        private mutating func comment(through end: Int) {
            guard looksSecret(index..<end) else { return copy(through: end) }
            isSecret = true
            output += Array("/* ".utf8) + StatementRedactor.word + Array(" */".utf8)
            index = end
        }

        /// Whether a literal or a comment holds a statement with a password: such a word, and a literal of its own.
        private func looksSecret(_ range: Range<Int>) -> Bool {
            guard SecretWords.stand(in: bytes, range) else { return false }
            let inner = range.dropFirst().dropLast()
            return inner.contains { bytes[$0] == UInt8(ascii: "'") || bytes[$0] == UInt8(ascii: "\"") }
                || SecretWords.stands("0X", in: bytes, range)
        }

        private mutating func quoted(_ quote: UInt8) {
            let end = closing(quote, escapes: !noBackslashEscapes)
            isSecret = isSecret || looksSecret(index..<end)
            guard isSecret else { return copy(through: end) }
            output += [quote] + StatementRedactor.word + [quote]
            index = end
        }

        /// Behind the closing quote, or the end of the text.
        private func closing(_ quote: UInt8, escapes: Bool) -> Int {
            var position = index + 1
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: "\\") where escapes: position += 2
                case quote where position + 1 < bytes.count && bytes[position + 1] == quote: position += 2
                case quote: return position + 1
                default: position += 1
                }
            }
            return bytes.count
        }

        private var lineEnd: Int {
            bytes[index...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
        }

        private mutating func name() {
            let end = bytes[index...].firstIndex { !SQLBytes.isWord($0) } ?? bytes.count
            if isSecret, SecretWords.begins(bytes, index..<end, with: "0X") {
                output += Array("0x00".utf8)
                index = end
                return
            }
            if SecretWords.isSecret(bytes, index..<end) { isSecret = true }
            copy(through: end)
        }
    }
}
