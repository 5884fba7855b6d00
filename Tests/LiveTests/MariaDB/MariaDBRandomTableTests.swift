import MySQLWire
import Testing

@Suite("Random tables on a MariaDB", .needsMariaDB)
struct MariaDBRandomTableTests {
    @Test(arguments: 101...120) func `every value is the same in both protocols, and what the server says it is`(
        seed: Int
    ) async throws {
        let configuration = try await MariaDBServer.shared().configuration
        try await RandomTables(
            flavour: .mariaDB(hasVector: false),
            configuration: configuration,
            seed: UInt64(seed)
        ).run()
    }

    @Test(.enabled(if: MariaDBServer.isNextAvailable, MariaDBServer.whyNoNext), arguments: 201...220)
    func `it is so on a newer one, which has vectors`(seed: Int) async throws {
        let configuration = try await MariaDBServer.next().configuration
        try await RandomTables(
            flavour: .mariaDB(hasVector: true),
            configuration: configuration,
            seed: UInt64(seed)
        ).run()
    }
}
