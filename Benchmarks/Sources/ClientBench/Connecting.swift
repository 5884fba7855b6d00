import MySQLWire

/// C: connect, log in, quit, one after the other.
struct Connecting {
    private let settings: BenchSettings

    init(_ settings: BenchSettings) {
        self.settings = settings
    }

    func connects(_ count: Int) async throws -> Measured {
        for _ in 0..<20 { await (try settings.connect()).close() }
        var times = [Double](repeating: 0, count: count)
        let mark = Mark()
        for index in 0..<count {
            let start = Mark.now()
            await (try settings.connect()).close()
            times[index] = Mark.now() - start
        }
        return Measured(since: mark, count: count, sum: 0, times: times)
    }
}
