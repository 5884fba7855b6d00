/// Runs a plan: lock, look again, journal, steps, undo.
struct OperationRunner: Sendable {
    let prepared: PreparedOperation
    let plan: Plan
    let context: OperationContext
    private var environment: OperationEnvironment { prepared.environment }

    func run() async -> OperationOutcome {
        let outcome = await lockedRun()
        await context.close()
        return outcome
    }

    private func lockedRun() async -> OperationOutcome {
        for server in prepared.assessment.servers {
            do {
                _ = try await context.session(on: server)
            } catch let error as OperationError where error.kind == .precondition {
                return .refused(
                    Refusal(
                        .locked,
                        server: server.name,
                        "\(server.name): \(error.message)",
                        instead: "wait until it has ended, then run the same command again"
                    )
                )
            } catch {
                return .refused(
                    Refusal(.unreachable, server: server.name, "\(error)", instead: "run the same command again")
                )
            }
        }
        let again = await prepared.operation.assess(environment, operation: prepared.id, isRecheck: true)
        guard case .run(let fresh) = again.decision, let body = again.body else {
            switch again.decision {
            case .refused(let refusal): return .refused(refusal)
            case .nothingToDo(let text): return .alreadyDone(text, nil)
            case .run:
                return .refused(
                    Refusal(.changedMeanwhile, "the plan cannot be carried out", instead: "run the same command again")
                )
            }
        }
        guard fresh.isSame(as: plan) else {
            return .refused(
                Refusal(
                    .changedMeanwhile,
                    "the servers changed since the plan was made, and it would be another one now\(Self.lossThen(plan, now: fresh))",
                    instead: "run the same command again and look at the new plan"
                )
            )
        }
        return await run(fresh, body)
    }

    private static func lossThen(_ plan: Plan, now fresh: Plan) -> String {
        guard let then = plan.tail?.lostCount, let now = fresh.tail?.lostCount, then != now else { return "" }
        return ": \(then) transaction(s) were to be lost, \(now) are there now"
    }

    private func run(_ plan: Plan, _ body: any OperationBody) async -> OperationOutcome {
        do {
            await context.use(try environment.journal?.writer(for: plan.operation, plan.kind))
            // The lost rows come with the step that finds them behind the fence.
            var recorded = plan
            recorded.tail = plan.tail?.withoutRows
            let entry = recorded
            try await context.writeJournal(.begin) { $0.plan = entry }
        } catch {
            return .refused(
                Refusal(
                    .journal,
                    "\(error)",
                    instead: "make the journal's folder writable, or name another with XDG_STATE_HOME"
                )
            )
        }
        environment.onEvent(.started(plan))
        var report = OperationReport(operation: plan.operation, kind: plan.kind)
        report.warnings = plan.warnings
        var begun: [PlanStep] = []
        do {
            for step in plan.steps {
                begun.append(step)
                report.steps.append(try await run(step, body))
            }
            await fill(&report, body)
            try await context.writeJournal(.end) { $0.message = "done" }
            return await body.facts.changedNothing
                ? .alreadyDone("nothing was to be done: everything was verified", report) : .done(report)
        } catch is OperationCrash {
            await fill(&report, body)
            return .incomplete(report)
        } catch {
            let failure = OperationError(failureOf: error)
            report.failure = failure
            report.failedStep = begun.last
            await fill(&report, body)
            if let step = begun.last { environment.onEvent(.stepFailed(step, failure)) }
            let outcome = await end(report, begun, body, failure)
            // What a step found may refuse the whole: nothing is changed then, as everything was taken back.
            if let refusal = error as? Refusal, case .failedRolledBack = outcome { return .refused(refusal) }
            return outcome
        }
    }

    private func run(_ step: PlanStep, _ body: any OperationBody) async throws -> StepRecord {
        try context.crashPoint("before \(step.code.rawValue)")
        await context.begin(step)
        try await context.checkCancellation()
        try await context.writeJournal(.step) {
            $0.step = step.number
            $0.code = step.code
            $0.server = step.server
        }
        environment.onEvent(.stepStarted(step))
        let start = ContinuousClock.now
        let summary = try await body.perform(step, context)
        let record = StepRecord(
            step: step,
            summary: summary,
            seconds: start.duration(to: .now) / .seconds(1),
            statements: await context.takeStatements()
        )
        try context.crashPoint("after \(step.code.rawValue)")
        try await context.writeJournal(.stepDone) {
            $0.step = step.number
            $0.code = step.code
            $0.message = summary
            $0.seconds = record.seconds
        }
        environment.onEvent(.stepFinished(record))
        return record
    }

    private func end(
        _ failed: OperationReport,
        _ begun: [PlanStep],
        _ body: any OperationBody,
        _ failure: OperationError
    ) async -> OperationOutcome {
        var report = failed
        // The journal is a help here, and no reason to leave a server half-way: its own failure is not looked at.
        try? await context.writeJournal(.stepFailed) {
            $0.code = failed.failedStep?.code
            $0.message = "\(failure)"
        }
        guard await !context.isCommitted else {
            if let step = begun.last, await body.closing.contains(step.code) { await takeBack(step, body, &report) }
            try? await context.writeJournal(.end) { $0.message = "incomplete" }
            return .incomplete(report)
        }
        for step in await undoOrder(begun) { await takeBack(step, body, &report) }
        if let leftover = await body.leftover { report.undoFailures.append(leftover) }
        let isUndone = report.undoFailures.isEmpty
        try? await context.writeJournal(.end) { $0.message = isUndone ? "rolled back" : "incomplete" }
        return isUndone ? .failedRolledBack(report) : .incomplete(report)
    }

    /// A failure is no reason to leave others as they are: no server waits for one that does not answer.
    private func takeBack(_ step: PlanStep, _ body: any OperationBody, _ report: inout OperationReport) async {
        environment.onEvent(.undoing(step))
        await context.begin(step, undoing: true)
        try? await context.writeJournal(.undo) { $0.code = step.code }
        do {
            try await body.undo(step, context)
            environment.onEvent(.undone(step, failure: nil))
            try? await context.writeJournal(.undone) { $0.code = step.code }
        } catch {
            let error = OperationError(failureOf: error)
            report.undoFailures.append(error)
            environment.onEvent(.undone(step, failure: error))
            try? await context.writeJournal(.undoFailed) {
                $0.code = step.code
                $0.message = "\(error)"
            }
        }
    }

    /// The latest first; and what lies on a server that was lost after all others, so that nobody waits for it.
    private func undoOrder(_ begun: [PlanStep]) async -> [PlanStep] {
        let lost = await context.askLostServers()
        let steps = begun.reversed().filter { !$0.undo.isEmpty }
        return steps.filter { !lost.contains($0.server) } + steps.filter { lost.contains($0.server) }
    }

    private func fill(_ report: inout OperationReport, _ body: any OperationBody) async {
        let facts = await body.facts
        report.anchor = facts.anchor
        report.promotionSeconds = facts.promotionSeconds
        report.writePauseSeconds = facts.writePauseSeconds
        report.comparison = facts.comparison
        report.repair = facts.repair
        report.lost = facts.lost
        report.notes = facts.notes
        report.changedNothing = facts.changedNothing
    }
}
