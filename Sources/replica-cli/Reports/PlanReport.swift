import ReplicaKit

/// A plan, as a person reads it before agreeing, and as `--dry-run` prints it.
struct PlanReport: Report {
    var plan: Plan

    func table(for terminal: Terminal) -> String {
        let text = StepText(terminal: terminal)
        var result = text.style(.strong, TerminalText.escaped("Plan: \(plan.goal)")) + "\n"
        if plan.isResumption { result += "goes on with what an interrupted run began\n" }
        if case .lost(let count, let summary, _) = plan.tail {
            result += "only the old source has \(Figures.count(count, "transaction")):\n"
            for line in summary { result += TerminalText.escaped("  \(line)") + "\n" }
        }
        if case .unusable(let why) = plan.tail {
            result += TerminalText.escaped("what only the old source has is unknown: \(why)") + "\n"
        }
        for warning in plan.warnings {
            result += text.style(.doubtful, TerminalText.escaped("warning: \(warning)")) + "\n"
        }
        for step in plan.steps {
            result += text.heading(
                step.number,
                of: plan.steps.count,
                TerminalText.escaped("\(step.server): \(step.title)")
            )
            result += text.line(TerminalText.escaped(step.why), .faint)
            for statement in step.statements { result += text.line(TerminalText.escaped(statement) + ";") }
            for statement in step.undo {
                result += text.line(TerminalText.escaped("undo: \(statement);"), .faint)
            }
        }
        return result
    }

    /// One line for each statement; a step without one has NULL.
    var tabSeparated: String {
        var table = TextTable(columns: [
            .init(title: "step"), .init(title: "code"), .init(title: "server"), .init(title: "sql"),
        ])
        for step in plan.steps {
            for sql in step.statements.isEmpty ? ["NULL"] : step.statements {
                table.rows.append(
                    [String(step.number), step.code.rawValue, step.server, sql].map { TextTable.Cell($0) }
                )
            }
        }
        return table.tabSeparated
    }

    var json: JSONValue {
        .object(["schema": 1, "kind": .string(plan.kind.rawValue), "outcome": "planned", "plan": JSONValue(plan)])
    }
}

extension JSONValue {
    init(_ plan: Plan) {
        self = .object([
            "operation": .string(plan.operation),
            "goal": .string(plan.goal),
            "resumes": .bool(plan.isResumption),
            "steps": .array(plan.steps.map { JSONValue($0) }),
            "lostCount": JSONValue(plan.tail?.lostCount),
            "lostTransactions": JSONValue(plan.tail?.lostTransactions),
            "warnings": .array(plan.warnings.map { JSONValue($0) }),
        ])
    }

    init(_ step: PlanStep) {
        self = .object([
            "number": JSONValue(step.number), "code": .string(step.code.rawValue), "title": .string(step.title),
            "why": .string(step.why), "server": .string(step.server), "statements": .strings(step.statements),
            "undo": .strings(step.undo), "deadlineSeconds": JSONValue(step.deadlineSeconds),
            "precondition": JSONValue(step.precondition),
        ])
    }

    init(_ finding: Finding) {
        self = .object([
            "code": .string(finding.code.rawValue), "severity": .string(finding.severity.rawValue),
            "server": .string(finding.server), "message": .string(finding.message), "remedy": JSONValue(finding.remedy),
        ])
    }

    init(_ refusal: Refusal) {
        self = .array(
            refusal.reasons.map { reason in
                .object([
                    "code": .string(reason.code.rawValue), "server": JSONValue(reason.server),
                    "message": .string(reason.message), "instead": .string(reason.instead),
                ])
            }
        )
    }

    init(_ anchor: Anchor?) {
        self =
            anchor.map {
                .object([
                    "operation": .string($0.operation), "state": .string($0.state.rawValue),
                    "oldUUID": .string($0.oldUUID),
                    "oldAddress": .string($0.oldAddress.description), "oldCoordinates": JSONValue($0.oldCoordinates),
                    "newUUID": .string($0.newUUID), "newCoordinates": JSONValue($0.newCoordinates),
                    "oldGTIDSet": JSONValue($0.oldGTIDSet), "newGTIDSet": JSONValue($0.newGTIDSet),
                ])
            } ?? .null
    }
}
