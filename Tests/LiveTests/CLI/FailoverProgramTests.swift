import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// The built program through a failover and back: what it shows before, what it does, and the same once more.
@Suite(.needsServer) struct FailoverProgramTests {
    /// Dry run, no answer, done, done already: of one command.
    private func expectWholeLife(
        of arguments: [String],
        _ lab: ProgramPair,
        location: SourceLocation = #_sourceLocation
    )
        async throws -> [String: Any]
    {
        let dry = try await lab.expectUnchanged(location) { try await lab.run(arguments + ["--dry-run"]) }
        #expect(dry.status == 0 && dry.text.hasPrefix("Plan: "), "\(dry.errors)", sourceLocation: location)
        let plan = try await lab.json(arguments + ["--dry-run"], status: 0)
        #expect(plan["schema"] as? Int == 1 && plan["outcome"] as? String == "planned", sourceLocation: location)

        let unanswered = try await lab.expectUnchanged(location) { try await lab.run(arguments) }
        #expect(unanswered.status == 2, sourceLocation: location)
        #expect(Self.plan(unanswered.text) == Self.plan(dry.text), "the same plan", sourceLocation: location)
        #expect(unanswered.errors.contains("--yes"), sourceLocation: location)

        let done = try await lab.json(arguments + ["--yes"], status: 0)
        #expect(done["schema"] as? Int == 1 && done["outcome"] as? String == "done", sourceLocation: location)
        let planned = ((plan["plan"] as? [String: Any])?["steps"] as? [[String: Any]])?.map { $0["code"] as? String }
        let carriedOut = (done["steps"] as? [[String: Any]])?.map { $0["code"] as? String }
        #expect(planned != nil && planned == carriedOut, "the plan that was shown", sourceLocation: location)

        let again = try await lab.expectUnchanged(location) { try await lab.run(arguments + ["--yes"]) }
        #expect(again.status == 0 && again.text.contains("nothing to do"), "\(again.errors)", sourceLocation: location)
        let twice = try await lab.json(arguments + ["--yes"], status: 0)
        #expect(twice["outcome"] as? String == "alreadyDone", sourceLocation: location)
        return done
    }

    /// The rows of `lostTransactions`; nil where that is not known.
    private static func lostTexts(_ object: [String: Any]?) -> [String]? {
        (object?["lostTransactions"] as? [[String: Any]])?.flatMap { $0["changes"] as? [[String: Any]] ?? [] }
            .compactMap { ($0["after"] as? [String: Any])?["text"] as? String }
    }

    /// Each run has an id of its own.
    private static func plan(_ text: String) -> String {
        text.replacing(/[0-9a-f]{32}/, with: "ID").trimmingCharacters(in: .newlines)
    }

    @Test func `promote, rejoin and switchover: shown, declined, done, and nothing to do the second time`() async throws
    {
        let lab = try await ProgramPair.fresh()
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        try await lab.loseRowAndKillSource("lost", from: lab.source, to: lab.replica)
        try await lab.wait("the replica misses its source") {
            let status = try await lab.query("SHOW REPLICA STATUS", on: lab.replica).firstRow
            return status?.string("Replica_IO_Running") != "Yes" && status?.string("Last_IO_Errno") != "0"
        }
        let shown = try await lab.run(["status", replica])
        #expect(shown.status == 3 && shown.text.contains("unknown"), "\(shown.text)")
        let status = try await lab.json(["status", replica], status: 3)
        let seen = try #require((status["servers"] as? [[String: Any]])?.first)
        let channel = try #require((seen["replication"] as? [[String: Any]])?.first)
        #expect(
            ["No", "Connecting"].contains(channel["receiver"] as? String) && channel["applier"] as? String == "Yes"
        )
        #expect(channel["secondsBehindSource"] is NSNull, "unknown is null and never 0")

        let promoted = try await expectWholeLife(of: ["promote", replica], lab)
        #expect(try #require(promoted["promotionSeconds"] as? Double) > 0)
        #expect(promoted["anchor"] is [String: Any])
        #expect(promoted["dataIdentical"] is NSNull, "was not compared")
        #expect(promoted["writePauseSeconds"] is NSNull && promoted["lostTransactions"] is NSNull)

        try await lab.query("INSERT INTO testdb.products VALUES ('i_am_new_master')", on: lab.replica)
        try await lab.source.start()
        let rejoin = lab.rejoin(lab.source, to: lab.replica)
        let refused = try await lab.expectUnchanged { try await lab.run(rejoin + ["--yes"]) }
        #expect(refused.status == 6)
        #expect(refused.errors.contains("lost") && refused.errors.contains("--lost discard"), "named by its content")
        let refusedObject = try await lab.json(rejoin + ["--yes"], status: 6)
        #expect(Self.lostTexts(refusedObject) == ["lost"])
        let shownBefore = try await lab.run(rejoin + ["--lost", "discard"])
        #expect(shownBefore.status == 2 && shownBefore.text.contains("insert testdb.products: text=lost\n"))
        let planned = try await lab.json(rejoin + ["--lost", "discard", "--dry-run"], status: 0)
        #expect(Self.lostTexts(planned["plan"] as? [String: Any]) == ["lost"])
        let rejoined = try await expectWholeLife(of: rejoin + ["--lost", "discard"], lab)
        #expect(rejoined["dataIdentical"] as? Bool == true)
        #expect(Self.lostTexts(rejoined) == ["lost"])
        let saved = try #require((rejoined["repair"] as? [String: Any])?["saved"] as? [String: Any])
        #expect(saved["rows"] as? Int == 1 && saved["definitions"] as? Int == 0)
        let script = try String(contentsOfFile: try #require(saved["file"] as? String), encoding: .utf8)
        #expect(script.contains("VALUES ('lost');"))
        #expect(try await lab.rows(on: lab.source) == ["i_am_new_master", "one", "two"])
        #expect(try await !lab.isWritable(lab.source))

        let switched = try await expectWholeLife(of: ["switchover", "--to", source], lab)
        #expect(try #require(switched["writePauseSeconds"] as? Double) > 0)
        #expect(try await lab.isWritable(lab.source))
        #expect(try await !lab.isWritable(lab.replica))
        let compared = try await lab.json(["compare", "--source", source, "--replica", replica], status: 0)
        #expect(compared["schema"] as? Int == 1 && compared["identical"] as? Bool == true)
        let verified = try await lab.json(["verify", "--source", source, "--replica", replica], status: 0)
        #expect(verified["schema"] as? Int == 1 && verified["arrived"] as? Bool == true)
        await lab.end()
    }
}
