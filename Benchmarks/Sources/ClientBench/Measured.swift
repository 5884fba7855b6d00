/// What one run took, counted from a mark to the moment when this was made.
struct Measured {
    private let wall: Double
    private let user: Double
    private let system: Double
    private let count: Int
    private let sum: UInt64
    private let integers: Int64
    private let doubles: Double
    private let memoryBefore: Int
    private let memory: Int
    /// Seconds of each repetition, the shortest first.
    private let times: [Double]

    /// - Parameters:
    ///   - count: how often the work was done.
    ///   - sum: of what it found, which is the same for every client.
    ///   - times: seconds of each repetition, in any order.
    init(since mark: Mark, count: Int, sum: UInt64, integers: Int64 = 0, doubles: Double = 0, times: [Double] = []) {
        wall = Mark.now() - mark.wall
        let (user, system) = Mark.processorTime()
        self.user = user - mark.user
        self.system = system - mark.system
        self.count = count
        self.sum = sum
        self.integers = integers
        self.doubles = doubles
        memoryBefore = mark.memory
        memory = Mark.peakMemory()
        self.times = times.sorted()
    }

    init(since mark: Mark, _ work: RowWork) {
        self.init(since: mark, count: work.rows, sum: work.bytes, integers: work.integers, doubles: work.doubles)
    }

    /// One line of JSON.
    func line(bench: String) -> String {
        let fields: [(String, String)] = [
            ("peer", "\"MySQLWire\""), ("bench", "\"\(bench)\""),
            ("wall", "\(wall)"), ("user", "\(user)"), ("sys", "\(system)"),
            ("n", "\(count)"), ("sum", "\(sum)"), ("ids", "\(integers)"), ("doubles", "\(doubles)"),
            ("rss0", "\(memoryBefore)"), ("rss", "\(memory)"),
            ("p50", "\(time(0.5))"), ("p99", "\(time(0.99))"), ("min", "\(time(0))"),
        ]
        return "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    /// Microseconds.
    private func time(_ part: Double) -> Double {
        guard !times.isEmpty else { return 0 }
        return times[min(times.count - 1, Int(Double(times.count) * part))] * 1e6
    }
}
