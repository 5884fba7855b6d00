import MySQLWire
import ReplicaLab
import Testing

@Suite("Random tables on a MySQL", .needsServer)
struct RandomTableTests {
    @Test(arguments: 1...20) func `every value is the same in both protocols, and what the server says it is`(
        seed: Int
    ) async throws {
        let configuration = try await LivePair.shared().source.configuration
        try await RandomTables(flavour: .mysql, configuration: configuration, seed: UInt64(seed)).run()
    }
}
