import ArgumentParser
import Glibc

enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json, tsv
}

enum ColourChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto, always, never
}

/// How results are shown.
struct OutputOptions: ParsableArguments {
    @Option(help: "table, json (with a schema version, null for unknown) or tsv.")
    var format = OutputFormat.table

    @Option(
        name: [.customLong("color"), .customLong("colour")],
        help: "auto (a terminal, and NO_COLOR unset), always, never."
    )
    var colour = ColourChoice.auto

    /// Standard output.
    var terminal: Terminal {
        let asked: Bool? =
            switch colour {
            case .auto: nil
            case .always: true
            case .never: false
            }
        return Terminal.of(descriptor: STDOUT_FILENO, colour: asked)
    }
}
