/// Takes passwords out of SQL text before anybody sees it.
enum SQLRedaction {
    /// Replaces the string literal after `…PASSWORD =` and after `IDENTIFIED … BY`.
    static func redact(_ sql: String) -> String {
        var output = ""
        var rest = sql[...]
        while let literal = nextSecret(in: rest) {
            output += rest[..<literal.lowerBound] + "'<redacted>'"
            rest = rest[literal.upperBound...]
        }
        return output + rest
    }

    private static func nextSecret(in text: Substring) -> Range<Substring.Index>? {
        var index = text.startIndex
        // The last words before a literal, in capitals: those decide whether it is a secret.
        var words: [String] = []
        while index < text.endIndex {
            let character = text[index]
            if character == "'" || character == "\"" || character == "`" {
                let end = endOfLiteral(in: text, from: index)
                if character != "`", isSecret(after: words) { return index..<end }
                words.removeAll()
                index = end
            } else if character.isLetter || character == "_" {
                let end = text[index...].firstIndex { !($0.isLetter || $0.isNumber || $0 == "_") } ?? text.endIndex
                words.append(text[index..<end].uppercased())
                index = end
            } else {
                if character == "," || character == ";" { words.removeAll() }
                index = text.index(after: index)
            }
        }
        return nil
    }

    private static func isSecret(after words: [String]) -> Bool {
        guard let last = words.last else { return false }
        return last.hasSuffix("PASSWORD") || (last == "BY" && words.contains("IDENTIFIED"))
            || (last == "AS" && words.contains("IDENTIFIED"))
    }

    /// The index after the closing quote; the end of the text where there is none.
    private static func endOfLiteral(in text: Substring, from start: Substring.Index) -> Substring.Index {
        let quote = text[start]
        var index = text.index(after: start)
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == "\\", quote != "`", next < text.endIndex {
                index = text.index(after: next)
            } else if text[index] == quote {
                guard next < text.endIndex, text[next] == quote else { return next }
                index = text.index(after: next)
            } else {
                index = next
            }
        }
        return text.endIndex
    }
}
