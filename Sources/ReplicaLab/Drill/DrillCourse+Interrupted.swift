internal import ReplicaKit

/// A drill that did not come to its end, on servers that stay.
extension DrillCourse {
    /// What is left for a person once the first source is back, besides what `text` says of it.
    func afterBringingBack(_ text: String) -> String {
        let first = servers.source.name
        // Step 1 made every start of the source end behind a fence.
        guard source.name == first else {
            return "\(text); it is fenced, and \(source.name) is the source now: "
                + "`replica-cli rejoin \(first) --to \(source.name)` brings it back as a replica"
        }
        return "\(text); if it was restarted it is fenced: where \(replica.name) takes no writes, "
            + "'\(dialect.open)' on \(first) opens it again"
    }
}
