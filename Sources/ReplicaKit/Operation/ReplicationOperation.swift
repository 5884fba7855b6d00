/// Something that can be planned, shown, and then carried out.
public protocol ReplicationOperation: Sendable {
    /// What it is.
    var kind: OperationKind { get }
    /// Looks at the servers and decides. Changes nothing.
    ///
    /// - Parameter isRecheck: the same was decided a moment ago, so that waits for silence may be short.
    func assess(_ environment: OperationEnvironment, operation: String, isRecheck: Bool) async -> OperationAssessment
}

/// A decision, with what is needed to carry it out.
public struct OperationAssessment: Sendable {
    public var decision: PlanDecision
    let servers: [Server]
    let body: (any OperationBody)?

    init(_ decision: PlanDecision, servers: [Server] = [], body: (any OperationBody)? = nil) {
        self.decision = decision
        self.servers = servers
        self.body = body
    }
}

extension ReplicationOperation {
    /// Observes, diagnoses and plans: what a dry run shows.
    public func prepare(in environment: OperationEnvironment) async -> PreparedOperation {
        let operation = OperationID.make()
        let assessment = await assess(environment, operation: operation, isRecheck: false)
        return PreparedOperation(operation: self, id: operation, assessment: assessment, environment: environment)
    }
}

/// A decision that can be carried out.
public struct PreparedOperation: Sendable {
    let operation: any ReplicationOperation
    let id: String
    let assessment: OperationAssessment
    let environment: OperationEnvironment

    public var decision: PlanDecision { assessment.decision }

    /// Carries the plan out.
    ///
    /// The servers are locked, looked at and decided about again first: a plan that is not the same any more is
    /// refused. When the calling task is cancelled, the operation stops before its next statement and is undone, or
    /// goes on to its end where there is no way back.
    public func execute() async -> OperationOutcome {
        switch decision {
        case .nothingToDo(let text): return .alreadyDone(text, nil)
        case .refused(let refusal): return .refused(refusal)
        case .run(let plan):
            let context = OperationContext(environment)
            let runner = OperationRunner(prepared: self, plan: plan, context: context)
            // A task of its own: an undo must not be cancelled with its caller.
            let task = Task { await runner.run() }
            return await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                Task { await context.cancel() }
            }
        }
    }
}

enum OperationID {
    /// Random, and begins with nothing that tells a time or machine.
    static func make() -> String {
        let high = UInt64.random(in: .min ... .max)
        let low = UInt64.random(in: .min ... .max)
        return [high, low].map { value in
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
    }
}
