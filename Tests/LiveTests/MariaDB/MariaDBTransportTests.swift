import MySQLWire
import TestSupport
import Testing

/// What only the newer MariaDB does before and around a login: a certificate of its own making, a word of another server.
@Suite("Transport on a newer MariaDB", .enabled(if: MariaDBServer.isNextAvailable, MariaDBServer.whyNoNext))
struct MariaDBTransportTests {
    @Test func `its own certificate is good for TLS, and for no verification`() async throws {
        var configuration = try await MariaDBServer.next().configuration
        configuration.tls = TLSConfiguration(mode: .required)
        let connection = try await MySQLConnection.connect(to: configuration)
        #expect(connection.tlsVersion == "TLSv1.3")
        await connection.close()
        for mode in [TLSConfiguration.Mode.verifyCA, .verifyIdentity] {
            configuration.tls = TLSConfiguration(mode: mode)
            let error = await #expect(throws: MySQLError.self) { try await MySQLConnection.connect(to: configuration) }
            #expect(error?.code == .tlsFailed)
        }
        // Which one it is says the error of a pin that is another.
        configuration.tls = TLSConfiguration(
            mode: .required,
            fingerprints: [try CertificateFingerprint(bytes: [UInt8](repeating: 1, count: 32))]
        )
        let error = await #expect(throws: MySQLError.self) { try await MySQLConnection.connect(to: configuration) }
        let told = error?.message.split(separator: ", ").compactMap { try? CertificateFingerprint(String($0)) }
        configuration.tls.fingerprints = [try #require(told?.first)]
        await (try MySQLConnection.connect(to: configuration)).close()
    }

    @Test func `a server that sends its clients elsewhere keeps them`() async throws {
        let configuration = try await MariaDBServer.next().configuration
        let root = try await MySQLConnection.connect(to: configuration)
        _ = try await root.collect(sql: "SET GLOBAL redirect_url = 'mysql://127.0.0.1:1'")
        do {
            let connection = try await MySQLConnection.connect(to: configuration)
            #expect(
                try await connection.collect(sql: "SELECT @@port").scalar == "\(try await MariaDBServer.next().port)"
            )
            await connection.close()
        } catch {
            Issue.record(error)
        }
        _ = try await root.collect(sql: "SET GLOBAL redirect_url = ''")
        await root.close()
    }

    @Test func `a collation beyond a byte is set, and its text read`() async throws {
        let connection = try await MySQLConnection.connect(to: MariaDBServer.next().configuration)
        _ = try await connection.collect(sql: "SET NAMES utf8mb4 COLLATE utf8mb4_uca1400_ai_ci")
        let row = try await connection.collect(sql: "SELECT 'é', @@collation_connection, 'e' = 'É'").firstRow
        #expect(try row?.decode(String.self, at: 0) == "é")
        #expect(row?.string(at: 1) == "utf8mb4_uca1400_ai_ci")
        #expect(row?.integer(at: 2) == 1)
        await connection.close()
    }
}
