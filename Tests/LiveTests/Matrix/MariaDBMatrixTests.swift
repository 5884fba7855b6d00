import MySQLWire
import Testing

@Suite("Every way to a MariaDB", .needsMariaDB, .timeLimit(.minutes(3)))
struct MariaDBMatrixTests {
    private func configuration(_ server: MariaDBServer, _ way: Way) -> MySQLConfiguration {
        way.configuration(server.configuration, caFile: server.caFile, socketPath: server.socketPath)
    }

    @Test(arguments: Way.allCases) func `the same programme runs`(way: Way) async throws {
        try await run(way, on: MariaDBServer.certified(next: false))
    }

    @Test(.enabled(if: MariaDBServer.isNextAvailable, MariaDBServer.whyNoNext), arguments: Way.allCases)
    func `the same programme runs on a newer one`(way: Way) async throws {
        try await run(way, on: MariaDBServer.certified(next: true))
    }

    private func run(_ way: Way, on server: MariaDBServer) async throws {
        let configuration = configuration(server, way)
        guard way != .zstd else {
            // Neither has it, and both are told nothing.
            let error = await #expect(throws: MySQLError.self) { try await MySQLConnection.connect(to: configuration) }
            #expect(error?.code == .compressionUnavailable && error?.phase == .greeting && error?.fate == .notSent)
            return
        }
        try await MatrixProgramme(way: way, configuration: configuration, isMariaDB: true).run()
    }
}
