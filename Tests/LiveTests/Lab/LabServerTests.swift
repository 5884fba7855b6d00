import Foundation
import ReplicaLab
import Testing

@Suite("A server of the lab", .needsServer)
struct LabServerTests {
    @Test("starts, survives a restart, is killed, starts again, and leaves nothing behind")
    func lifeOfAServer() async throws {
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer("alone", serverID: 7)
        let first = try #require(server.processID)
        // The process that SIGKILL hits must be the server, not a wrapper around it.
        let command = try String(contentsOfFile: "/proc/\(first)/cmdline", encoding: .utf8)
        #expect(command.contains("mysqld") && command.contains("--defaults-file=\(lab.directory)/alone/my.cnf"))
        #expect(!FileManager.default.fileExists(atPath: "\(lab.directory)/alone/accounts.sql"))

        try await server.restart()
        let second = try #require(server.processID)
        #expect(second != first && kill(first, 0) == -1)

        try await server.kill()
        #expect(server.processID == nil && kill(second, 0) == -1)
        try await server.start()
        let third = try #require(server.processID)

        await lab.stopAll()
        await lab.stopAll()
        #expect(kill(third, 0) == -1)
        #expect(!FileManager.default.fileExists(atPath: lab.directory))
    }

    @Test("that cannot start says why, with the end of its error log")
    func failureToStart() async throws {
        let lab = try await LiveServers.openLab()
        let error = await #expect(throws: LabError.self) {
            _ = try await lab.startServer("broken", serverID: 1, settings: ["no_such_option": "1"])
        }
        guard case .didNotStart("broken", let reason, let log) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("ended with exit status"))
        #expect(log.contains("no_such_option"))
        await lab.stopAll()
    }

    @Test("dies with the program that started it, even where that one is killed, and its folder goes")
    func diesWithItsProgram() async throws {
        let file = "\(NSTemporaryDirectory())/lab-server.\(UUID().uuidString)"
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
            let lab = try await Lab.open()
            let server = try await lab.startServer("doomed", serverID: 1)
            let facts = "\(server.processID ?? 0) \(lab.directory)"
            try facts.write(toFile: file, atomically: true, encoding: .utf8)
            kill(getpid(), SIGKILL)
        }
        let facts = try String(contentsOfFile: file, encoding: .utf8).split(separator: " ").map(String.init)
        let process = try #require(Int32(facts[0]))
        try await eventually("the server is gone") { kill(process, 0) == -1 }
        try await eventually("its folder is gone") { !FileManager.default.fileExists(atPath: facts[1]) }
        unlink(file)
    }

    @Test("stays when it is told to, until somebody stops it")
    func keeps() async throws {
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer("kept", serverID: 1)
        let process = try #require(server.processID)
        lab.keepRunning()
        await lab.stopAll()
        try await Task.sleep(for: .milliseconds(300))
        #expect(kill(process, 0) == 0 && FileManager.default.fileExists(atPath: server.clientOptionFile))
        kill(process, SIGKILL)
        try await eventually("the server is gone") { kill(process, 0) == -1 }
        try FileManager.default.removeItem(atPath: lab.directory)
    }

    private func eventually(_ what: Comment, _ condition: () -> Bool) async throws {
        for _ in 0..<1000 where !condition() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(condition(), what)
    }
}
