import ReplicaKit
import ReplicaLab

/// What the drill found out, at its end.
struct DrillResult: Report {
    var report: DrillReport

    func table(for terminal: Terminal) -> String {
        let text = StepText(terminal: terminal)
        let passed = report.steps.count { $0.outcome == .passed }
        if report.isGreen {
            return text.style(.good, "✓ all \(passed) steps passed, and the data is identical") + "\n"
        }
        let data =
            switch report.dataIdentical {
            case true?: "the last comparison that was made found no difference"
            case false?: "the last comparison found different data"
            case nil: "the data was not compared to the end"
            }
        return text.style(.bad, "✗ \(passed) of \(report.steps.count) steps passed, \(data)") + "\n"
    }

    var tabSeparated: String {
        var table = TextTable(columns: ["number", "name", "outcome", "seconds"].map { .init(title: $0) })
        for step in report.steps {
            let cells = [
                String(step.number), step.name, step.outcome.rawValue, Figures.decimal(step.seconds, places: 4),
            ]
            table.rows.append(cells.map { TextTable.Cell($0) })
        }
        return table.tabSeparated
    }

    var json: JSONValue {
        .object([
            "schema": JSONValue(report.schema),
            "server": JSONValue(report.server),
            "steps": .array(
                report.steps.map { step in
                    .object([
                        "number": JSONValue(step.number), "name": .string(step.name),
                        "outcome": .string(step.outcome.rawValue), "seconds": JSONValue(step.seconds),
                        "statements": .array(
                            step.statements.map { statement in
                                .object([
                                    "server": .string(statement.server), "sql": .string(statement.sql),
                                    "answer": .string(statement.answer),
                                ])
                            }
                        ),
                    ])
                }
            ),
            "lostTransactions": report.lostTransactions.map { .array($0.map { JSONValue($0) }) } ?? .null,
            "dataIdentical": JSONValue(report.dataIdentical),
            "writePauseSeconds": JSONValue(report.writePauseSeconds),
            "promotionSeconds": JSONValue(report.promotionSeconds),
        ])
    }
}
