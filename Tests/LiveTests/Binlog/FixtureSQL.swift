import Foundation

/// The statements of a file in `Fixtures/binlog`. None of them has a semicolon at the end of a line inside a string.
enum FixtureSQL {
    static func statements(_ name: String, file: String = #filePath) throws -> [String] {
        let root = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("Fixtures/binlog/\(name)"), encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(separator: "\n").components(
            separatedBy: ";\n"
        ).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
    }
}
