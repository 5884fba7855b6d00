import MySQLWire

/// D: 64 connections, each with a task on its executor that looks up one row after the other by its key.
struct ManyConnections {
    private static let connections = 64
    private let settings: BenchSettings

    init(_ settings: BenchSettings) {
        self.settings = settings
    }

    func points(seconds: Int) async throws -> Measured {
        var connections: [MySQLConnection] = []
        for _ in 0..<Self.connections { connections.append(try await settings.connect()) }
        let mark = Mark()
        let end = mark.wall + Double(seconds)
        let (count, sum) = try await withThrowingTaskGroup(of: (Int, UInt64).self) { group in
            for (index, connection) in connections.enumerated() {
                group.addTask {
                    try await withTaskExecutorPreference(connection.taskExecutor) {
                        try await lookUp(connection, seed: UInt32(index * 7919 + 1), until: end)
                    }
                }
            }
            return try await group.reduce((0, 0)) { ($0.0 + $1.0, $0.1 &+ $1.1) }
        }
        let measured = Measured(since: mark, count: count, sum: sum)
        for connection in connections { await connection.close() }
        return measured
    }

    private func lookUp(_ connection: MySQLConnection, seed: UInt32, until end: Double) async throws -> (Int, UInt64) {
        var random = seed
        var count = 0
        var sum: UInt64 = 0
        while Mark.now() < end {
            // Marsaglia's xorshift, as in the other programs.
            random ^= random << 13
            random ^= random >> 17
            random ^= random << 5
            let id = random % 1_000_000 + 1
            let result = try await connection.collect(sql: "SELECT id, b FROM bench.rows WHERE id = \(id)")
            for batch in result.batches {
                for row in batch {
                    for column in 0..<2 { sum &+= UInt64(row.withBytes(at: column) { $0?.count ?? 0 }) }
                }
            }
            count += 1
        }
        return (count, sum)
    }
}
