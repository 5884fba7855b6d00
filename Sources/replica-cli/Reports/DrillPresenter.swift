import ReplicaLab

/// The drill as a person reads it: each step, what and why, the SQL and what came back, how long, a tick or a cross.
struct DrillPresenter: Sendable {
    var text: StepText
    /// Shows every statement, not only those that a person looks for.
    var isVerbose = false
    /// Steps and their ends only.
    var isBrief = false

    func text(for event: DrillEvent) -> String {
        switch event {
        case .began(let servers, let version): isBrief ? "" : began(servers, version)
        case .stepStarted(let plan): heading(plan)
        case .statement(let statement, let seconds, let isDetail):
            isBrief || (isDetail && !isVerbose)
                ? ""
                : text.statement(
                    server: statement.server,
                    sql: statement.sql,
                    result: statement.answer,
                    seconds: seconds
                )
        case .note(let note): isBrief ? "" : text.line(TerminalText.escaped(note))
        case .check(let what, let passed):
            isBrief && passed ? "" : passed ? text.passed(what, seconds: nil) : text.failed(what, seconds: nil)
        case .stepEnded(let step, let failure): end(step, failure)
        case .warning(let warning): text.mark("!", .bad, warning, nil)
        case .summary(let line): isBrief ? "" : text.line(TerminalText.escaped(line))
        case .kept(let servers): kept(servers)
        }
    }

    private func began(_ servers: [DrillServerInfo], _ version: String) -> String {
        let places = servers.map { "\($0.name) at \($0.address) (\($0.role))" }.joined(separator: ", ")
        return text.style(.strong, TerminalText.escaped("MySQL \(version): \(places)")) + "\n\n"
    }

    private func heading(_ plan: DrillStepPlan) -> String {
        let heading = text.heading(plan.number, of: DrillStepPlan.all.count, plan.name)
        return isBrief ? heading : heading + text.line(plan.what) + text.line(plan.why, .faint)
    }

    private func end(_ step: DrillStep, _ failure: String?) -> String {
        let space = isBrief ? "" : "\n"
        switch step.outcome {
        case .passed: return text.mark("✓", .good, "passed", step.seconds) + space
        case .failed:
            let reason = failure.map { ": \($0)" } ?? ""
            return text.mark("✗", .bad, "failed\(reason)", step.seconds) + space
        case .skipped:
            let heading = text.heading(step.number, of: DrillStepPlan.all.count, step.name)
            return heading + text.mark("–", .doubtful, "skipped", nil) + space
        }
    }

    private func kept(_ servers: [DrillServerInfo]) -> String {
        var result = text.style(.strong, "the servers stay running:") + "\n"
        for server in servers {
            result += TerminalText.escaped("  \(server.name) (\(server.role)) at \(server.address)") + "\n"
            let lines = [
                server.connect, server.stop.map { "to stop it: \($0)" }, server.directory.map { "its files: \($0)" },
            ]
            for line in lines.compactMap({ $0 }) { result += TerminalText.escaped("    \(line)") + "\n" }
        }
        return result
    }
}
