import Foundation
import MySQLWire
import ReplicaLab
import Testing

/// What client and server agree upon at the login, and how fast the one may send to the other.
@Suite(.needsServer) struct NegotiationTests {
    @Test func `the server shows who is connected, by the connection attributes`() async throws {
        let connection = try await MySQLConnection.connect(to: try await LivePair.shared().source.configuration)
        let result = try await connection.collect(
            sql: """
                SELECT attr_name, attr_value FROM performance_schema.session_connect_attrs \
                WHERE processlist_id = CONNECTION_ID()
                """
        )
        let pairs = result.rows.map { ($0.string(at: 0) ?? "", $0.string(at: 1) ?? "") }
        let attributes = Dictionary(pairs) { $1 }
        #expect(attributes["_client_name"] == "MySQLWire")
        #expect(attributes["_pid"] == "\(ProcessInfo.processInfo.processIdentifier)")
        await connection.close()
    }

    /// In gbk the bytes of 中 swallow the backslash that is to protect a quote.
    @Test func `the session is utf8mb4, whatever the server's init_connect says`() async throws {
        let configuration = try await LivePair.shared().source.configuration
        let administrator = try await MySQLConnection.connect(to: configuration)
        _ = try await administrator.collect(sql: "CREATE USER IF NOT EXISTS init_connect@'%'")
        _ = try await administrator.collect(sql: "SET GLOBAL init_connect = 'SET NAMES gbk'")
        var plain = configuration
        // init_connect is not for privileged users.
        plain.username = "init_connect"
        plain.password = nil
        let connection = try await MySQLConnection.connect(to: plain)
        let value = "中\\'; DROP TABLE x; -- é"
        #expect(try await connection.collect(sql: "SELECT \(SQLText.literal(value))").scalar == value)
        try await connection.reset()
        #expect(try await connection.collect(sql: "SELECT \(SQLText.literal(value))").scalar == value)
        await connection.close()
        _ = try await administrator.collect(sql: "SET GLOBAL init_connect = ''")
        _ = try await administrator.collect(sql: "DROP USER init_connect@'%'")
        await administrator.close()
    }

    /// Neither TLS nor compression may read on by itself.
    @Test(arguments: [TLSConfiguration.Mode.disabled, .required], [MySQLConfiguration.Compression.none, .zlib])
    func `a reader that does not read holds the server up, instead of filling the memory`(
        mode: TLSConfiguration.Mode,
        compression: MySQLConfiguration.Compression
    ) async throws {
        var configuration = try await LivePair.shared().source.configuration
        configuration.tls = TLSConfiguration(mode: mode)
        configuration.compression = compression
        let connection = try await MySQLConnection.connect(to: configuration)
        let id = try #require(try await connection.collect(sql: "SELECT CONNECTION_ID()").scalar)
        let total = 100_000
        let rows = try await connection.query(
            sql: """
                WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 1000)
                SELECT RANDOM_BYTES(1000) FROM t a JOIN t b LIMIT \(total)
                """
        )
        var batches = rows.makeAsyncIterator()
        var count = try #require(try await batches.next()).count
        let observer = try await MySQLConnection.connect(to: configuration)
        func sent() async throws -> Int {
            let sql = """
                SELECT s.variable_value FROM performance_schema.status_by_thread s \
                JOIN performance_schema.threads t USING (thread_id) \
                WHERE t.processlist_id = \(id) AND s.variable_name = 'Bytes_sent'
                """
            return Int(try await observer.collect(sql: sql).scalar ?? "") ?? -1
        }
        // Until it stands still: all buffers on the way are full.
        var last = -1
        var now = try await sent()
        while now != last {
            try await Task.sleep(for: .milliseconds(200))
            (last, now) = (now, try await sent())
        }
        #expect(now > 0 && now < 40 << 20, "of 100 MB, \(now) bytes were sent")
        while let batch = try await batches.next() { count += batch.count }
        #expect(count == total)
        await observer.close()
        await connection.close()
    }
}
