import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

@Suite(.needsServer) struct StatusTests {
    @Test func `a healthy pair is exit 0, with both threads and a known lag`() async throws {
        let cli = try await CLIPair.shared()
        let (source, replica) = (cli.pair.source, cli.pair.replica)
        let servers = ["127.0.0.1:\(source.port)", "127.0.0.1:\(replica.port)"]
        let outcome = try await cli.run("status", on: source, ["--format", "json"] + servers)
        #expect(outcome.status == 0)
        let json = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(json["schema"] as? Int == 1)
        #expect(json["healthy"] as? Bool == true)
        let seen = try #require(json["servers"] as? [[String: Any]])
        #expect(seen.map { $0["role"] as? String } == ["source", "replica"])
        let channel = try #require((seen[1]["replication"] as? [[String: Any]])?.first)
        #expect(channel["receiver"] as? String == "Yes")
        #expect(channel["secondsBehindSource"] as? Int != nil)
        #expect(channel["sourcePort"] as? Int == Int(source.port))
        #expect(channel["receiverError"] is NSNull)

        let table = try await cli.run("status", on: source, servers)
        #expect(table.text.contains("| replica"))
        let vertical = try await cli.run("status", on: source, ["--vertical"] + servers)
        #expect(vertical.text.contains("Seconds_Behind_Source: "))
    }

    @Test func `one server that does not answer makes it unhealthy, none that answers unreachable`() async throws {
        let cli = try await CLIPair.shared()
        let replica = "127.0.0.1:\(cli.pair.replica.port)"
        let half = try await cli.run("status", on: cli.pair.source, [replica, "127.0.0.1:1"])
        #expect(half.status == 3)
        #expect(half.text.contains("unreachable"))
        let none = try await cli.run("status", on: cli.pair.source, ["127.0.0.1:1"])
        #expect(none.status == 5)
    }
}
