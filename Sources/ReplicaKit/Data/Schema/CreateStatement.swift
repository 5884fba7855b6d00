/// Text of SHOW CREATE, made comparable.
enum CreateStatement {
    /// Removes the AUTO_INCREMENT counter from the line of table options.
    ///
    /// SHOW CREATE TABLE escapes line breaks in comments and defaults, so a line that begins with `) ENGINE=` is that
    /// line; there, the counter stands before the comment.
    static func withoutAutoIncrement(_ statement: String) -> String {
        var lines = statement.split(separator: "\n", omittingEmptySubsequences: false)
        guard let index = lines.firstIndex(where: { $0.hasPrefix(") ENGINE=") }) else { return statement }
        var words = lines[index].split(separator: " ", omittingEmptySubsequences: false)
        let end = words.firstIndex { $0.hasPrefix("COMMENT=") } ?? words.endIndex
        guard let counter = words[..<end].firstIndex(where: { $0.hasPrefix("AUTO_INCREMENT=") }) else {
            return statement
        }
        words.remove(at: counter)
        lines[index] = Substring(words.joined(separator: " "))
        return lines.joined(separator: "\n")
    }
}
