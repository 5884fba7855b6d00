/// A table as a value; ``rendered(for:)`` is a pure function.
struct TextTable: Sendable {
    enum Alignment: Sendable { case left, right }

    struct Column: Sendable {
        var title: String
        var alignment: Alignment = .left
    }

    struct Cell: Sendable {
        /// As it was given.
        var raw: String
        /// As a terminal may have it.
        var text: String
        var style = Style.plain

        init(_ text: String, style: Style = .plain) {
            raw = text
            self.text = TerminalText.escaped(text)
            self.style = style
        }
    }

    var columns: [Column]
    var rows: [[Cell]] = []

    /// The widths that the columns need in full.
    var naturalWidths: [Int] {
        var widths = columns.map { TerminalText.width(TerminalText.escaped($0.title)) }
        for row in rows {
            for (index, cell) in row.enumerated() where index < widths.count {
                widths[index] = max(widths[index], TerminalText.width(cell.text))
            }
        }
        return widths
    }

    func rendered(for terminal: Terminal) -> String {
        let widths = terminal.width.map { Self.fitted(naturalWidths, into: $0) } ?? naturalWidths
        let rule = Self.rule(widths)
        let titles = columns.map { Cell($0.title, style: .strong) }
        var text = rule + line(titles, widths, terminal) + rule
        for row in rows { text += line(row, widths, terminal) }
        return text + rule
    }

    func line(_ cells: [Cell], _ widths: [Int], _ terminal: Terminal) -> String {
        var text = "|"
        for (index, width) in widths.enumerated() {
            let cell = index < cells.count ? cells[index] : Cell("")
            let shown = terminal.width == nil ? cell.text : TerminalText.truncated(cell.text, to: width)
            let padding = String(repeating: " ", count: max(0, width - TerminalText.width(shown)))
            let styled = cell.style.apply(shown, colour: terminal.hasColour)
            text += columns[index].alignment == .right ? " \(padding)\(styled) |" : " \(styled)\(padding) |"
        }
        return text + "\n"
    }

    static func rule(_ widths: [Int]) -> String {
        "+" + widths.map { String(repeating: "-", count: $0 + 2) + "+" }.joined() + "\n"
    }

    /// Takes from the widest columns until the table fits, but leaves each its first few characters: a table that
    /// still does not fit then is left to the terminal to wrap.
    static func fitted(_ widths: [Int], into limit: Int) -> [Int] {
        let least = 4
        var widths = widths
        var excess = widths.reduce(1) { $0 + $1 + 3 } - limit
        while excess > 0 {
            guard let widest = widths.max(), widest > least else { break }
            let second = max(widths.filter { $0 < widest }.max() ?? least, least)
            let wide = widths.indices.filter { widths[$0] == widest }
            let step = max(1, min(widest - second, excess / wide.count))
            for index in wide where excess > 0 {
                widths[index] -= step
                excess -= step
            }
        }
        return widths
    }
}
