import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// `--format tsv` of each report: a line of names, then lines of as many fields, and nothing else on standard output.
@Suite(.needsServer) struct TSVReportTests {
    /// - Returns: the rows.
    private func rows(
        _ outcome: Program.Outcome,
        _ names: [String],
        status: Int32 = 0,
        location: SourceLocation = #_sourceLocation
    ) throws -> [[String: String]] {
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
        #expect(outcome.text.hasSuffix("\n"), sourceLocation: location)
        let lines = outcome.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        #expect(lines.first == names, sourceLocation: location)
        #expect(lines.allSatisfy { $0.count == names.count }, "\(outcome.text)", sourceLocation: location)
        return lines.dropFirst().map { Dictionary(zip(names, $0)) { first, _ in first } }
    }

    private static let compareNames = [
        "source", "replica", "kind", "name", "difference", "only on source", "only on replica", "changed",
    ]

    @Test func `status and verify`() async throws {
        let lab = ProgramPair(pair: try await LivePair.shared())
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        let names = [
            "server", "role", "writes", "binary log", "source", "IO", "SQL", "lag s", "errno", "version", "problem",
        ]
        let status = try rows(
            try await lab.run(["status", "--format", "tsv", source, replica, "127.0.0.1:1"]),
            names,
            status: 3
        )
        #expect(status.map { $0["server"] } == [source, replica, "127.0.0.1:1"])
        #expect(status.map { $0["role"] } == ["source", "replica", "unreachable"])
        #expect(status.map { $0["IO"] } == ["", "Yes", "unknown"] && status[1]["SQL"] == "Yes")
        #expect(status[1]["source"] == source && status[1]["errno"] == "0")
        #expect(status.map { $0["problem"]?.contains("refused") } == [false, false, true])
        #expect(status[1]["lag s"].flatMap { Int($0) } != nil && status[2]["lag s"] == "unknown")

        let verify = try rows(
            try await lab.run(["verify", "--format", "tsv", "--source", source, "--replica", replica]),
            ["replica", "arrived", "seconds", "problem"]
        )
        #expect(verify.count == 1 && verify[0]["replica"] == replica && verify[0]["arrived"] == "yes")
        #expect(verify[0]["seconds"].flatMap { Double($0) } ?? 0 > 0 && verify[0]["problem"] == "")
    }

    @Test func `compare, with a name that has a tab in it`() async throws {
        let lab = ProgramPair(pair: try await LivePair.shared())
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        let compare = ["compare", "--format", "tsv", "--source", source, "--replica", replica]
        #expect(try rows(try await lab.run(compare), Self.compareNames).isEmpty)
        let session = try await MySQLConnection.connect(to: lab.replica.configuration)
        for sql in [
            "SET sql_log_bin = 0", "CREATE DATABASE cli_tsv",
            "CREATE TABLE cli_tsv.`a\tb` (id INT PRIMARY KEY) AS SELECT 1 AS id",
        ] { _ = try await session.collect(sql: sql) }
        let found = try rows(try await lab.run(compare), Self.compareNames, status: 3)
        _ = try await session.collect(sql: "DROP DATABASE cli_tsv")
        await session.close()
        #expect(found.allSatisfy { $0["source"] == source && $0["replica"] == replica })
        #expect(found.contains { $0["kind"] == "table" && $0["name"] == "cli_tsv.a\\tb" }, "\(found)")
        #expect(found.contains { $0["kind"] == "database" && $0["difference"] == "only on replica" }, "\(found)")
    }

    @Test func `switchover, promote and rejoin: the plan, what was done, refused; and a drill with a step that fails`()
        async throws
    {
        let lab = try await ProgramPair.fresh()
        try await lab.query("SET PERSIST super_read_only = ON", on: lab.replica)
        try await expectPlanAndOutcome(["switchover", "--to", ProgramPair.address(lab.replica)], lab)
        try await lab.loseRowAndKillSource("lost", from: lab.replica, to: lab.source)
        let promote = ["promote", ProgramPair.address(lab.source)]
        try await expectPlanAndOutcome(promote, lab)
        let again = try await lab.run(promote + ["--yes", "--format", "tsv"])
        #expect(try rows(again, Self.outcomeNames).isEmpty, "nothing to do")
        try await lab.replica.start()
        let rejoin = lab.rejoin(lab.replica, to: lab.source)
        let refused = try await lab.run(rejoin + ["--yes", "--format", "tsv"])
        #expect(try rows(refused, Self.outcomeNames, status: 6).isEmpty)
        #expect(refused.errors.contains("text=lost"), "\(refused.errors)")
        try await expectPlanAndOutcome(rejoin + ["--lost", "discard"], lab)
        try await expectDrillThatFails(lab)
        await lab.end()
    }

    private static let planNames = ["step", "code", "server", "sql"]
    private static let outcomeNames = ["step", "code", "server", "seconds", "summary"]

    private func expectPlanAndOutcome(_ arguments: [String], _ lab: ProgramPair) async throws {
        let arguments = arguments + ["--format", "tsv"]
        let planned = try rows(try await lab.run(arguments + ["--dry-run"]), Self.planNames)
        #expect(planned.contains { $0["sql"]?.hasPrefix("SET ") == true }, "\(planned)")
        // A line for each statement; a step without one has a line too.
        let steps = planned.reduce(into: [[String?]]()) { steps, row in
            let step = [row["step"], row["code"], row["server"]]
            if steps.last != step { steps.append(step) }
        }
        let outcome = try await lab.run(arguments + ["--yes"])
        let done = try rows(outcome, Self.outcomeNames)
        #expect(done.map { [$0["step"], $0["code"], $0["server"]] } == steps, "\(outcome.text)")
        #expect(done.map { $0["step"] } == (1...max(1, done.count)).map { "\($0)" })
        #expect(done.allSatisfy { $0["seconds"].flatMap { Double($0) } != nil && $0["summary"] != "" })
    }

    private func expectDrillThatFails(_ lab: ProgramPair) async throws {
        let outcome = try await lab.run(
            ["drill", "--format", "tsv", "--yes", "--stop-command", "false", "--start-command", "false"]
                + ["--source", ProgramPair.address(lab.source), "--replica", ProgramPair.address(lab.replica)]
        )
        let steps = try rows(outcome, ["number", "name", "outcome", "seconds"], status: 1)
        #expect(steps.map { $0["number"] } == (1...12).map { "\($0)" })
        #expect(steps.map { $0["name"] } == DrillStepPlan.all.map(\.name))
        let outcomes = ["passed", "passed", "failed"] + Array(repeating: "skipped", count: 9)
        #expect(steps.map { $0["outcome"] } == outcomes, "\(outcome.errors)")
        #expect(steps.allSatisfy { $0["seconds"].flatMap { Double($0) } != nil })
    }
}
