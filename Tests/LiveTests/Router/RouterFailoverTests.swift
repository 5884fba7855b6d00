import MySQLWire
import ReplicaLab
import TestSupport
import Testing

@Suite("A failover behind a MySQL Router", .needsRouter, .timeLimit(.minutes(2)))
struct RouterFailoverTests {
    @Test(arguments: ["PASSTHROUGH", "PREFERRED"])
    func `the pool gives up connections to the old source, which has become read-only`(clientTLS: String) async throws {
        let lab = try await LiveServers.openLab()
        async let first = lab.startServer("routed-old", serverID: 41)
        async let second = lab.startServer("routed-new", serverID: 42)
        let (old, new) = try await (first, second)
        for server in [old, new] {
            let root = try await MySQLConnection.connect(to: server.configuration)
            _ = try await root.collect(sql: "CREATE DATABASE routed")
            _ = try await root.collect(sql: "CREATE TABLE routed.t (n INT)")
            await root.close()
        }
        let router = try await MySQLRouter.start([
            .init(
                name: "writes",
                destinations: [old.port, new.port],
                clientTLS: clientTLS,
                serverTLS: clientTLS == "PASSTHROUGH" ? "AS_CLIENT" : "PREFERRED"
            )
        ])
        var configuration = old.configuration
        configuration.endpoint = try router.endpoint("writes")
        var pool = PoolConfiguration(minimumIdle: 2, maximumConnections: 4, leaseTimeout: .seconds(60))
        pool.maximumBackoff = .milliseconds(200)
        try await withPool(configuration, pool) { client in
            _ = try await client.collect(sql: "INSERT INTO routed.t VALUES (1)")
            #expect(try await client.collect(sql: "SELECT @@port").scalar == "\(old.port)")
            // As a failover does it: the old one is fenced, then it is gone.
            let root = try await MySQLConnection.connect(to: old.configuration)
            _ = try await root.collect(sql: "SET GLOBAL super_read_only = ON")
            let refused = await #expect(throws: MySQLError.self) {
                try await client.collect(sql: "INSERT INTO routed.t VALUES (2)")
            }
            #expect(refused?.meansReadOnlyServer == true && refused?.fate == .rejected)
            await root.close()
            try await old.stop()
            try await PoolRunner.expectEventually {
                (try? await client.collect(sql: "INSERT INTO routed.t VALUES (3)")) != nil
            }
            #expect(try await client.collect(sql: "SELECT @@port").scalar == "\(new.port)")
            #expect(try await client.collect(sql: "SELECT COUNT(*) FROM routed.t").scalar == "1")
        }
        await router.stop()
        await lab.stopAll()
    }
}
