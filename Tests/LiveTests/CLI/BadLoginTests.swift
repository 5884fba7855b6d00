import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// Wrong password, host name, port and certificate, for every command: one line that says which server, and the
/// documented exit status, whichever of two servers it is about.
@Suite(.needsServer) struct BadLoginTests {
    /// Each command that talks to servers, once with `bad` in each place where a server is named.
    private static func calls(_ bad: String, _ good: String) -> [[String]] {
        [
            ["query", bad, "SELECT 1"], ["status", bad],
            ["verify", "--source", bad, "--replica", good],
            ["compare", "--source", bad, "--replica", good], ["compare", "--source", good, "--replica", bad],
            ["promote", bad, "--yes"], ["switchover", "--to", bad, "--yes"],
            ["rejoin", bad, "--to", good, "--yes"], ["rejoin", good, "--to", bad, "--yes"],
        ]
    }

    private func expect(
        _ status: Int32,
        _ bad: String,
        saying part: String,
        _ options: [String] = [],
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let pair = try await LivePair.shared()
        for call in Self.calls(bad, ProgramPair.address(pair.replica)) {
            let arguments = [call[0], "--defaults-file", pair.source.clientOptionFile] + options + call.dropFirst()
            let began = ContinuousClock.now
            let outcome = try await Program.run(arguments)
            #expect(outcome.status == status, "\(call): \(outcome.errors)", sourceLocation: location)
            // `status` tells of each server in its table, and others in one line of standard error.
            let text = call[0] == "status" ? outcome.text + outcome.errors : outcome.errors
            #expect(text.contains(part), "\(call): \(text)", sourceLocation: location)
            if call[0] != "status" { #expect(outcome.lines.count == 1, "\(call): \(text)", sourceLocation: location) }
            #expect(ContinuousClock.now - began < .seconds(15), "\(call)", sourceLocation: location)
        }
    }

    @Test func `a wrong password is exit 4, with 1045`() async throws {
        let port = try await LivePair.shared().source.port
        try await expect(4, "mysql://root:wr0ng-s3cret@127.0.0.1:\(port)", saying: "1045")
    }

    @Test func `a port where nobody listens, and a name that nobody has, are exit 5`() async throws {
        try await expect(5, "127.0.0.1:1", saying: "127.0.0.1:1")
        try await expect(5, "no-such-host.invalid", saying: "no-such-host.invalid", ["--connect-timeout", "5"])
    }

    @Test func `a certificate that is not this host's is exit 5, where that is asked for`() async throws {
        let server = try await LivePair.shared().source
        // What mysqld makes for itself is signed by its own authority, and names no host.
        let authority = server.directory + "/data/ca.pem"
        try #require(FileManager.default.fileExists(atPath: authority))
        for (mode, status) in [("verify_ca", Int32(0)), ("verify_identity", 5)] {
            let outcome = try await Program.run([
                "query", "--defaults-file", server.clientOptionFile, "--ssl-ca", authority, "--ssl-mode", mode,
                ProgramPair.address(server), "SELECT 1",
            ])
            #expect(outcome.status == status, "\(mode): \(outcome.errors)")
            #expect(outcome.lines.count == (status == 0 ? 0 : 1), "\(mode): \(outcome.errors)")
            #expect(outcome.output.isEmpty == (status != 0))
        }
    }
}
