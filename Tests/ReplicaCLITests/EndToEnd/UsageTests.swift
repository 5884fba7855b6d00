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
    ])
    func `a mistake in the call is one line on standard error and exit 64`(arguments: [String]) async throws {
        let outcome = try await Program.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors.hasPrefix("replica-cli: "))
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
