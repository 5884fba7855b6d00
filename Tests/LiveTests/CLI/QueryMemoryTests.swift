import Foundation
import ReplicaLab
import TestSupport
import Testing

@Suite("The memory of query", .needsServer)
struct QueryMemoryTests {
    @Test func `a million rows pass through less than 64 MiB`() async throws {
        let options = try await LivePair.shared().source.clientOptionFile
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        let port = try await LivePair.shared().source.port
        process.arguments = [
            "query", "--defaults-file=\(options)", "127.0.0.1:\(port)", "--format", "tsv",
            """
            WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 1000)
            SELECT a.n, b.n, REPEAT('x', 40) FROM t a JOIN t b
            """,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var lines = 0
        var peak = 0
        // The program cannot end before its output is read, so its status is there after each piece but the last.
        while case let piece = output.fileHandleForReading.availableData, !piece.isEmpty {
            lines += piece.count { $0 == 0x0A }
            peak = max(peak, Self.peakKiB(process.processIdentifier) ?? peak)
        }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(lines == 1_000_001)
        #expect(peak > 1 << 10)
        #expect(peak < 64 << 10)
    }

    /// The largest resident size so far (`VmHWM`).
    private static func peakKiB(_ process: Int32) -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
