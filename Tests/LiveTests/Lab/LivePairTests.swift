import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

@Suite("The shared pair of servers", .needsServer)
struct LivePairTests {
    @Test("replicates a row")
    func replicates() async throws {
        let pair = try await LivePair.shared()
        let source = try await MySQLConnection.connect(to: pair.source.configuration)
        let replica = try await MySQLConnection.connect(to: pair.replica.configuration)
        _ = try await source.collect(sql: "CREATE DATABASE live_pair")
        _ = try await source.collect(sql: "CREATE TABLE live_pair.t (a INT)")
        _ = try await source.collect(sql: "INSERT INTO live_pair.t VALUES (42)")
        let status = try #require(SourceStatus(await source.collect(sql: "SHOW BINARY LOG STATUS")))
        let wait = Dialect(ServerVersion(.mySQL, 9, 0, 0)).waitForPosition(status.coordinates, seconds: 20)
        #expect(try await replica.collect(sql: wait).scalar != "-1")
        #expect(try await replica.collect(sql: "SELECT a FROM live_pair.t").scalar == "42")
        _ = try await source.collect(sql: "DROP DATABASE live_pair")
        await source.close()
        await replica.close()
    }
}
