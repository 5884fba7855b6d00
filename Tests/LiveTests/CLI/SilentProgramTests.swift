import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// A real server that stops talking while the program waits for it: one line, exit 5, and within the deadline, whether
/// that is of the login or of a statement.
@Suite("The program and a server that falls silent", .needsServer)
struct SilentProgramTests {
    /// Stands for the address of the server that falls silent, of which each call has its own.
    private static let bad = "SILENT"

    /// The calls wait side by side, since each of them does nothing but that.
    private func expectUnreachable(
        _ calls: [(place: StallingProxy.Place, arguments: [String])],
        _ options: [String],
        saying part: String,
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let source = try await LivePair.shared().source
        // So that the server knows the password, and a login in plaintext is three packets: greeting, fast, OK.
        try await MySQLConnection.connect(to: source.configuration).close()
        try await withThrowingTaskGroup(of: ([String], Program.Outcome, Duration).self) { group in
            for (place, arguments) in calls {
                group.addTask {
                    let proxy = try StallingProxy(to: source.port, place)
                    let call = arguments.map { $0 == Self.bad ? "127.0.0.1:\(proxy.port)" : $0 }
                    let began = ContinuousClock.now
                    let outcome = try await Program.run(
                        [call[0], "--defaults-file", source.clientOptionFile] + options + call.dropFirst()
                    )
                    return (call, outcome, ContinuousClock.now - began)
                }
            }
            for try await (call, outcome, time) in group {
                #expect(outcome.status == 5, "\(call): \(outcome.errors)", sourceLocation: location)
                #expect(time < .seconds(25), "\(call)", sourceLocation: location)
                // `status` tells of each server in its table, and others in one line of standard error.
                let isStatus = call[0] == "status"
                let text = isStatus ? outcome.text : outcome.errors
                #expect(outcome.lines.count == (isStatus ? 0 : 1), "\(call): \(text)", sourceLocation: location)
                #expect(text.contains(part), "\(call): \(text)", sourceLocation: location)
                if isStatus { #expect(text.contains("| unreachable |"), "\(text)", sourceLocation: location) }
            }
        }
    }

    @Test(arguments: [("required", "the TLS handshake"), ("disabled", "the login")])
    func `during TLS, and during the login, for every command`(mode: String, phase: String) async throws {
        let good = ProgramPair.address(try await LivePair.shared().replica)
        let calls = [
            ["query", Self.bad, "SELECT 1"], ["status", Self.bad],
            ["verify", "--source", Self.bad, "--replica", good], ["compare", "--source", good, "--replica", Self.bad],
            ["promote", Self.bad, "--yes"], ["switchover", "--to", Self.bad, "--yes"],
            ["rejoin", good, "--to", Self.bad, "--yes"],
        ]
        try await expectUnreachable(
            calls.map { (.afterPackets(1), $0) },
            ["--connect-timeout", "1", "--ssl-mode", mode],
            saying: "\(phase) was not completed within 1.0 seconds"
        )
    }

    @Test func `during a command, and in the middle of its rows`() async throws {
        let good = ProgramPair.address(try await LivePair.shared().replica)
        try await expectUnreachable(
            [
                (.before("SELECT 1"), ["query", "--timeout", "1", Self.bad, "SELECT 1"]),
                // The sixth packet is the first row of two.
                (.afterPackets(6), ["query", "--timeout", "1", Self.bad, "SELECT 1 UNION ALL SELECT 2"]),
                (.before("SHOW GLOBAL VARIABLES"), ["status", Self.bad]),
                (.before("SHOW GLOBAL VARIABLES"), ["verify", "--source", Self.bad, "--replica", good]),
                (.before("SET NAMES"), ["compare", "--timeout", "1", "--source", Self.bad, "--replica", good]),
                (.before("SHOW GLOBAL VARIABLES"), ["switchover", "--to", Self.bad, "--yes"]),
            ],
            ["--connect-timeout", "1", "--ssl-mode", "disabled"],
            saying: "no complete answer within the deadline"
        )
    }

    @Test
    func `a server that is stopped in its tracks, in the middle of a comparison and when it is asked for its status`()
        async throws
    {
        let lab = try await ProgramPair.fresh()
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        let process = try #require(lab.source.processID)
        try await MySQLConnection.connect(to: lab.source.configuration).close()
        let proxy = try StallingProxy(to: lab.source.port, .before("`products`")) { kill(process, SIGSTOP) }
        defer { kill(process, SIGCONT) }
        let options = ["--connect-timeout", "1", "--ssl-mode", "disabled"]
        let compare = try await lab.run(
            ["compare", "--timeout", "1", "--source", "127.0.0.1:\(proxy.port)", "--replica", replica] + options
        )
        #expect(compare.status == 5 && compare.lines.count == 1 && compare.output.isEmpty, "\(compare.errors)")
        #expect(compare.errors.contains("a second connection gets no answer either"), "\(compare.errors)")
        // It accepts connections, and does not greet.
        let status = try await lab.run(["status", source] + options)
        #expect(status.status == 5 && status.text.contains("| unreachable |"), "\(status.text)")
        let both = try await lab.run(["status", source, replica] + options)
        #expect(both.status == 3 && both.text.contains("| replica "), "\(both.text)")

        kill(process, SIGCONT)
        // No lock of the comparison stays.
        try await lab.query("INSERT INTO testdb.products VALUES ('three')", on: lab.source)
        try await lab.waitForRows(3, on: lab.replica)
        await lab.end()
    }
}
