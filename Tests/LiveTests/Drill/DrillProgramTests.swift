import Foundation
import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

@Suite("replica-cli drill", .needsServer, .serialized)
struct DrillProgramTests {
    @Test("--lost keep --format json: one object with all that it promises, and the lost row is on both servers")
    func keepsTheLost() async throws {
        let folder = try OwnTemporaryFolder()
        let program = try RunningProgram.start(
            ["drill", "--format", "json", "--lost", "keep", "--keep"],
            environment: folder.environment
        )
        #expect(await program.end() == 0)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(program.output.utf8)) as? [String: Any],
            "\(program.output)"
        )
        #expect(
            Set(object.keys) == [
                "schema", "server", "steps", "lostTransactions", "dataIdentical", "writePauseSeconds",
                "promotionSeconds",
            ]
        )
        #expect(object["schema"] as? Int == 1)
        #expect(object["server"] as? String == (try await ServerProgram.find().version))
        #expect(object["dataIdentical"] as? Bool == true)
        #expect(try #require(object["writePauseSeconds"] as? Double) > 0)
        #expect(try #require(object["promotionSeconds"] as? Double) > 0)
        try expectSteps(try #require(object["steps"] as? [[String: Any]]))
        let lost = try #require(object["lostTransactions"] as? [[String: Any]])
        let change = try #require((lost.first?["changes"] as? [[String: Any]])?.first)
        #expect(lost.count == 1 && change["kind"] as? String == "insert" && change["before"] is NSNull)
        let row = try #require((change["after"] as? [String: Any])?["text"] as? String)
        #expect(row.hasPrefix("never_received_"))
        // Progress and how to connect, beside the object.
        #expect(program.errors.contains("12/12") && program.errors.contains("the servers stay running:"))
        try await endKept(program.errors, folder) { rows in #expect(rows.filter { $0 == row }.count == 1) }
    }

    private func expectSteps(_ steps: [[String: Any]]) throws {
        #expect(steps.map { $0["number"] as? Int } == Array(1...12))
        #expect(steps.map { $0["name"] as? String } == DrillStepPlan.all.map(\.name))
        #expect(steps.allSatisfy { $0["outcome"] as? String == "passed" })
        for step in steps {
            #expect(Set(step.keys) == ["number", "name", "outcome", "seconds", "statements"])
            #expect(try #require(step["seconds"] as? Double) >= 0)
            let statements = try #require(step["statements"] as? [[String: Any]])
            // The summary sends nothing.
            #expect(statements.isEmpty == (step["number"] as? Int == 12), "\(step["number"] ?? "")")
            #expect(statements.allSatisfy { Set($0.keys) == ["server", "sql", "answer"] })
            #expect(statements.allSatisfy { ["mysql-source", "mysql-replica"].contains($0["server"] as? String) })
        }
    }

    @Test("--keep: every step as a person reads it, the servers stay, and the lost row is on neither of them")
    func keep() async throws {
        let folder = try OwnTemporaryFolder()
        let program = try RunningProgram.start(["drill", "--keep"], environment: folder.environment)
        #expect(await program.end() == 0)
        for plan in DrillStepPlan.all {
            let heading = "\(plan.number)/12  \(plan.name)\n       \(plan.what)\n       \(plan.why)\n"
            #expect(program.output.contains(heading))
        }
        #expect(program.output.components(separatedBy: "\n     ✓ passed  ").count == 13)
        #expect(!program.output.contains("✗"))
        let statement = "       mysql-source> CREATE DATABASE IF NOT EXISTS testdb\n         → OK, 1 row affected  ("
        #expect(program.output.contains(statement))
        try await endKept(program.output, folder) { rows in
            #expect(rows.contains("i_am_new_master") && !rows.contains { $0.hasPrefix("never_received_") })
        }
    }

    /// Connects to the servers that stayed, in the way that was told, and ends them.
    private func endKept(_ told: String, _ folder: OwnTemporaryFolder, _ check: ([String]) -> Void) async throws {
        let files = told.split(whereSeparator: \.isWhitespace)
            .compactMap { $0.split(separator: "--defaults-file=").last.map(String.init) }
            .filter { $0.hasSuffix("/client.cnf") }
        #expect(files.count == 2 && files.allSatisfy { $0.hasPrefix(folder.path) })
        for file in files {
            let answer = try await OfficialClient.run(file, "SELECT text FROM testdb.products")
            check(answer.split(separator: "\n").map(String.init))
        }
        for process in folder.processes { kill(process, SIGKILL) }
        for lab in folder.labs { try FileManager.default.removeItem(atPath: lab) }
        try await folder.expectNothingLeft("kept")
    }

    // The twelfth step takes no time: see DrillTests.
    @Test("Ctrl-C at any step stops every server, and leaves no folder, also with --keep")
    func interruptedSteps() async throws {
        // Three at a time: for the most part each waits.
        for numbers in [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11]] {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in numbers { group.addTask { try await interrupt(SIGINT, atStep: number) } }
                try await group.waitForAll()
            }
        }
    }

    @Test("so does SIGKILL, by the servers' supervisors")
    func killed() async throws {
        try await interrupt(SIGKILL, atStep: 7)
    }

    private func interrupt(_ signal: Int32, atStep number: Int, attempts: Int = 5) async throws {
        let folder = try OwnTemporaryFolder()
        let program = try RunningProgram.start(["drill", "--keep"], environment: folder.environment)
        try await program.wait(for: DrillStepPlan.all[number - 1].name)
        program.send(signal)
        let status = await program.end()
        if status == 0, number == 11, attempts > 1 {
            // That step takes milliseconds: the drill was over before the signal came.
            try await endKept(program.output, folder) { _ in }
            return try await interrupt(signal, atStep: number, attempts: attempts - 1)
        }
        #expect(status == (signal == SIGKILL ? -SIGKILL : 130), "step \(number): \(program.output)")
        try await folder.expectNothingLeft("step \(number)")
    }

    @Test(
        "and each way of being told to stop while the servers are made and started",
        arguments: [(SIGINT, ""), (SIGTERM, "mysql-source/data"), (SIGHUP, "mysql-replica/mysqld.sock")]
    )
    func interruptedStart(signal: Int32, file: String) async throws {
        let folder = try OwnTemporaryFolder()
        let program = try RunningProgram.start(["drill"], environment: folder.environment)
        try await folder.wait(for: file)
        program.send(signal)
        #expect(await program.end() == 130, "\(file): \(program.output)")
        try await folder.expectNothingLeft(file)
    }

    @Test("without a server program says what to do, exit 1")
    func noServer() async throws {
        let program = try RunningProgram.start(["drill"], environment: ["REPLICA_MYSQLD": "/no/such"])
        #expect(await program.end() == 1)
        #expect(program.output.contains("scripts/drill"))
    }
}
