import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// On a terminal, long work says how far it is, on one line that is gone at the end.
@Suite(.needsServer, .enabled(if: PseudoTerminal.isAvailable, "no script(1) to make a terminal with"))
struct ProgressTests {
    @Test func `compare names the table that it is at`() async throws {
        let lab = ProgramPair(pair: try await LivePair.shared())
        for sql in ["CREATE DATABASE cli_progress", "CREATE TABLE cli_progress.t (id INT PRIMARY KEY)"] {
            try await lab.query(sql, on: lab.source)
        }
        let arguments = [
            "compare", "--source", ProgramPair.address(lab.source), "--replica", ProgramPair.address(lab.replica),
        ]
        let (status, shown) = try await lab.onTerminal(arguments, typing: [])
        #expect(status == 0)
        let line = try #require(shown.firstRange(of: /\r\e\[Kcomparing [a-z_]+\.[a-z_]+ \(1\/\d+\)/), "\(shown)")
        let cleared = try #require(shown[line.upperBound...].firstRange(of: "\r\u{1B}[K"), "\(shown)")
        #expect(shown[cleared.upperBound...].contains("✓ identical"), "\(shown)")
        // Elsewhere there is no such line.
        let piped = try await lab.run(arguments)
        #expect(piped.errors.isEmpty && piped.text.hasPrefix("✓ identical"))
        try await lab.query("DROP DATABASE cli_progress", on: lab.source)
    }
}
