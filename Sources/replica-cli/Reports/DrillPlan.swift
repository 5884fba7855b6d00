import ReplicaLab

/// What the drill would do: its twelve steps.
struct DrillPlan: Report {
    var steps = DrillStepPlan.all

    func table(for terminal: Terminal) -> String {
        let text = StepText(terminal: terminal)
        return steps.map { step in
            text.heading(step.number, of: steps.count, step.name) + text.line(step.what) + text.line(step.why, .faint)
        }.joined()
    }

    var tabSeparated: String {
        var table = TextTable(columns: ["number", "name", "what", "why"].map { .init(title: $0) })
        table.rows = steps.map { step in
            [String(step.number), step.name, step.what, step.why].map { TextTable.Cell($0) }
        }
        return table.tabSeparated
    }

    var json: JSONValue {
        .object([
            "schema": 1, "kind": "drill", "outcome": "planned",
            "steps": .array(
                steps.map { step in
                    .object([
                        "number": JSONValue(step.number), "name": .string(step.name), "what": .string(step.what),
                        "why": .string(step.why),
                    ])
                }
            ),
        ])
    }
}
