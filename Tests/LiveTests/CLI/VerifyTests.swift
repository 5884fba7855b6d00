import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

@Suite(.needsServer) struct VerifyTests {
    @Test func `a marker arrives on the replica, and the time is told`() async throws {
        let cli = try await CLIPair.shared()
        let (source, replica) = ("127.0.0.1:\(cli.pair.source.port)", "127.0.0.1:\(cli.pair.replica.port)")
        let outcome = try await cli.run(
            "verify",
            on: cli.pair.source,
            ["--format", "json", "--source", source, "--replica", replica]
        )
        #expect(outcome.status == 0)
        let json = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(json["arrived"] as? Bool == true)
        let answer = try #require((json["replicas"] as? [[String: Any]])?.first)
        let seconds = try #require(answer["seconds"] as? Double)
        #expect(seconds > 0 && seconds < 30)
        // It does not stay behind.
        let session = try await MySQLConnection.connect(to: cli.pair.source.configuration)
        let marker = try #require(json["marker"] as? String)
        let left = try await session.collect(
            sql: "SELECT COUNT(*) FROM replicakit.marker WHERE id = \(SQLText.literal(marker))"
        )
        #expect(left.scalar == "0")
        await session.close()
    }

    @Test func `a replica named as the source is refused, and nothing is written on it`() async throws {
        let cli = try await CLIPair.shared()
        let (source, replica) = ("127.0.0.1:\(cli.pair.source.port)", "127.0.0.1:\(cli.pair.replica.port)")
        let outcome = try await cli.run("verify", on: cli.pair.source, ["--source", replica, "--replica", source])
        #expect(outcome.status == 6)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors.contains("is itself a replica"))
    }

    @Test func `a server that follows nobody is exit 3 at once, not after the deadline`() async throws {
        let lab = try await LiveServers.openLab()
        async let first = lab.startServer("first", serverID: 1)
        async let second = lab.startServer("second", serverID: 2)
        let pair = try await LivePair(lab: lab, source: first, replica: second)
        let arguments = ["--source", "127.0.0.1:\(pair.source.port)", "--replica", "127.0.0.1:\(pair.replica.port)"]
        let began = ContinuousClock.now
        let outcome = try await CLIPair(pair: pair).run("verify", on: pair.source, arguments)
        #expect(ContinuousClock.now - began < .seconds(20))
        #expect(outcome.status == 3)
        #expect(outcome.text.contains("is no replica"))
        await lab.stopAll()
    }
}
