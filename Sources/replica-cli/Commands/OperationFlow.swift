import Glibc
import MySQLWire
import ReplicaKit

/// What all changing commands do: plan, show, ask, carry out, tell.
struct OperationFlow {
    var operation: any ReplicationOperation
    /// The servers that have to answer before there is anything to plan.
    var required: [Server]
    var safety: SafetyOptions
    var output: OutputOptions

    func run() async throws {
        try await checkReachable()
        let environment = OperationEnvironment(
            connector: MySQLServerConnector(),
            journal: Journal(directory: Journal.defaultDirectory),
            onEvent: OperationPresenter(output: output).listener()
        )
        let prepared = await operation.prepare(in: environment)
        try Task.checkCancellation()
        switch prepared.decision {
        case .refused(let refusal): return try finish(.refused(refusal))
        case .nothingToDo(let text): return try finish(.alreadyDone(text, nil))
        case .run(let plan):
            // As JSON there is one object only: the plan of a dry run, or else the outcome.
            if safety.isDryRun { return try output.show(PlanReport(plan: plan)) }
            if !safety.isAgreed || output.format == .table {
                let shown = PlanReport(plan: plan).table(for: output.format == .table ? output.terminal : .plain)
                LiveOutput(descriptor: output.format == .table ? STDOUT_FILENO : STDERR_FILENO).write(shown + "\n")
            }
            if !safety.isAgreed { try Confirmation.require("Carry this plan out?") }
        }
        try finish(await prepared.execute())
    }

    /// Says who does not answer and why, in the words and with the exit status of every other command.
    private func checkReachable() async throws {
        for server in required {
            let session = try await CLISession.open(server)
            await session.close()
        }
    }

    private func finish(_ outcome: OperationOutcome) throws {
        let report = OutcomeReport(kind: operation.kind, outcome: outcome)
        // What was done has been done, whether somebody reads of it or not.
        LiveOutput().write(report.rendered(as: output.format, for: output.terminal))
        if case .refused(let refusal) = outcome {
            var failure = CLIFailure(refusal)
            failure.status = report.status
            throw failure
        }
        if let failure = outcome.report?.failure {
            let step = outcome.report?.failedStep.map { "step \($0.number), \($0.title): " } ?? ""
            throw CLIFailure(report.status, "\(step)\(failure)")
        }
        if report.status != .done { throw CLIFailure(report.status, nil) }
    }
}
