import Foundation
import TestSupport
import Testing

@Suite struct UsageTests {
    @Test(arguments: [
        ["nonsense"], ["query", "--frmat", "tsv", "db1", "select 1"], ["query", "--format", "xml", "db1", "select 1"],
        ["query", "--port", "0", "db1", "select 1"], ["query", "--ssl-mode", "strong", "db1", "select 1"],
        ["query", "db1:99999", "select 1"], ["query", "db1", "select", "1"],
        ["query", "--host", "db1", "--socket", "/x", "select 1"],
        ["query", "--connect-timeout", "0", "db1", "select 1"],
        ["query", "--defaults-file", "/nonexistent/my.cnf", "db1", "select 1"],
        ["query", "--password-file", "/nonexistent/password", "db1", "select 1"],
        ["query", "--server", "db1", "db1", "select 1"],
        ["drill", "--lost", "refuse"], ["drill", "--lost", "clone"], ["drill", "--yes", "--dry-run"],
        ["drill", "--source", "db1"], ["drill", "--stop-command", "true"],
        ["drill", "--replica", "db2", "--stop-command", "true", "--start-command", "true"],
        ["drill", "--source", "db1", "--stop-command", "true", "--start-command", "true"],
        ["drill", "--source", "db1", "--replica", "db2", "--start-command", "true"],
        ["drill", "--source", "db1", "--replica", "db2", "--stop-command", "true"],
        ["drill", "--keep"] + givenServers("db1", "db2"), ["drill"] + givenServers("db1", "db1:3306"),
    ])
    func `a mistake in the call is one line on standard error and exit 64`(arguments: [String]) async throws {
        let outcome = try await Program.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors.hasPrefix("replica-cli: "))
    }

    private static func givenServers(_ source: String, _ replica: String) -> [String] {
        ["--source", source, "--replica", replica, "--stop-command", "true", "--start-command", "true"]
    }

    @Test func `a drill on given servers shows what it will do, and asks; without a terminal that is exit 2`()
        async throws
    {
        // Nothing listens there: it is not even tried.
        let servers = ["--no-defaults"] + Self.givenServers("127.0.0.1:1", "127.0.0.1:2")
        let unanswered = try await Program.run(["drill"] + servers)
        #expect(unanswered.status == 2)
        #expect(unanswered.lines.count == 1 && unanswered.errors.contains("--yes"))
        let dry = try await Program.run(["drill", "--dry-run"] + servers)
        #expect(dry.status == 0 && dry.errors.isEmpty)
        #expect(dry.text == unanswered.text)
        #expect(dry.text.split(separator: "\n").count { $0.contains("/12  ") } == 12)
        let agreed = try await Program.run(["drill", "--yes"] + servers)
        #expect(agreed.status == 5)
        #expect(agreed.lines.count == 1 && agreed.errors.contains("127.0.0.1:1"))
    }

    @Test func `a password that nobody can be asked for is a usage error, not a hang`() async throws {
        // setsid: without a controlling terminal there is no /dev/tty.
        let outcome = try await Program.run(
            ["-w", Program.path, "query", "--password", "127.0.0.1:1", "select 1"],
            program: "/usr/bin/setsid"
        )
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--password-file"))
    }

    @Test func `a server that is not there is exit 5, and the line says which`() async throws {
        let outcome = try await Program.run(["query", "127.0.0.1:1", "select 1"])
        #expect(outcome.status == 5)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors.contains("127.0.0.1:1"))
        let socket = try await Program.run(["query", "--socket", "/nonexistent/x.sock", "select 1"])
        #expect(socket.status == 5)
        #expect(socket.errors.contains("/nonexistent/x.sock"))
    }

    @Test func `a port that says nothing is exit 5 within the timeout`() async throws {
        let listener = try FakeListener(saying: "")
        let began = ContinuousClock.now
        let outcome = try await Program.run(
            ["query", "--connect-timeout", "0.5", "127.0.0.1:\(listener.port)", "select 1"]
        )
        #expect(outcome.status == 5)
        #expect(outcome.lines.count == 1)
        #expect(ContinuousClock.now - began < .seconds(8))
    }

    @Test func `a port that speaks another protocol is exit 5, and the line says to check the port`() async throws {
        let listener = try FakeListener(saying: "SSH-2.0-OpenSSH_9.2\r\n")
        let outcome = try await Program.run(
            ["query", "--connect-timeout", "3", "127.0.0.1:\(listener.port)", "select 1"]
        )
        #expect(outcome.status == 5)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors.contains("port"))
    }

    @Test func `a password on the command line is warned about and never shown`() async throws {
        let outcome = try await Program.run(["query", "--password=hunter2", "127.0.0.1:1", "select 1"])
        #expect(outcome.errors.contains("warning"))
        #expect(!outcome.errors.contains("hunter2"))
    }

    @Test func `help and version go to standard output, exit 0`() async throws {
        let help = try await Program.run(["query", "--help"])
        #expect(help.status == 0)
        #expect(help.text.contains("USAGE"))
        #expect(help.errors.isEmpty)
        let version = try await Program.run(["--version"])
        #expect(version.status == 0)
        #expect(!version.text.isEmpty)
    }
}
