import Foundation
import MySQLWire
import Testing

/// A recording of Fixtures/wire, and what came of its replay when it was made.
struct WireFixture: Sendable, CustomTestStringConvertible {
    let name: String
    let path: String

    var testDescription: String { name }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Fixtures/wire").standardizedFileURL

    /// All of them, by name.
    static let all: [WireFixture] = {
        let files =
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return files.filter { $0.pathExtension == "packets" }
            .map { file in
                let version = file.deletingLastPathComponent().lastPathComponent
                return WireFixture(
                    name: "\(version)/\(file.deletingPathExtension().lastPathComponent)",
                    path: file.path
                )
            }
            .sorted { $0.name < $1.name }
    }()

    /// Those that hold something to replay.
    static let replayable = all.filter { FileManager.default.fileExists(atPath: $0.goldenPath) }

    static func named(_ name: String) throws -> WireFixture {
        try #require(all.first { $0.name.hasSuffix("/" + name) }, "no recording \(name)")
    }

    private var goldenPath: String { path.replacing(".packets", with: ".replay") }

    func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
    func recording() throws -> Recording { try RecordingParser.parse(try text()) }
    func golden() throws -> String { try String(contentsOfFile: goldenPath, encoding: .utf8) }
}
