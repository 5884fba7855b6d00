/// Names and values below each other, as `\G` shows a row in MySQL's own client.
struct VerticalList: Sendable {
    var title: String
    var entries: [Entry] = []

    struct Entry: Sendable {
        var name: String
        var value: String
        var style = Style.plain
    }

    mutating func add(_ name: String, _ value: String?, style: Style = .plain) {
        entries.append(Entry(name: name, value: value ?? "unknown", style: value == nil ? .doubtful : style))
    }

    func rendered(for terminal: Terminal) -> String {
        let stars = String(repeating: "*", count: 27)
        let title = Style.strong.apply(TerminalText.escaped(title), colour: terminal.hasColour)
        let width = entries.map { TerminalText.width($0.name) }.max() ?? 0
        let lines = entries.map { entry in
            let padding = String(repeating: " ", count: width - TerminalText.width(entry.name))
            let value = entry.style.apply(TerminalText.escaped(entry.value), colour: terminal.hasColour)
            return "\(padding)\(TerminalText.escaped(entry.name)): \(value)\n"
        }
        return "\(stars) \(title) \(stars)\n" + lines.joined()
    }
}
