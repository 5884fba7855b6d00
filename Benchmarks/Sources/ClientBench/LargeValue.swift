import MySQLWire

/// E: one value of 64 MiB.
struct LargeValue {
    private let settings: BenchSettings

    init(_ settings: BenchSettings) {
        self.settings = settings
    }

    func read() async throws -> Measured {
        let connection = try await settings.connect()
        _ = try await connection.collect(sql: "SELECT 1")
        let mark = Mark()
        var sum: UInt64 = 0
        for try await batch in try await connection.query(sql: "SELECT v FROM bench.big WHERE id = 1") {
            for row in batch { sum += UInt64(row.withBytes(at: 0) { $0?.count ?? 0 }) }
        }
        let measured = Measured(since: mark, count: 1, sum: sum)
        await connection.close()
        return measured
    }
}
