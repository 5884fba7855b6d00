/// One `name`, `name=value`, `[group]`, `!include` of an option file (manual: Using Option Files).
enum OptionFileLine: Equatable {
    case group(String)
    /// The name with `_` written as `-`; nil where the line has no `=`.
    case option(name: String, value: String?)
    case include(String)
    case includeDirectory(String)
}

/// Reads the lines of an option file. Nothing is opened here.
enum OptionFileParser {
    struct Failure: Error, Equatable {
        var line: Int
        var reason: String
    }

    static func parse(_ text: String) throws(Failure) -> [OptionFileLine] {
        var result: [OptionFileLine] = []
        var hasGroup = false
        // CR LF is one Character, and not equal to LF.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, raw) in lines.enumerated() {
            let line = trimmed(raw)
            guard let first = line.first, first != "#", first != ";" else { continue }
            switch first {
            case "!": result.append(try directive(line, number: index + 1))
            case "[":
                guard let end = line.firstIndex(of: "]") else { throw Failure(line: index + 1, reason: "no ] after [") }
                hasGroup = true
                result.append(.group(String(trimmed(line[line.index(after: line.startIndex)..<end]))))
            default:
                guard hasGroup else { throw Failure(line: index + 1, reason: "an option before the first [group]") }
                result.append(option(line))
            }
        }
        return result
    }

    private static func directive(_ line: Substring, number: Int) throws(Failure) -> OptionFileLine {
        // The longer word first: the shorter is its beginning.
        for (word, make) in [("!includedir", OptionFileLine.includeDirectory), ("!include", OptionFileLine.include)]
        where line.hasPrefix(word) {
            let path = trimmed(line.dropFirst(word.count))
            guard !path.isEmpty, line.dropFirst(word.count).first.map(isSpace) ?? false else { break }
            return make(String(path))
        }
        throw Failure(line: number, reason: "only !include PATH and !includedir PATH begin with !")
    }

    private static func option(_ line: Substring) -> OptionFileLine {
        let body = withoutComment(line)
        guard let equals = body.firstIndex(of: "=") else { return .option(name: normalized(body), value: nil) }
        let value = trimmed(body[body.index(after: equals)...])
        return .option(name: normalized(trimmed(body[..<equals])), value: unescaped(unquoted(value)))
    }

    private static func normalized(_ name: Substring) -> String {
        String(name.map { $0 == "_" ? "-" : $0 })
    }

    /// A `#` may begin a comment in the middle of a line, but not inside quotes.
    private static func withoutComment(_ line: Substring) -> Substring {
        var quote: Character?
        var isEscaped = false
        for index in line.indices {
            let character = line[index]
            defer { isEscaped = character == "\\" && !isEscaped }
            if let open = quote {
                if character == open, !isEscaped { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "#" {
                return trimmed(line[..<index])
            }
        }
        return line
    }

    private static func unquoted(_ value: Substring) -> Substring {
        guard value.count >= 2, let first = value.first, first == value.last, first == "'" || first == "\"" else {
            return value
        }
        return value.dropFirst().dropLast()
    }

    /// `\b \t \n \r \\ \s`; any other backslash stands for itself.
    private static func unescaped(_ value: Substring) -> String {
        var result = ""
        var iterator = value.makeIterator()
        while let character = iterator.next() {
            guard character == "\\" else {
                result.append(character)
                continue
            }
            switch iterator.next() {
            case "b": result.append("\u{8}")
            case "t": result.append("\t")
            case "n": result.append("\n")
            case "r": result.append("\r")
            case "s": result.append(" ")
            case "\\": result.append("\\")
            case let other?: result += "\\\(other)"
            case nil: result.append("\\")
            }
        }
        return result
    }

    private static func isSpace(_ character: Character) -> Bool {
        character == " " || character == "\t" || character == "\r"
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }
}
