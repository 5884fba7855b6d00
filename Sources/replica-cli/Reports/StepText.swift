import ReplicaKit

/// How steps, statements and checks are shown while they happen: the same for operations and for the drill.
struct StepText: Sendable {
    var terminal: Terminal

    func heading(_ number: Int, of count: Int, _ title: String) -> String {
        let place = String(repeating: " ", count: max(0, 2 - String(number).count)) + "\(number)/\(count)"
        return style(.strong, "\(place)  \(title)") + "\n"
    }

    /// Text below a heading.
    func line(_ text: String, _ style: Style = .plain) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { "       " + self.style(style, String($0)) + "\n" }.joined()
    }

    func statement(server: String, sql: String, result: String, seconds: Double) -> String {
        let oneLine = sql.split(whereSeparator: \.isNewline).joined(separator: " ")
        let isError = result.hasPrefix("ERROR")
        return "       \(style(.faint, server + ">")) \(escaped(oneLine))\n"
            + "         \(style(isError ? .bad : .faint, "→ \(escaped(result))  (\(Figures.seconds(seconds)))"))\n"
    }

    func passed(_ text: String, seconds: Double?) -> String { mark("✓", .good, text, seconds) }
    func failed(_ text: String, seconds: Double?) -> String { mark("✗", .bad, text, seconds) }

    func mark(_ sign: String, _ style: Style, _ text: String, _ seconds: Double?) -> String {
        let time = seconds.map { "  " + self.style(.faint, Figures.seconds($0)) } ?? ""
        return "     \(self.style(style, sign)) \(escaped(text))\(time)\n"
    }

    func style(_ style: Style, _ text: String) -> String { style.apply(text, colour: terminal.hasColour) }
    private func escaped(_ text: String) -> String { TerminalText.escaped(text) }
}
