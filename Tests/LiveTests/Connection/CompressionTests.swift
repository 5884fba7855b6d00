import MySQLWire
import ReplicaLab
import Testing

/// The compressed protocol with a real server at the other end.
@Suite("Compression on a real server", .needsServer)
struct CompressionTests {
    static let ways: [MySQLConfiguration.Compression] = [.zlib, .zstd(level: 3), .zstd(level: 22)]

    private func connect(
        _ compression: MySQLConfiguration.Compression,
        _ mode: TLSConfiguration.Mode = .disabled,
        change: (inout MySQLConfiguration) -> Void = { _ in }
    ) async throws -> MySQLConnection {
        var configuration = try await LivePair.shared().source.configuration
        configuration.tls = TLSConfiguration(mode: mode)
        configuration.getServerPublicKey = true
        configuration.compression = compression
        change(&configuration)
        return try await MySQLConnection.connect(to: configuration)
    }

    /// Hexadecimal digits that nothing shrinks to less than half.
    private func noise(_ count: Int) -> String {
        var state: UInt64 = 12
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: count) { space in
            for index in 0..<count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                space[index] = digits[Int(truncatingIfNeeded: state >> 60)]
            }
            return count
        }
    }

    @Test(arguments: ways, [TLSConfiguration.Mode.disabled, .required])
    func `the server compresses as was agreed on, with TLS and without`(
        compression: MySQLConfiguration.Compression,
        mode: TLSConfiguration.Mode
    ) async throws {
        let connection = try await connect(compression, mode)
        #expect((connection.tlsVersion != nil) == (mode == .required))
        #expect([connection.compression] == compression.algorithms)
        let rows = try await connection.collect(sql: "SHOW STATUS LIKE 'Compression%'").rows
        let status = Dictionary(rows.map { ($0.string(at: 0) ?? "", $0.string(at: 1) ?? "") }) { $1 }
        #expect(status["Compression"] == "ON")
        #expect(status["Compression_algorithm"] == connection.compression.description)
        if case .zstd(let level) = connection.compression { #expect(status["Compression_level"] == "\(level)") }
        try await connection.ping()
        try await connection.reset()
        #expect(try await connection.collect(sql: "SELECT 'é'").scalar == "é")
        await connection.close()
    }

    @Test(arguments: [MySQLConfiguration.Compression.zlib, .zstd()])
    func `a cell of 20 MB goes to the server and comes back`(
        compression: MySQLConfiguration.Compression
    ) async throws {
        let connection = try await connect(compression, .required)
        let value = noise(20_000_000)
        let result = try await connection.collect(sql: "SELECT '\(value)', 1")
        #expect(result.firstRow?.string(at: 0) == value)
        #expect(result.firstRow?.string(at: 1) == "1")
        // What shrinks to nearly nothing; and the connection is in step.
        let before = try await sent(connection)
        let flat = try await connection.collect(sql: "SELECT REPEAT('x', 20000000)")
        #expect(flat.scalar == String(repeating: "x", count: 20_000_000))
        let bytes = try await sent(connection) - before
        #expect(bytes > 0 && bytes < 1 << 20, "\(bytes) bytes for 20 MB")
        await connection.close()
    }

    private func sent(_ connection: MySQLConnection) async throws -> Int {
        let row = try await connection.collect(sql: "SHOW SESSION STATUS LIKE 'Bytes_sent'").firstRow
        return Int(row?.string(at: 1) ?? "") ?? -1
    }

    @Test(arguments: [MySQLConfiguration.Compression.zlib, .zstd()])
    func `many small rows come whole, and an error in the middle of them leaves the connection usable`(
        compression: MySQLConfiguration.Compression
    ) async throws {
        let connection = try await connect(compression)
        let numbers = "WITH RECURSIVE t AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 999)"
        for _ in 0..<2 {
            var expected = 0
            let rows = try await connection.query(
                sql: """
                    \(numbers) SELECT a.n * 1000 + b.n AS number, SHA2(b.n, 256), NULL FROM t a JOIN t b
                    ORDER BY number LIMIT 100000
                    """
            )
            for try await batch in rows {
                for row in batch {
                    guard row.integer(at: 0, as: Int.self) == expected, row.bytes(at: 1)?.count == 64 else {
                        Issue.record("row \(expected) is \(row.strings)")
                        return
                    }
                    expected += 1
                }
            }
            #expect(expected == 100_000)
            var count = 0
            let error = await #expect(throws: MySQLError.self) {
                let rows = try await connection.query(
                    sql: "\(numbers) SELECT a.n, POW(10, IF(a.n < 500, 1, 1000)) FROM t a JOIN t b ORDER BY a.n"
                )
                for try await batch in rows { count += batch.count }
            }
            #expect(error?.server?.number == 1690 && error?.fate == .rejected)
        }
        let results = try await connection.query(sql: "SELECT 1")
        for try await batch in results { #expect(batch.count == 1) }
        await connection.close()
    }

    @Test func `a server that has only some of the ways is asked for none that it has not`() async throws {
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer(
            "zlib-only",
            serverID: 15,
            settings: ["protocol_compression_algorithms": "zlib"]
        )
        func connect(_ compression: MySQLConfiguration.Compression) async throws -> MySQLConnection {
            var configuration = server.configuration
            configuration.compression = compression
            return try await MySQLConnection.connect(to: configuration)
        }
        let connection = try await connect([.zstd(level: 3), .zlib])
        #expect(connection.compression == .zlib)
        await connection.close()
        let missing = await #expect(throws: MySQLError.self) { try await connect(.zstd()) }
        #expect(missing?.code == .compressionUnavailable && missing?.fate == .notSent)
        // Without is a way too, and this server does not allow it.
        let refused = await #expect(throws: MySQLError.self) { try await connect(.none) }
        #expect(refused?.code == .server)
        await lab.stopAll()
    }

    @Test func `through the recording proxy it works too, and can be hidden there`() async throws {
        let source = try await LivePair.shared().source
        func recorded(
            _ hidden: CapabilityFlags,
            _ compression: MySQLConfiguration.Compression
        ) async throws -> (MySQLConfiguration.Compression.Algorithm, Recording) {
            let memory = RecordingMemory()
            let proxy = try await RecordingProxy.start(
                .init(upstream: .tcp(host: "127.0.0.1", port: source.port), hidden: hidden),
                sink: { _ throws(MySQLError) in memory }
            )
            let connection = try await connect(compression) {
                $0.endpoint = .tcp(host: "127.0.0.1", port: proxy.port)
            }
            let agreed = connection.compression
            #expect(try await connection.collect(sql: "SELECT REPEAT('a', 1000)").scalar?.count == 1000)
            await connection.close()
            let text = await memory.finished()
            await proxy.stop()
            return (agreed, try RecordingParser.parse(text))
        }
        let (zstd, opaque) = try await recorded([], .zstd())
        #expect(zstd == .zstd(level: 3))
        #expect(opaque.entries.contains(.event(.opaque("compression"))))
        let (none, readable) = try await recorded([.compress, .zstdCompression], [.zlib, .uncompressed])
        #expect(none == .uncompressed)
        #expect(!readable.entries.contains(.event(.opaque("compression"))))
        #expect(readable.entries.count > opaque.entries.count)
    }
}
