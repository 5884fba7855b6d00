import MySQLWire

/// Measures MySQLWire as a whole process, as `peers/cbench.c` does the C libraries: the same work, environment and output.
///
///     client-bench A|AA|A2|A2V|AS|AP|APV|B|BE|C|D|E|F [N]
@main
struct ClientBench {
    static func main() async throws {
        let settings = BenchSettings()
        guard let arguments = BenchArguments(CommandLine.arguments) else {
            fail("usage: client-bench A|AA|A2|A2V|AS|AP|APV|B|BE|C|D|E|F [N]")
        }
        let count = arguments.count
        let measured: Measured
        switch arguments.bench {
        case "A": measured = try await RowStreaming(settings, limit: count).touched()
        case "AA": measured = try await RowStreaming(settings, limit: count, isOnExecutor: false).touched()
        case "A2": measured = try await RowStreaming(settings, limit: count).decoded()
        case "A2V": measured = try await RowStreaming(settings, limit: count).decoded(lendsText: true)
        case "AS": measured = try await RowStreaming(settings, limit: count).stored()
        case "AP": measured = try await RowStreaming(settings, limit: count).prepared()
        case "APV": measured = try await RowStreaming(settings, limit: count).prepared(lendsText: true)
        case "B": measured = try await SmallQueries(settings).selects(count ?? 20000)
        case "BE": measured = try await SmallQueries(settings).selectsOnExecutor(count ?? 20000)
        case "C": measured = try await Connecting(settings).connects(count ?? 500)
        case "D": measured = try await ManyConnections(settings).points(seconds: count ?? 5)
        case "E": measured = try await LargeValue(settings).read()
        case "F": measured = try await SmallQueries(settings).wideRows(count ?? 5000)
        default: fail("unknown benchmark \(arguments.bench)")
        }
        print(measured.line(bench: arguments.bench))
    }
}
