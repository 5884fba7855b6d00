import MySQLWire
import Testing

/// MariaDB has zlib, and no zstd.
@Suite("Compression on a MariaDB", .needsMariaDB)
struct MariaDBCompressionTests {
    private func connect(_ compression: MySQLConfiguration.Compression) async throws -> MySQLConnection {
        var configuration = try await MariaDBServer.shared().configuration
        configuration.compression = compression
        // For its sequences as tables.
        configuration.database = "mysql"
        return try await MySQLConnection.connect(to: configuration)
    }

    @Test func `zlib compresses both ways`() async throws {
        let connection = try await connect([.zstd(level: 3), .zlib])
        #expect(connection.compression == .zlib)
        #expect(try await connection.collect(sql: "SHOW STATUS LIKE 'Compression'").firstRow?.string(at: 1) == "ON")
        let limit = Int(try await connection.collect(sql: "SELECT @@max_allowed_packet").scalar ?? "") ?? 0
        let value = String(repeating: "0123456789", count: (limit - 1000) / 10)
        #expect(try await connection.collect(sql: "SELECT '\(value)'").scalar == value)
        #expect(try await connection.collect(sql: "SELECT seq, MD5(seq) FROM seq_1_to_50000").rowCount == 50_000)
        let error = await #expect(throws: MySQLError.self) { try await connection.collect(sql: "SELEC") }
        #expect(error?.server?.number == 1064)
        try await connection.ping()
        await connection.close()
    }

    @Test func `zstd is not there, which is said before anything is sent`() async throws {
        let error = await #expect(throws: MySQLError.self) { try await connect(.zstd()) }
        #expect(error?.code == .compressionUnavailable && error?.phase == .greeting && error?.fate == .notSent)
        let connection = try await connect([.zstd(level: 3), .uncompressed])
        #expect(connection.compression == .uncompressed)
        await connection.close()
    }
}
