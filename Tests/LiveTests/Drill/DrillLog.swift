import Foundation
import ReplicaLab
import Synchronization

/// Keeps what a drill told, and finds out whether its servers are still there.
final class DrillLog: Sendable {
    /// What was told between the beginning and the end of one step.
    struct Step {
        var number: Int
        var checks: [(text: String, passed: Bool)] = []
        var statements: [DrillStatement] = []
        /// The lines of the summary too.
        var notes: [String] = []
    }

    private let events = Mutex<[DrillEvent]>([])

    @Sendable func add(_ event: DrillEvent) { events.withLock { $0.append(event) } }

    /// All that was told, as text.
    var text: String { events.withLock { $0.map { "\($0)" }.joined(separator: "\n") } }

    var failures: [String] {
        events.withLock {
            $0.compactMap {
                if case .stepEnded(let step, let failure?) = $0 { "\(step.number): \(failure)" } else { nil }
            }
        }
    }

    /// The steps that were begun.
    var steps: [Step] {
        var steps: [Step] = []
        for event in events.withLock({ $0 }) {
            if case .stepStarted(let plan) = event { steps.append(Step(number: plan.number)) }
            guard !steps.isEmpty else { continue }
            let last = steps.count - 1
            switch event {
            case .check(let text, let passed): steps[last].checks.append((text, passed))
            case .statement(let statement, _, _): steps[last].statements.append(statement)
            case .note(let text), .summary(let text): steps[last].notes.append(text)
            default: break
            }
        }
        return steps
    }

    /// The ports of the servers that take connections although the drill is over.
    var serversLeft: [String] {
        let addresses = events.withLock { events in
            events.flatMap { if case .began(let servers, _) = $0 { servers.map(\.address) } else { [String]() } }
        }
        return addresses.filter { address in
            guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else { return true }
            return LoopbackProbe.isListening(port)
        }
    }
}
