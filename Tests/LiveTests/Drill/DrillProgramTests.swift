import Foundation
import Testing

@Suite("replica-cli drill", .needsServer, .serialized)
struct DrillProgramTests {
    @Test("prints one JSON object with --format json, and ends with 0")
    func json() async throws {
        let program = try RunningProgram.start(["drill", "--format", "json"])
        #expect(await program.end() == 0)
        let object = try JSONSerialization.jsonObject(with: Data(program.output.utf8)) as? [String: Any]
        #expect(
            (object?["steps"] as? [[String: Any]])?.map { $0["outcome"] as? String }
                == .init(repeating: "passed", count: 12)
        )
        #expect(object?["dataIdentical"] as? Bool == true)
    }

    @Test(
        "leaves no server behind, whatever ends it, and wherever",
        arguments: [
            (SIGINT, "a row arrives on the replica"), (SIGTERM, "the replica is promoted"),
            (SIGHUP, "the old source follows the new one"), (SIGKILL, "the old source comes back, and differs"),
        ]
    )
    func interruption(signal: Int32, step: String) async throws {
        let program = try RunningProgram.start(["drill", "--keep"])
        try await program.wait(for: step)
        program.send(signal)
        let status = await program.end()
        #expect(status == (signal == SIGKILL ? -SIGKILL : 130))
        let ports = program.ports
        #expect(ports.count == 2)
        // After SIGKILL the supervisors do it, a moment later.
        for _ in 0..<500 where ports.contains(where: LoopbackProbe.isListening) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!ports.contains(where: LoopbackProbe.isListening))
    }

    @Test("--keep leaves the servers, and says how to connect")
    func keep() async throws {
        let program = try RunningProgram.start(["drill", "--keep"])
        #expect(await program.end() == 0)
        #expect(program.ports.count == 2 && program.ports.allSatisfy(LoopbackProbe.isListening))
        let files = program.output.split(whereSeparator: \.isWhitespace)
            .compactMap { $0.split(separator: "--defaults-file=").last.map(String.init) }
            .filter { $0.hasSuffix("/client.cnf") }
        #expect(files.count == 2)
        for file in files {
            let folder = String(file.dropLast("/client.cnf".count))
            let text = try String(contentsOfFile: "\(folder)/mysqld.pid", encoding: .utf8)
            let process = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            kill(process, SIGKILL)
            for _ in 0..<500 where kill(process, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
            try FileManager.default.removeItem(atPath: folder)
        }
        let lab = try #require(files.first).split(separator: "/").dropLast(2).joined(separator: "/")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "/\(lab)").isEmpty)
        try FileManager.default.removeItem(atPath: "/\(lab)")
    }

    @Test("without a server program says what to do, and does not end with 0")
    func noServer() async throws {
        let program = try RunningProgram.start(["drill"], environment: ["REPLICA_MYSQLD": "/no/such"])
        #expect(await program.end() != 0)
        #expect(program.output.contains("scripts/drill"))
    }
}
