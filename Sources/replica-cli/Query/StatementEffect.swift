/// Whether a statement may change something, as far as its first word tells.
enum StatementEffect {
    private static let readers: Set<String> = [
        "SELECT", "SHOW", "DESC", "DESCRIBE", "EXPLAIN", "HELP", "TABLE", "VALUES", "USE",
    ]

    static func mayWrite(_ sql: String) -> Bool {
        // Several statements in one text: the later ones may do anything.
        guard !sql.contains(";"), let word = firstWord(sql) else { return true }
        return !readers.contains(word)
    }

    /// In capitals, behind comments and brackets; nil where there is none.
    private static func firstWord(_ sql: String) -> String? {
        var rest = sql.utf8[...]
        while let byte = rest.first {
            if byte <= 0x20 || byte == UInt8(ascii: "(") {
                rest.removeFirst()
            } else if byte == UInt8(ascii: "#") || rest.starts(with: "--".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            } else if rest.starts(with: "/*".utf8), !rest.starts(with: "/*!".utf8) {
                rest.removeFirst(2)
                while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest.removeFirst() }
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        let word = rest.prefix { $0 > 0x7F || UInt8(ascii: "A")...UInt8(ascii: "z") ~= $0 }
        return word.isEmpty ? nil : String(Substring(word)).uppercased()
    }
}
