/// Carries out the steps of one plan. Each step reads again before it acts, and may be run a second time.
protocol OperationBody: Actor {
    /// - Returns: what came of it, in one line.
    func perform(_ step: PlanStep, _ context: OperationContext) async throws -> String
    /// Takes back what the step may have changed, also where it failed in the middle.
    func undo(_ step: PlanStep, _ context: OperationContext) async throws
    var facts: OperationFacts { get }
    /// The steps that are undone where they fail, also past the point of no return.
    var closing: Set<PlanStep.Code> { get }
    /// What an earlier, interrupted run left behind, and the undo of this one does not take back.
    var leftover: OperationError? { get }
}

extension OperationBody {
    var closing: Set<PlanStep.Code> { [] }
    var leftover: OperationError? { nil }
}

/// What the steps found out.
struct OperationFacts: Sendable {
    var anchor: Anchor?
    var promotionSeconds: Double?
    var writePauseSeconds: Double?
    var comparison: ComparisonReport?
    var repair: RepairReport?
    var lost: LostReport?
    var notes: [String] = []
    /// A plan that only looked: what was asked for was so already.
    var changedNothing = false
}
