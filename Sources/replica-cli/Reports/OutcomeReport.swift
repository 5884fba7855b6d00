import ReplicaKit

/// How an operation ended.
struct OutcomeReport: Report {
    var kind: OperationKind
    var outcome: OperationOutcome

    func table(for terminal: Terminal) -> String {
        let text = StepText(terminal: terminal)
        var result = ""
        switch outcome {
        case .done: result += text.style(.good, "✓ \(kind.rawValue): done") + figures + "\n"
        case .alreadyDone(let why, _):
            result += text.style(.good, "✓ \(kind.rawValue): nothing to do") + ": \(TerminalText.escaped(why))\n"
        case .failedRolledBack(let report):
            let end = report.changedNothing ? "failed; nothing was changed" : "failed, and rolled back"
            result += text.style(.bad, "✗ \(kind.rawValue): \(end)") + "\n"
        case .incomplete(let report):
            // The same command would only find the same difference; the failure says which one mends it.
            let end =
                report.failure?.kind == .dataDiffers
                ? "carried out, but the data differ" : "carried out in part; run the same command again to go on"
            result += text.style(.bad, "✗ \(kind.rawValue): \(end)") + "\n"
        case .refused: break
        }
        guard let report = outcome.report else { return result }
        for failure in report.undoFailures {
            result += text.style(.bad, "could not be taken back: \(TerminalText.escaped("\(failure)"))") + "\n"
        }
        for note in report.notes { result += TerminalText.escaped(note) + "\n" }
        for warning in report.warnings {
            result += text.style(.doubtful, TerminalText.escaped("warning: \(warning)")) + "\n"
        }
        return result
    }

    /// What was measured.
    private var figures: String {
        guard let report = outcome.report else { return "" }
        let parts = [
            report.promotionSeconds.map { "from confirmed death to verified write \(Figures.seconds($0))" },
            report.writePauseSeconds.map { "writes were held up for \(Figures.seconds($0))" },
            report.comparison.map { comparison in
                comparison.isIdentical
                    ? "data identical (\(Figures.count(comparison.tablesCompared, "table")), "
                        + "\(Figures.count(comparison.rowsCompared, "row")))" : "DATA DIFFERENT"
            },
        ]
        let known = parts.compactMap { $0 }
        return known.isEmpty ? "" : "; " + known.joined(separator: "; ")
    }

    var tabSeparated: String {
        var table = TextTable(columns: [
            .init(title: "step"), .init(title: "code"), .init(title: "server"), .init(title: "seconds"),
            .init(title: "summary"),
        ])
        for record in outcome.report?.steps ?? [] {
            let cells = [
                String(record.step.number), record.step.code.rawValue, record.step.server,
                Figures.decimal(record.seconds, places: 6), record.summary,
            ]
            table.rows.append(cells.map { TextTable.Cell($0) })
        }
        return table.tabSeparated
    }

    var json: JSONValue {
        let report = outcome.report
        return .object([
            "schema": 1,
            "kind": .string(kind.rawValue),
            "outcome": .string(word),
            "operation": JSONValue(report?.operation),
            "reasons": reasons,
            "steps": .array((report?.steps ?? []).map { JSONValue($0) }),
            "failedStep": report?.failedStep.map { JSONValue($0) } ?? .null,
            "failure": JSONValue(report?.failure?.description),
            "undoFailures": .strings((report?.undoFailures ?? []).map(\.description)),
            "anchor": JSONValue(report?.anchor),
            "promotionSeconds": JSONValue(report?.promotionSeconds),
            "writePauseSeconds": JSONValue(report?.writePauseSeconds),
            "dataIdentical": JSONValue(report?.comparison?.isIdentical),
            "lostTransactions": JSONValue(lost?.transactions),
            "repair": report?.repair.map { JSONValue($0) } ?? .null,
            "notes": .strings(report?.notes ?? []),
            "warnings": .array((report?.warnings ?? []).map { JSONValue($0) }),
        ])
    }

    /// What only the old source had, or has where that is why the operation was refused.
    private var lost: LostReport? {
        if case .refused(let refusal) = outcome { refusal.lost } else { outcome.report?.lost }
    }

    private var word: String {
        switch outcome {
        case .done: "done"
        case .alreadyDone: "alreadyDone"
        case .failedRolledBack: "failedRolledBack"
        case .refused: "refused"
        case .incomplete: "incomplete"
        }
    }

    private var reasons: JSONValue {
        switch outcome {
        case .refused(let refusal): JSONValue(refusal)
        case .alreadyDone(let why, _): .array([.object(["message": .string(why)])])
        default: .array([])
        }
    }

    var status: CLIStatus {
        switch outcome {
        case .done, .alreadyDone: .done
        case .failedRolledBack(let report): report.failure?.kind == .cancelled ? .interrupted : .failed
        case .refused(let refusal): Self.status(refusal)
        case .incomplete: .incomplete
        }
    }

    /// Where every reason is that a server did not answer, that is what a script should know.
    static func status(_ refusal: Refusal) -> CLIStatus {
        refusal.reasons.allSatisfy { $0.code == .unreachable } && !refusal.reasons.isEmpty ? .unreachable : .refused
    }
}

extension JSONValue {
    init(_ record: StepRecord) {
        self = .object([
            "number": JSONValue(record.step.number), "code": .string(record.step.code.rawValue),
            "title": .string(record.step.title), "server": .string(record.step.server),
            "summary": .string(record.summary), "seconds": JSONValue(record.seconds),
            "statements": .array(record.statements.map { JSONValue($0) }),
        ])
    }

    init(_ statement: StatementRecord) {
        self = .object([
            "server": .string(statement.server), "sql": .string(statement.sql), "result": .string(statement.result),
            "seconds": JSONValue(statement.seconds),
        ])
    }

    init(_ repair: RepairReport) {
        self = .object([
            "server": .string(repair.server), "coordinates": JSONValue(repair.coordinates),
            "rowsInserted": JSONValue(repair.rowsInserted), "rowsDeleted": JSONValue(repair.rowsDeleted),
            "rowsUpdated": JSONValue(repair.rowsUpdated), "seconds": JSONValue(repair.seconds),
            "saved": .object([
                "file": JSONValue(repair.saved.path), "rows": JSONValue(repair.saved.rows),
                "definitions": JSONValue(repair.saved.definitions), "first": .strings(repair.saved.first),
            ]),
        ])
    }
}
