import Foundation
import Testing

@testable import ReplicaLab

@Suite("A person's command")
struct ShellCommandTests {
    @Test("runs by the shell, and leaves running what it starts in the background")
    func runs() async throws {
        let file = "\(NSTemporaryDirectory())/shell-command.\(UUID().uuidString)"
        try await ShellCommand(text: "sleep 600 & echo $! > '\(file)'", timeout: .seconds(20)).run()
        let number = try #require(Int32(String(contentsOfFile: file, encoding: .utf8).dropLast()))
        #expect(kill(number, 0) == 0)
        kill(number, SIGKILL)
        unlink(file)
    }

    @Test("that fails says how, with the end of what it printed")
    func fails() async {
        let error = await #expect(throws: LabError.self) {
            try await ShellCommand(text: "echo no such container >&2; exit 3", timeout: .seconds(20)).run()
        }
        let expected = "it ended with exit status 3: no such container"
        #expect(error == .commandFailed(command: "echo no such container >&2; exit 3", reason: expected))
    }

    @Test("that hangs is killed with all that it started")
    func hangs() async throws {
        let file = "\(NSTemporaryDirectory())/shell-command.\(UUID().uuidString)"
        let error = await #expect(throws: LabError.self) {
            try await ShellCommand(text: "sleep 600 & echo $! > '\(file)'; wait", timeout: .milliseconds(300)).run()
        }
        guard case .commandFailed(_, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("still runs"))
        let number = try #require(Int32(String(contentsOfFile: file, encoding: .utf8).dropLast()))
        for _ in 0..<500 where kill(number, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(kill(number, 0) != 0)
        unlink(file)
    }
}
