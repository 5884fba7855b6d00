import Glibc

/// What this program may assume about the place where its output goes.
struct Terminal: Sendable, Equatable {
    var isTerminal: Bool
    /// Columns; nil where there is no width to keep to.
    var width: Int?
    var hasColour: Bool

    static let plain = Terminal(isTerminal: false, width: nil, hasColour: false)

    /// - Parameters:
    ///   - colour: what the person asked for; nil decides by the terminal, `NO_COLOR` (no-color.org) and `TERM`.
    static func of(
        descriptor: Int32,
        colour: Bool? = nil,
        environment: [String: String] = Environment.current
    ) -> Terminal {
        let isTerminal = isatty(descriptor) == 1
        let allowed = environment["NO_COLOR"].map(\.isEmpty) ?? true
        let capable = isTerminal && environment["TERM"] != "dumb"
        return Terminal(
            isTerminal: isTerminal,
            width: isTerminal ? width(of: descriptor, environment: environment) : nil,
            hasColour: colour ?? (capable && allowed)
        )
    }

    private static func width(of descriptor: Int32, environment: [String: String]) -> Int? {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
