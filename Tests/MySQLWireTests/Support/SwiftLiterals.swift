/// The string literals of a Swift source, with what is interpolated into them and appended to them: enough of the
/// language for this project's own sources.
struct SwiftLiterals {
    struct Literal: Equatable {
        /// As it is written, with a `◦` for each interpolation.
        var text: String
        /// The interpolated expressions, then the operand of a `+` behind the literal.
        var parts: [String]
    }

    private let bytes: [UInt8]
    private var index = 0
    private(set) var found: [Literal] = []

    init(_ source: String) {
        bytes = Array(source.utf8)
        skipCode(upToParenthesis: false)
    }

    private mutating func skipCode(upToParenthesis: Bool) {
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "/") where isAt("//"): skip(to: "\n")
            case UInt8(ascii: "/") where isAt("/*"): skip(to: "*/")
            case UInt8(ascii: "#"), UInt8(ascii: "\""):
                guard let hashes = hashesOfLiteral else {
                    index += 1
                    continue
                }
                index += hashes
                readLiteral(hashes)
            case UInt8(ascii: ")") where upToParenthesis && depth == 0: return
            case let byte:
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                index += 1
            }
        }
    }

    /// The index stands at the quote.
    private mutating func readLiteral(_ hashes: Int) {
        let quote = isAt("\"\"\"") ? "\"\"\"" : "\""
        let end = quote + String(repeating: "#", count: hashes)
        let escape = "\\" + String(repeating: "#", count: hashes)
        index += quote.utf8.count
        var text: [UInt8] = []
        var parts: [String] = []
        while index < bytes.count, !isAt(end) {
            if isAt(escape + "(") {
                index += escape.utf8.count + 1
                let start = index
                skipCode(upToParenthesis: true)
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
                text += Array("◦".utf8)
                index += 1
            } else {
                let count = isAt(escape) ? escape.utf8.count + 1 : 1
                text += bytes[index..<min(index + count, bytes.count)]
                index += count
            }
        }
        index += end.utf8.count
        if let operand { parts.append(operand) }
        found.append(Literal(text: String(decoding: text, as: UTF8.self), parts: parts))
    }

    /// What is appended to the literal that ends here, up to the end of the line; nil where it is a literal too.
    private var operand: String? {
        func blanks(from start: Int) -> Int {
            bytes[min(start, bytes.count)...].firstIndex { ![0x20, 0x0A].contains($0) } ?? bytes.count
        }
        let plus = blanks(from: index)
        guard plus + 1 < bytes.count, bytes[plus] == UInt8(ascii: "+"), bytes[plus + 1] != UInt8(ascii: "=") else {
            return nil
        }
        let start = blanks(from: plus + 1)
        guard start < bytes.count, bytes[start] != UInt8(ascii: "\"") else { return nil }
        return "+ " + String(decoding: bytes[start...].prefix { $0 != 0x0A }, as: UTF8.self)
    }

    /// How many `#` stand before the quote of a literal that begins here; nil where none begins.
    private var hashesOfLiteral: Int? {
        var end = index
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - index : nil
    }

    private func isAt(_ text: String) -> Bool {
        bytes[index] == text.utf8.first && bytes[index...].starts(with: text.utf8)
    }

    private mutating func skip(to end: String) {
        while index < bytes.count, !isAt(end) { index += 1 }
        index = min(index + end.utf8.count, bytes.count)
    }
}
