import ReplicaLab
import Testing

/// What the drill must look at, send and say in one of its steps: written down from what the drill is for, so that a
/// check or a statement that goes is missed.
struct ExpectedStep {
    /// All of them, in this order.
    var checks: [TextPattern] = []
    /// The server and the statement: in this order, with others between them.
    var statements: [(server: String, sql: TextPattern)] = []
    /// Among others, in any order.
    var notes: [TextPattern] = []

    /// - Parameter place: the step, for the comment of a failure.
    func expect(_ step: DrillLog.Step, _ place: String, location: SourceLocation = #_sourceLocation) {
        #expect(step.checks.map(\.passed).allSatisfy { $0 }, "\(place)", sourceLocation: location)
        let texts = step.checks.map(\.text)
        let isComplete = texts.count == checks.count && zip(checks, texts).allSatisfy { $0.matches($1) }
        #expect(isComplete, "\(place): \(texts) for \(checks)", sourceLocation: location)
        var sent = step.statements[...]
        for (server, sql) in statements {
            let found = sent.firstIndex { $0.server == server && sql.matches($0.sql) }
            #expect(found != nil, "\(place): \(server)> \(sql) is missing, or too early", sourceLocation: location)
            if let found { sent = sent[(found + 1)...] }
        }
        for note in notes {
            let isSaid = step.notes.contains { note.matches($0) }
            #expect(isSaid, "\(place): \(note) is missing in \(step.notes)", sourceLocation: location)
        }
    }
}
