/// Colour by meaning. The meaning is always in a word or sign too.
enum Style: String, Sendable {
    case plain = ""
    case good = "32"
    case bad = "31"
    case doubtful = "33"
    case strong = "1"
    case faint = "2"

    func apply(_ text: String, colour: Bool) -> String {
        colour && self != .plain && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}
