import ReplicaKit

extension CLIFailure {
    /// The first reason is the message, the others follow it.
    init(_ refusal: Refusal) {
        // What was lost is told in several lines, which stay lines.
        let lines = refusal.reasons.map { "refused: \($0.message); instead: \($0.instead)" }
            .flatMap { $0.split(separator: "\n").map(String.init) }
        self.init(.refused, lines.first ?? "refused")
        details = Array(lines.dropFirst())
    }
}
