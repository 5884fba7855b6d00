import Foundation
import ReplicaLab
import Synchronization

/// Keeps what a drill told, and finds out whether its servers are still there.
final class DrillLog: Sendable {
    private let events = Mutex<[DrillEvent]>([])

    @Sendable func add(_ event: DrillEvent) { events.withLock { $0.append(event) } }

    var all: [String] { events.withLock { $0.map { "\($0)" } } }

    var failures: [String] {
        events.withLock {
            $0.compactMap {
                if case .stepEnded(let step, let failure?) = $0 { "\(step.number): \(failure)" } else { nil }
            }
        }
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
