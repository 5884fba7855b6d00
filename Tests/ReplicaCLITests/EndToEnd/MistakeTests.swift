import Foundation
import ReplicaLab
import TestSupport
import Testing

/// Calls that cannot be meant so.
@Suite struct MistakeTests {
    @Test(arguments: [
        (["stauts", "db1"], "did you mean 'status'?"), (["status", "-h", "db1:3306"], "--port"),
        (["status", "--server", "a=db1", "--server", "a=db2"], "twice"),
        (["query", "./mysql.sock", "select 1"], "from / on"),
        (["status", "--ssl-ca", "/nonexistent/ca.pem", "127.0.0.1:1"], "/nonexistent/ca.pem"),
        (["status", "--server", "a=db1:1,advertise=db1:1"], "advertised="),
        (["record", "--output", "/nonexistent/x.rec", "127.0.0.1:1"], "/nonexistent"),
        (["record", "--output", "/etc/passwd", "127.0.0.1:1"], "exists"),
    ])
    func `one line says what is wrong`(arguments: [String], part: String) async throws {
        let outcome = try await Program.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty && outcome.lines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }

    @Test func `without arguments the usage goes to standard error, and help that cannot be written fails`()
        async throws
    {
        let nothing = try await Program.run([])
        #expect(nothing.status == 64 && nothing.output.isEmpty && nothing.errors.contains("SUBCOMMANDS"))
        let short = try await Program.run(["-h"])
        #expect(short.status == 0 && short.text.contains("SUBCOMMANDS"))
        let full = try await Program.run(["-c", "\"$0\" --help > /dev/full", Program.path], program: "/bin/sh")
        #expect(full.status == 1 && full.lines.count == 1)
    }

    @Test func `an address stands once in its error, and also in the TSV of status`() async throws {
        let query = try await Program.run(["query", "--no-defaults", "127.0.0.1:1", "select 1"])
        #expect(query.errors.components(separatedBy: "127.0.0.1:1").count == 2, "\(query.errors)")
        let status = try await Program.run(["status", "--no-defaults", "-h127.0.0.1", "-P1", "--format", "tsv"])
        #expect(status.status == 5)
        #expect(status.text.contains("Connection refused") && status.text.hasPrefix("server\t"), "\(status.text)")
        #expect(status.text.components(separatedBy: "127.0.0.1:1").count == 2, "\(status.text)")
    }

    @Test func `servers of --server are asked where no other is named`() async throws {
        let servers = ["--server", "a=127.0.0.1:1", "--server", "b=127.0.0.1:2"]
        let outcome = try await Program.run(["status", "--no-defaults", "--format", "tsv"] + servers)
        #expect(outcome.text.split(separator: "\n").dropFirst().map { $0.prefix(2) } == ["a\t", "b\t"])
    }

    @Test func `SQL alone is SQL, for the server of an option file`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("my.cnf").path
        try "[client]\nhost=127.0.0.1\nport=1\n".write(toFile: file, atomically: true, encoding: .utf8)
        for arguments in [["select 1"], ["-"]] {
            let outcome = try await Program.run(["query", "--defaults-file", file] + arguments)
            #expect(outcome.status == 5 && outcome.errors.contains("127.0.0.1:1"), "\(outcome.errors)")
        }
    }

    @Test func `a signal that it was started to ignore, as by nohup, does not end it`() async throws {
        let listener = try FakeListener(saying: "")
        let script = """
            trap '' HUP
            "$0" query --no-defaults --connect-timeout 2 127.0.0.1:$1 'select 1' & child=$!
            sleep 1
            kill -HUP $child
            wait $child
            echo $?
            """
        let outcome = try await Program.run(["-c", script, Program.path, "\(listener.port)"], program: "/bin/sh")
        #expect(outcome.text == "5\n", "\(outcome.errors)")
    }

    @Test func `a recorder that cannot work says so at once`() async throws {
        let listener = try FakeListener(saying: "")
        let output = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        let record = ["record", "--no-defaults", "--output", output]
        let unreachable = try await Program.run(record + ["127.0.0.1:1"])
        #expect(unreachable.status == 5 && unreachable.lines.count == 1, "\(unreachable.errors)")
        let taken = try await Program.run(
            record + ["--listen", "\(listener.port)", "127.0.0.1:\(listener.port)"]
        )
        #expect(taken.status == 64 && taken.lines.count == 1 && taken.errors.contains("Address already in use"))
        #expect(!taken.errors.contains("bind("), "\(taken.errors)")
        #expect(!FileManager.default.fileExists(atPath: output))
    }
}
