/// What a rejoin does with transactions that only the old source has.
public enum LostPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// Refuse, and show them.
    case refuse
    /// Make the old source's data equal to the new one's.
    case discard
    /// Apply them to the new source first, then as `discard`.
    case keep
}
