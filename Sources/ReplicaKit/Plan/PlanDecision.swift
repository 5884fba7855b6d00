/// What a planner answers.
public enum PlanDecision: Sendable, Hashable {
    case run(Plan)
    /// What was asked for is already so; the text says what was seen.
    case nothingToDo(String)
    case refused(Refusal)
}
