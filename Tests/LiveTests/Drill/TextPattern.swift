import Foundation

/// A text in which `#` stands for a number, and `…` for anything.
struct TextPattern: ExpressibleByStringLiteral, CustomStringConvertible {
    let description: String

    init(stringLiteral text: String) { description = text }
    init(_ text: String) { description = text }

    func matches(_ text: String) -> Bool {
        let pattern = NSRegularExpression.escapedPattern(for: description)
            .replacingOccurrences(of: "#", with: "[0-9.]+")
            .replacingOccurrences(of: "…", with: ".*")
        guard let expression = try? NSRegularExpression(pattern: "^\(pattern)$", options: .dotMatchesLineSeparators)
        else { return false }
        return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}
