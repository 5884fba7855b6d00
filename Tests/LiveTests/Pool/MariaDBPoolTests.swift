import MySQLWire
import TestSupport
import Testing

@Suite("A pool on a real MariaDB", .needsMariaDB, .timeLimit(.minutes(1)))
struct MariaDBPoolTests {
    @Test func `leases, transactions and a kill are as on MySQL`() async throws {
        let configuration = try await MariaDBServer.shared().configuration
        let killer = try await MySQLConnection.connect(to: configuration)
        try await withPool(configuration, PoolConfiguration(maximumConnections: 1)) { client in
            let id = try await client.withTransaction(isolation: .serializable, readOnly: true) { connection in
                _ = try await connection.collect(sql: "SET @leak = 1")
                #expect(connection.status.contains([.inTransaction, .inReadOnlyTransaction]))
                return connection.connectionID
            }
            _ = try await client.collect(sql: "CREATE TEMPORARY TABLE mysql.leak (n INT)")
            let next = try await client.withConnection { connection in
                #expect(try await connection.collect(sql: "SELECT @leak").scalar == nil)
                _ = try await connection.collect(sql: "CREATE TEMPORARY TABLE mysql.leak (n INT)")
                return connection.connectionID
            }
            #expect(next == id)
            try await PoolRunner.expectEventually { client.statistics.idle == 1 }
            _ = try await killer.collect(sql: "KILL \(id)")
            try await PoolRunner.expectEventually { client.statistics.connections == 0 }
            #expect(try await client.collect(sql: "SELECT 1").scalar == "1")
        }
        await killer.close()
    }
}
