import Testing

@testable import ReplicaKit
@testable import ReplicaLab
@testable import replica_cli

/// The object of `drill --format json`, to the byte: programs read it.
@Suite struct DrillResultTests {
    private static let lost = LostReport.Transaction(
        file: "binlog.000001",
        startPosition: 1190,
        endPosition: 1489,
        time: "2026-11-25T09:06:32.493Z",
        gtid: nil,
        serverID: 1,
        changes: [
            .init(
                kind: .insert,
                database: "testdb",
                table: "products",
                key: nil,
                before: nil,
                after: RowImage(fields: [.init(column: "text", value: .text("never_received"))]),
                changedColumns: []
            )
        ],
        statements: [],
        gaps: []
    )

    /// Twelve steps, the first of which has a statement.
    static func report(_ outcome: DrillStep.Outcome = .passed) -> DrillReport {
        var steps = DrillStepPlan.all.map {
            DrillStep(number: $0.number, name: $0.name, outcome: outcome, seconds: 0.25, statements: [])
        }
        steps[0].statements = [DrillStatement(server: "mysql-source", sql: "CREATE DATABASE testdb", answer: "OK")]
        return DrillReport(steps: steps, lostTransactions: [])
    }

    @Test func `a whole drill: schema, version, steps with statements, what was lost, and numbers as numbers`() {
        var report = Self.report()
        report.server = "9.7.4-2"
        report.steps.removeLast(10)
        report.lostTransactions = [Self.lost]
        report.dataIdentical = true
        report.writePauseSeconds = 0.0383
        report.promotionSeconds = 1
        #expect(
            DrillResult(report: report).json.rendered() == """
                {
                  "schema": 1,
                  "server": "9.7.4-2",
                  "steps": [
                    {
                      "number": 1,
                      "name": "both servers hold the same data",
                      "outcome": "passed",
                      "seconds": 0.25,
                      "statements": [
                        {
                          "server": "mysql-source",
                          "sql": "CREATE DATABASE testdb",
                          "answer": "OK"
                        }
                      ]
                    },
                    {
                      "number": 2,
                      "name": "a row arrives on the replica",
                      "outcome": "passed",
                      "seconds": 0.25,
                      "statements": []
                    }
                  ],
                  "lostTransactions": [
                    {
                      "file": "binlog.000001",
                      "startPosition": 1190,
                      "endPosition": 1489,
                      "time": "2026-11-25T09:06:32.493Z",
                      "gtid": null,
                      "serverID": 1,
                      "changes": [
                        {
                          "kind": "insert",
                          "database": "testdb",
                          "table": "products",
                          "key": null,
                          "before": null,
                          "after": {
                            "text": "never_received"
                          },
                          "changedColumns": []
                        }
                      ],
                      "statements": [],
                      "gaps": []
                    }
                  ],
                  "dataIdentical": true,
                  "writePauseSeconds": 0.0383,
                  "promotionSeconds": 1.0
                }
                """
        )
    }

    @Test func `what is not known is null, and never 0, false or left out`() {
        var report = Self.report(.skipped)
        report.steps = []
        #expect(
            DrillResult(report: report).json.rendered() == """
                {
                  "schema": 1,
                  "server": null,
                  "steps": [],
                  "lostTransactions": [],
                  "dataIdentical": null,
                  "writePauseSeconds": null,
                  "promotionSeconds": null
                }
                """
        )
    }

    @Test(
        arguments: [
            (.passed, true, "✓ all 12 steps passed, and the data is identical"),
            (.passed, false, "✗ 12 of 12 steps passed, the last comparison found different data"),
            (.passed, nil, "✗ 12 of 12 steps passed, the data was not compared to the end"),
            (.failed, true, "✗ 0 of 12 steps passed, the last comparison that was made found no difference"),
        ] as [(DrillStep.Outcome, Bool?, String)]
    )
    func `the last line is green only where both hold`(outcome: DrillStep.Outcome, identical: Bool?, line: String) {
        var report = Self.report(outcome)
        report.dataIdentical = identical
        #expect(report.isGreen == line.hasPrefix("✓"))
        #expect(DrillResult(report: report).table(for: .plain) == line + "\n")
    }

    @Test func `as tsv each step is a line`() {
        var report = Self.report(.failed)
        report.steps.removeLast(11)
        let expected = "number\tname\toutcome\tseconds\n1\tboth servers hold the same data\tfailed\t0.2500\n"
        #expect(DrillResult(report: report).tabSeparated == expected)
    }
}
