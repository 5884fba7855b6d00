import Foundation
import TestSupport
import Testing

/// A port that speaks another protocol, says nothing, or hangs up: for every command one line (a table line for
/// `status`), exit 5, and within the deadline.
@Suite struct BadPeerTests {
    private static func calls(_ port: UInt16) -> [[String]] {
        let bad = "127.0.0.1:\(port)"
        return [
            ["query", bad, "SELECT 1"], ["status", bad], ["verify", "--source", bad, "--replica", "127.0.0.1:1"],
            ["compare", "--source", bad, "--replica", "127.0.0.1:2"], ["promote", bad, "--yes"],
            ["switchover", "--to", bad, "--yes"], ["rejoin", bad, "--to", "127.0.0.1:2", "--yes"],
        ]
    }

    @Test(arguments: ["", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"])
    func `every command ends with 5`(greeting: String) async throws {
        let listener = try FakeListener(saying: greeting)
        for call in Self.calls(listener.port) {
            let began = ContinuousClock.now
            let outcome = try await Program.run(
                [call[0], "--no-defaults", "--connect-timeout", "1"] + call.dropFirst()
            )
            #expect(outcome.status == 5, "\(call): \(outcome.errors)")
            #expect(ContinuousClock.now - began < .seconds(10), "\(call)")
            #expect((outcome.errors + outcome.text).contains("port"), "\(call): \(outcome.errors)\(outcome.text)")
            if call[0] != "status" { #expect(outcome.lines.count == 1, "\(call): \(outcome.errors)") }
        }
    }
}
