import Foundation
import ReplicaLab
import TestSupport
import Testing

/// `drill --dry-run`: the twelve steps, and no server is started, stopped or asked.
@Suite struct DrillPlanTests {
    private static let given = [
        "--source", "127.0.0.1:1", "--replica", "127.0.0.1:2", "--stop-command", "false", "--start-command", "false",
    ]

    @Test(arguments: [[], given, given + ["--lost", "keep"]])
    func `each step with what is done and why`(arguments: [String]) async throws {
        let outcome = try await Program.run(
            ["drill", "--dry-run"] + arguments,
            environment: ["REPLICA_MYSQLD": "/nonexistent/mysqld"]
        )
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let steps = DrillStepPlan.all
        #expect(steps.map(\.number) == Array(1...12))
        let expected = steps.flatMap { step in
            ["\(step.number < 10 ? " " : "")\(step.number)/12  \(step.name)"] + ["       \(step.what)"]
                + ["       \(step.why)"]
        }
        #expect(outcome.text.split(separator: "\n").map(String.init) == expected)
    }

    @Test func `as TSV and as JSON`() async throws {
        let tsv = try await Program.run(["drill", "--dry-run", "--format", "tsv"])
        let lines = tsv.text.split(separator: "\n").map(String.init)
        #expect(lines.first == "number\tname\twhat\twhy")
        #expect(lines.dropFirst() == DrillStepPlan.all.map { "\($0.number)\t\($0.name)\t\($0.what)\t\($0.why)" }[...])
        let json = try await Program.run(["drill", "--dry-run", "--format", "json"])
        let object = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
        #expect(object["schema"] as? Int == 1 && object["outcome"] as? String == "planned")
        let names = (object["steps"] as? [[String: Any]])?.map { $0["name"] as? String }
        #expect(names == DrillStepPlan.all.map(\.name))
        #expect(tsv.status == 0 && json.status == 0)
    }

    @Test(arguments: ["drill", "promote", "switchover", "rejoin"])
    func `--dry-run and --yes exclude each other`(command: String) async throws {
        let servers = ["promote": ["db2"], "switchover": ["--to", "db2"], "rejoin": ["db1", "--to", "db2"]]
        let outcome = try await Program.run(
            [command, "--no-defaults", "--dry-run", "--yes"] + (servers[command] ?? [])
        )
        #expect(outcome.status == 64 && outcome.lines.count == 1 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(outcome.errors.contains("--yes and --dry-run exclude each other"))
    }
}
