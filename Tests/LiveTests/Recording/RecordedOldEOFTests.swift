import MySQLWire
import ReplicaLab
import Testing

/// The protocol as servers before 5.7.5 and some proxies still speak it: EOF behind the column definitions and behind
/// the rows. The proxy takes CLIENT_DEPRECATE_EOF out of the greeting, and the server does the rest.
extension RecordingTests {
    @Suite("without CLIENT_DEPRECATE_EOF")
    struct OldEOF {
        @Test func `results of our own client`() async throws {
            let bench = try await RecordingBench.open()
            let proxy = try await RecordingProxy.start(
                .init(upstream: .tcp(host: "127.0.0.1", port: bench.server.port), hidden: [.deprecateEOF]),
                sink: { _ throws(MySQLError) in RecordingMemory() }
            )
            var configuration = bench.configuration()
            configuration.endpoint = .tcp(host: "127.0.0.1", port: proxy.port)
            try await bench.tap(
                "old-eof",
                "rows, none, warnings, several results and errors, each with EOF: CLIENT_DEPRECATE_EOF was hidden",
                configuration
            ) { connection in
                let rows = try await connection.collect(sql: "SELECT 1, NULL UNION ALL SELECT 2, ''")
                #expect(rows.rows.map(\.strings) == [["1", nil], ["2", ""]])
                #expect(rows.completion.status == .autocommit)
                #expect(try await connection.collect(sql: "SELECT 1 FROM DUAL WHERE 1 = 0").rowCount == 0)
                #expect(try await connection.collect(sql: "SELECT 1/0").completion.warnings == 1)
                for sql in [
                    "CREATE DATABASE IF NOT EXISTS recording_eof", "DROP PROCEDURE IF EXISTS recording_eof.three",
                    """
                    CREATE PROCEDURE recording_eof.three() \
                    BEGIN SELECT 1; SELECT 2, NULL; SELECT 3 FROM DUAL WHERE 1 = 0; END
                    """,
                ] { _ = try await connection.collect(sql: sql) }
                var results: [[[String?]]] = []
                var next: MySQLRows? = try await connection.query(sql: "CALL recording_eof.three()")
                while let current = next {
                    var values: [[String?]] = []
                    for try await batch in current { values += batch.map(\.strings) }
                    results.append(values)
                    next = try await current.nextResult()
                }
                #expect(results == [[["1"]], [["2", nil]], [], []])
                for (sql, number) in [
                    ("SELEC", UInt16(1064)),
                    ("SELECT ST_GeomFromText(t) FROM (SELECT 'POINT(1 1)' t UNION ALL SELECT 'x') AS x", 3037),
                ] {
                    let error = await #expect(throws: MySQLError.self) { try await connection.collect(sql: sql) }
                    #expect(error?.server?.number == number)
                }
                try await connection.ping()
                _ = try await connection.collect(sql: "DROP DATABASE recording_eof")
            }
            await proxy.stop()
        }
    }
}
