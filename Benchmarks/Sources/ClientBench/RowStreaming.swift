import MySQLWire

/// A, AA, A2, A2V, AS, AP, APV: a million rows of seven columns, after a first statement that warms the connection up. The task runs
/// where the connection does, so that what was read is in that core's cache; of AA anywhere.
struct RowStreaming {
    private let settings: BenchSettings
    private let sql: String
    private let isOnExecutor: Bool

    init(_ settings: BenchSettings, limit: Int?, isOnExecutor: Bool = true) {
        self.settings = settings
        self.isOnExecutor = isOnExecutor
        sql = "SELECT * FROM bench.rows" + (limit.map { " LIMIT \($0)" } ?? "")
    }

    /// A: every cell touched; the two integers parsed, of the others the lengths summed.
    func touched() async throws -> Measured {
        try await onConnection { connection in
            var work = RowWork()
            for try await batch in try await connection.query(sql: sql) { work.touch(batch) }
            return work
        }
    }

    /// AS: the same, with the whole result in memory first.
    func stored() async throws -> Measured {
        try await onConnection { connection in
            var work = RowWork()
            for batch in try await connection.collect(sql: sql).batches { work.touch(batch) }
            return work
        }
    }

    /// A2: every cell as a value of its type; A2V with text lent.
    func decoded(lendsText: Bool = false) async throws -> Measured {
        try await onConnection { connection in
            try await work(on: connection.query(sql: sql), lendsText)
        }
    }

    /// AP, APV: the same from the binary rows of a prepared statement; preparing it counts.
    func prepared(lendsText: Bool = false) async throws -> Measured {
        try await onConnection { connection in
            let statement = try await connection.prepare(sql)
            return try await work(on: connection.query(statement), lendsText)
        }
    }

    private func work(on rows: MySQLRows, _ lendsText: Bool) async throws -> RowWork {
        var work = RowWork()
        if lendsText {
            for try await batch in rows { try work.decodeLent(batch) }
        } else {
            for try await batch in rows { try work.decode(batch) }
        }
        return work
    }

    private func onConnection(_ run: (MySQLConnection) async throws -> RowWork) async throws -> Measured {
        let connection = try await settings.connect()
        _ = try await connection.collect(sql: "SELECT 1")
        let mark = Mark()
        let executor = isOnExecutor ? connection.taskExecutor : nil
        let work = try await withTaskExecutorPreference(executor) { try await run(connection) }
        let measured = Measured(since: mark, work)
        await connection.close()
        return measured
    }
}
