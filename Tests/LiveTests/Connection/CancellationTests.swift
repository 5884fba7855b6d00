import MySQLWire
import ReplicaLab
import Testing

@Suite("Cancelled statements on a real server", .needsServer)
struct CancellationTests {
    enum Which: CaseIterable { case mysql, mariaDB }

    private func connect(_ which: Which = .mysql, within: Duration = .seconds(20)) async throws -> MySQLConnection {
        var configuration =
            switch which {
            case .mysql: try await LivePair.shared().source.configuration
            case .mariaDB: try await MariaDBServer.shared().configuration
            }
        configuration.cancellation = .killQuery(within: within)
        return try await MySQLConnection.connect(to: configuration)
    }

    private func isBusy(_ connection: MySQLConnection, _ which: Which) async throws -> Bool {
        let other = try await connect(which)
        let found = try await other.collect(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE id = \(connection.connectionID) AND command <> 'Sleep'"
        )
        await other.close()
        return try found.firstRow?.decode(Int.self, at: 0) != 0
    }

    @Test(arguments: Which.allCases)
    func `a cancelled statement ends on the server, and the connection goes on`(which: Which) async throws {
        let connection = try await connect(which)
        let id = try await connection.collect(sql: "SELECT CONNECTION_ID()").scalar
        let long =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT COUNT(*) FROM n a, n b, n c, n d"
        for sql in ["SELECT SLEEP(60)", long] {
            let task = Task { try await connection.collect(sql: sql) }
            while try await !isBusy(connection, which) { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            let start = ContinuousClock.now
            let result = await task.result
            #expect(throws: MySQLError.self) { try result.get() }
            #expect(try await connection.collect(sql: "SELECT CONNECTION_ID()").scalar == id)
            #expect(start.duration(to: .now) < .seconds(20))
        }
        let error = await #expect(throws: MySQLError.self) {
            try await connection.collect(sql: "SELECT SLEEP(60)", timeout: .milliseconds(100))
        }
        #expect(error?.code == .timedOut)
        #expect(try await connection.collect("SELECT \(42)").scalar == "42")
        await connection.close()
    }

    @Test func `rows that are left in the middle are not the next statement's`() async throws {
        let connection = try await connect()
        let many =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT a.i, REPEAT('x', 99) FROM n a, n b, n c"
        for _ in 0..<3 {
            var count = 0
            for try await batch in try await connection.query(sql: many) {
                count += batch.count
                if count > 5_000 { break }
            }
            #expect(try await connection.collect(sql: "SELECT 'mine'").scalar == "mine")
        }
        let task = Task {
            var count = 0
            for try await batch in try await connection.query(sql: many) { count += batch.count }
            return count
        }
        while try await !isBusy(connection, .mysql) { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        _ = await task.result
        #expect(try await connection.collect(sql: "SELECT 'mine'").scalar == "mine")
        await connection.close()
    }

    @Test func `a KILL that races with the end of its statement never hits another`() async throws {
        let connection = try await connect()
        var cancelled = 0
        for number in 0..<150 {
            let microseconds = number * 40 % 3_000
            let task = Task { try await connection.collect(sql: "SELECT SLEEP(0.0015)") }
            try await Task.sleep(for: .microseconds(microseconds))
            task.cancel()
            if case .failure = await task.result { cancelled += 1 }
            let row = try #require(try await connection.collect("SELECT \(number), SLEEP(0)").firstRow)
            #expect(try row.decode(Int.self, at: 0) == number)
        }
        #expect(cancelled > 10)
        #expect(connection.closeReason == nil)
        await connection.close()
    }

    @Test func `without the policy the connection is closed`() async throws {
        let connection = try await MySQLConnection.connect(to: try await LivePair.shared().source.configuration)
        await #expect(throws: MySQLError.self) {
            try await connection.collect(sql: "SELECT SLEEP(60)", timeout: .milliseconds(50))
        }
        #expect(connection.closeReason?.code == .timedOut)
    }
}
