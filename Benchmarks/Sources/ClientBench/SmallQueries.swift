import MySQLWire

/// B and F: one small statement after the other, on one connection.
struct SmallQueries {
    private let settings: BenchSettings

    init(_ settings: BenchSettings) {
        self.settings = settings
    }

    /// B: `SELECT 1`, awaited from a task that nothing ties to the connection.
    func selects(_ count: Int) async throws -> Measured {
        let connection = try await settings.connect()
        let measured = try await ones(on: connection, count)
        await connection.close()
        return measured
    }

    /// BE: the same from a task that runs where the connection does.
    func selectsOnExecutor(_ count: Int) async throws -> Measured {
        let connection = try await settings.connect()
        let measured = try await withTaskExecutorPreference(connection.taskExecutor) {
            try await ones(on: connection, count)
        }
        await connection.close()
        return measured
    }

    /// F: a status query of 60 columns and one row, where the connection runs; the name and the value of each are looked at.
    func wideRows(_ count: Int) async throws -> Measured {
        let connection = try await settings.connect()
        let statement = settings.wideStatement()
        let measured = try await withTaskExecutorPreference(connection.taskExecutor) {
            try await repeated(statement, on: connection, count) { result in
                var sum: UInt64 = 0
                for row in result.rows {
                    for column in result.columns.indices {
                        sum += UInt64(result.columns.name(at: column).utf8.count)
                        sum += UInt64(row.withBytes(at: column) { $0?.count ?? 0 })
                    }
                }
                return sum
            }
        }
        await connection.close()
        return measured
    }

    private func ones(on connection: MySQLConnection, _ count: Int) async throws -> Measured {
        try await repeated("SELECT 1", on: connection, count) { result in
            result.batches.reduce(0) { sum, batch in
                batch.reduce(sum) { $0 + UInt64($1.withBytes(at: 0) { $0?.count ?? 0 }) }
            }
        }
    }

    /// The statement so often, after 500 times that do not count.
    private func repeated(
        _ sql: String,
        on connection: MySQLConnection,
        _ count: Int,
        _ look: (MySQLResult) -> UInt64
    ) async throws -> Measured {
        for _ in 0..<500 { _ = look(try await connection.collect(sql: sql)) }
        var times = [Double](repeating: 0, count: count)
        var sum: UInt64 = 0
        let mark = Mark()
        for index in 0..<count {
            let start = Mark.now()
            sum &+= look(try await connection.collect(sql: sql))
            times[index] = Mark.now() - start
        }
        return Measured(since: mark, count: count, sum: sum, times: times)
    }
}
