/// What a command has to say, in each of the formats. Making one is a pure function of what was seen.
protocol Report {
    func table(for terminal: Terminal) -> String
    var tabSeparated: String { get }
    var json: JSONValue { get }
}

extension Report {
    func rendered(as format: OutputFormat, for terminal: Terminal) -> String {
        switch format {
        case .table: table(for: terminal)
        case .tsv: tabSeparated
        case .json: json.rendered() + "\n"
        }
    }
}

extension OutputOptions {
    /// Writes a report to standard output.
    func show(_ report: some Report) throws {
        let sink = ByteSink()
        try sink.write(report.rendered(as: format, for: terminal))
        try sink.flush()
    }
}
