import Foundation
import Testing

@testable import ReplicaLab

@Suite("A port of the loopback interface")
struct LoopbackPortTests {
    @Test("lies outside the range of outgoing connections, and no two of a time are the same")
    func differsFromAllOthers() throws {
        let file = "\(NSTemporaryDirectory())/ports.\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let ports = try (0..<50).map { _ in try LoopbackPort.take(lockFile: file) }
        #expect(Set(ports.map(\.number)).count == 50)
        let range = LoopbackPort.ephemeralRange()
        #expect(!range.contains(try LoopbackPort.free()))
        #expect(ports.allSatisfy { !range.contains($0.number) && $0.number >= 10_000 })
    }
}
