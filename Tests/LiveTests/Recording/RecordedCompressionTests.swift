import MySQLWire
import Testing

/// Recorded from within, compressed sessions are as readable as others.
extension RecordingTests {
    @Suite("of compressed sessions")
    struct Compressed {
        @Test(arguments: [
            ("compressed-zlib", MySQLConfiguration.Compression.zlib), ("compressed-zstd", .zstd(level: 7)),
        ])
        func `the packets are those above compression`(
            name: String,
            compression: MySQLConfiguration.Compression
        ) async throws {
            let bench = try await RecordingBench.open()
            var configuration = bench.configuration(.required)
            configuration.compression = compression
            try await bench.tap(
                name,
                "a result, an error and a ping, compressed by \(configuration.compression.algorithms[0])",
                configuration
            ) { connection in
                let sql = "SELECT 1, REPEAT('a', 200) UNION ALL SELECT 2, '\(String(repeating: "b", count: 200))'"
                #expect(try await connection.collect(sql: sql).rowCount == 2)
                let error = await #expect(throws: MySQLError.self) { try await connection.collect(sql: "SELEC") }
                #expect(error?.server?.number == 1064)
                try await connection.ping()
            }
        }
    }
}
