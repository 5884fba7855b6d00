extension TextTable {
    /// The table as tab-separated values: names, then rows, escaped as `query --format tsv` escapes them.
    var tabSeparated: String {
        let lines = [columns.map(\.title)] + rows.map { row in row.map(\.raw) }
        return lines.map { $0.map(Self.escaped).joined(separator: "\t") + "\n" }.joined()
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\0": result += "\\0"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\\": result += "\\\\"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
