import Foundation
package import MySQLWire

/// A recording of Fixtures/wire, and what came of its replay when it was made.
package struct WireFixture: Sendable, CustomStringConvertible {
    package struct Missing: Error {
        package var name: String
    }

    /// With the folder that names its server, for instance `mysql-9.7.4/errors`.
    package let name: String
    private let path: String

    package var description: String { name }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fixtures/wire").standardizedFileURL

    /// All of them, by name.
    package static let all: [WireFixture] = {
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
    package static let replayable = all.filter { FileManager.default.fileExists(atPath: $0.goldenPath) }

    package static func named(_ name: String) throws -> WireFixture {
        guard let found = all.first(where: { $0.name == name }) else { throw Missing(name: name) }
        return found
    }

    private var goldenPath: String { path.replacing(".packets", with: ".replay") }

    package func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
    package func recording() throws -> Recording { try RecordingParser.parse(try text()) }
    package func golden() throws -> String { try String(contentsOfFile: goldenPath, encoding: .utf8) }
}
