/// What is being done to a topology.
public enum OperationKind: String, Sendable, Hashable, Codable {
    /// Emergency: the source is dead, its replica takes over.
    case promote
    /// Planned: source and replica change roles, nothing is lost.
    case switchover
    /// The old source comes back as a replica of the new one.
    case rejoin
}
