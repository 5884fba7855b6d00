import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// The changing commands through the built program: asking, refusing, exit statuses. What they do is tested below them.
@Suite(.needsServer) struct OperationTests {
    @Test func `promote refuses while the source lives, and changes nothing`() async throws {
        let cli = try await CLIPair.shared()
        let outcome = try await run("promote", cli.pair, [address(cli.pair.replica), "--yes"])
        #expect(outcome.status == 6)
        #expect(outcome.errors.contains("refused"))
        #expect(outcome.errors.contains("instead"))
        let status = try await cli.run("status", on: cli.pair.source, [address(cli.pair.replica)])
        #expect(status.status == 0)
    }

    @Test func `without a terminal and without --yes nothing is changed, exit 2`() async throws {
        let cli = try await CLIPair.shared()
        let outcome = try await run("switchover", cli.pair, ["--to", address(cli.pair.replica)])
        #expect(outcome.status == 2)
        #expect(outcome.text.contains("Plan: "))
        #expect(outcome.errors.contains("--yes"))
        let dry = try await run("switchover", cli.pair, ["--to", address(cli.pair.replica), "--dry-run"])
        #expect(dry.status == 0)
        #expect(dry.text.contains("Plan: "))
        let status = try await cli.run("status", on: cli.pair.source, [address(cli.pair.replica)])
        #expect(status.status == 0)
    }

    @Test func `a server that is no replica is refused, and one that is not there unreachable`() async throws {
        let cli = try await CLIPair.shared()
        let noReplica = try await run("promote", cli.pair, [address(cli.pair.source), "--yes"])
        #expect(noReplica.status == 6)
        let nobody = try await run("promote", cli.pair, ["127.0.0.1:1", "--yes"])
        #expect(nobody.status == 5)
        #expect(nobody.lines.count == 1)
    }

    @Test func `promote, rejoin and switchover carry a pair through a failover and back`() async throws {
        let pair = try await LivePair.fresh()
        let (source, replica) = (address(pair.source), address(pair.replica))
        // A replica that never spoke with its source cannot tell whom it followed.
        let verified = try await CLIPair(pair: pair).run(
            "verify",
            on: pair.source,
            ["--source", source, "--replica", replica]
        )
        #expect(verified.status == 0, "\(verified.errors)")
        try await pair.source.kill()
        let promoted = try await run("promote", pair, [replica, "--yes", "--format", "json"])
        #expect(promoted.status == 0, "\(promoted.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: promoted.output) as? [String: Any])
        #expect(report["outcome"] as? String == "done")
        #expect((report["promotionSeconds"] as? Double).map { $0 < 10 } == true)

        try await pair.source.start()
        let rejoined = try await run("rejoin", pair, [source, "--to", replica, "--yes"] + Self.account(pair))
        #expect(rejoined.status == 0, "\(rejoined.errors)")
        #expect(rejoined.text.contains("data identical"))
        let again = try await run("rejoin", pair, [source, "--to", replica, "--yes"] + Self.account(pair))
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.text.contains("nothing to do"))

        let back = try await run("switchover", pair, ["--to", source, "--yes"])
        #expect(back.status == 0, "\(back.errors)")
        #expect(back.text.contains("writes were held up for"))
        let status = try await CLIPair(pair: pair).run("status", on: pair.source, [source, replica])
        #expect(status.status == 0)
        await pair.lab.stopAll()
    }

    @Test func `a rejoin without an anchor is refused, and says what to do instead`() async throws {
        let lab = try await LiveServers.openLab()
        async let first = lab.startServer("first", serverID: 1)
        async let second = lab.startServer("second", serverID: 2)
        let pair = try await LivePair(lab: lab, source: first, replica: second)
        let outcome = try await run(
            "rejoin",
            pair,
            [address(pair.source), "--to", address(pair.replica), "--yes"] + Self.account(pair)
        )
        #expect(outcome.status == 6)
        #expect(outcome.errors.contains("instead"))
        await lab.stopAll()
    }

    private func address(_ server: LabServer) -> String { "127.0.0.1:\(server.port)" }

    private static func account(_ pair: LivePair) -> [String] {
        ["--replication-user", pair.lab.accounts.replicationUser]
    }

    private func run(_ command: String, _ pair: LivePair, _ arguments: [String]) async throws -> Program.Outcome {
        let password = pair.lab.accounts.replicationPassword.withBytes { String(decoding: $0, as: UTF8.self) }
        return try await Program.run(
            [command, "--defaults-file", pair.source.clientOptionFile] + arguments,
            environment: ["XDG_STATE_HOME": pair.lab.directory + "/state", "REPLICATION_PASSWORD": password]
        )
    }
}
