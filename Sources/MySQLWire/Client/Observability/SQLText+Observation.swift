extension SQLText {
    /// More is cut off before it is looked at.
    private static let longestObserved = 8 << 10

    /// The text with a `?` in place of each literal and without comments, for people to read.
    ///
    /// Where a backslash makes it readable in two ways, everything behind the place at which they part is left out. Texts
    /// over 8 KiB are cut.
    static func withoutLiterals(_ sql: String) -> String {
        let bytes = Array(sql.utf8.prefix(longestObserved))
        let (text, isAmbiguous) = withoutLiterals(bytes, noBackslashEscapes: false)
        let mark = sql.utf8.count > bytes.count ? "…" : ""
        guard isAmbiguous else { return text + mark }
        let (other, _) = withoutLiterals(bytes, noBackslashEscapes: true)
        return text == other ? text + mark : text.commonPrefix(with: other) + "…"
    }

    private static func withoutLiterals(_ bytes: [UInt8], noBackslashEscapes: Bool) -> (String, isAmbiguous: Bool) {
        var scanner = SQLScanner(bytes, noBackslashEscapes: noBackslashEscapes)
        var text = ""
        while let (token, range) = scanner.next() {
            switch token {
            case .literal: text += "?"
            case .comment: break
            case .word:
                let word = scanner.text(range)
                text += ["TRUE", "FALSE"].contains(word.uppercased()) ? "?" : word
            case .quotedName, .space, .symbol: text += scanner.text(range)
            }
        }
        return (text, scanner.hasSeenBackslash)
    }

    static func summary(_ sql: String) -> SQLSummary {
        SQLSummary(Array(sql.utf8.prefix(longestObserved)))
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
