import Foundation
import Testing

@testable import ReplicaLab

@Suite("A supervised process")
struct SupervisedProcessTests {
    @Test("ends when the object goes")
    func endsWithItsOwner() async throws {
        var process: SupervisedProcess? = try await SupervisedProcess.start(["sleep", "600"], console: "/dev/null")
        let number = try #require(process?.processID)
        #expect(kill(number, 0) == 0)
        process = nil
        #expect(await isGone(number))
    }

    // The whole point: nobody is left to clean up, and the program still ends.
    @Test("ends when the program that started it is killed")
    func endsWithAKilledOwner() async throws {
        let folder = try temporaryFolder()
        let doomed = "\(folder)/doomed"
        try FileManager.default.createDirectory(atPath: doomed, withIntermediateDirectories: false)
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            let process = try await SupervisedProcess.start(
                ["sleep", "600"],
                console: "/dev/null",
                removing: "\(folder)/doomed"
            )
            try "\(process.processID)".write(toFile: "\(folder)/pid", atomically: true, encoding: .utf8)
            kill(getpid(), SIGKILL)
        }
        let text = try String(contentsOfFile: "\(folder)/pid", encoding: .utf8)
        #expect(await isGone(try #require(Int32(text))))
        #expect(!FileManager.default.fileExists(atPath: doomed))
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("lives on when it is let go")
    func canBeLeftRunning() async throws {
        var process: SupervisedProcess? = try await SupervisedProcess.start(["sleep", "600"], console: "/dev/null")
        let number = try #require(process?.processID)
        process?.leaveRunning()
        process = nil
        try await Task.sleep(for: .milliseconds(200))
        #expect(kill(number, 0) == 0)
        kill(number, SIGKILL)
        #expect(await isGone(number))
    }

    @Test("says how it ended")
    func tellsItsEnd() async throws {
        let killed = try await SupervisedProcess.start(["sleep", "600"], console: "/dev/null")
        #expect(killed.ended == nil)
        killed.send(signal: SIGKILL)
        #expect(await killed.waitUntilEnded(within: .seconds(10)))
        #expect(killed.ended == "ended by signal 9")
        let failed = try await SupervisedProcess.start(["sh", "-c", "exit 7"], console: "/dev/null")
        #expect(await failed.waitUntilEnded(within: .seconds(10)))
        #expect(failed.ended == "ended with exit status 7")
    }

    @Test("is seen to end by tasks that are cancelled, however many of them wait")
    func endIsSeenByCancelledTasks() async throws {
        let count = ProcessInfo.processInfo.activeProcessorCount + 2
        var processes: [SupervisedProcess] = []
        for _ in 0..<count {
            processes.append(try await SupervisedProcess.start(["sleep", "600"], console: "/dev/null"))
        }
        let seen = await withTaskGroup(of: Bool.self) { group in
            for process in processes {
                group.addTask {
                    withUnsafeCurrentTask { $0?.cancel() }
                    process.send(signal: SIGKILL)
                    return await process.waitUntilEnded(within: .seconds(20))
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(seen == count)
    }

    @Test("is out of the terminal's reach: it leads no group of ours")
    func hasASessionOfItsOwn() async throws {
        let process = try await SupervisedProcess.start(["sleep", "600"], console: "/dev/null")
        #expect(getsid(process.processID) != getsid(0))
        process.endNow()
        #expect(await process.waitUntilEnded(within: .seconds(10)))
    }

    private func isGone(_ process: Int32) async -> Bool {
        for _ in 0..<500 {
            if kill(process, 0) != 0 { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    private func temporaryFolder() throws -> String {
        let path = "\(NSTemporaryDirectory())/replica-lab-tests.\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        return path
    }
}
