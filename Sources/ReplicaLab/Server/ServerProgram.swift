internal import FoundationEssentials

/// The mysqld that the lab runs.
package struct ServerProgram: Sendable, Equatable {
    /// Where it lies.
    package let path: String
    /// As it tells itself, for instance `9.7.4-2`.
    package let version: String

    /// Where the environment says that a server is; nil where there is none.
    ///
    /// `$REPLICA_MYSQLD` first, then `mysqld` on PATH. Nothing is run.
    package static func locate(environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        if let named = environment["REPLICA_MYSQLD"], !named.isEmpty {
            return FileManager.default.isExecutableFile(atPath: named) ? named : nil
        }
        for folder in (environment["PATH"] ?? "").split(separator: ":") {
            let path = "\(folder)/mysqld"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        return nil
    }

    /// Finds the server program and asks for its version.
    package static func find(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(LabError) -> ServerProgram {
        guard let path = locate(environment: environment) else {
            let named = environment["REPLICA_MYSQLD"].map { "REPLICA_MYSQLD=\($0) is not an executable file" }
            throw .noServerProgram(named ?? "REPLICA_MYSQLD is not set, and there is no mysqld on PATH")
        }
        let text = try await Program.run(path, ["--version"])
        guard let version = version(in: text) else {
            throw .noServerProgram("\(path) --version does not name a version: \(text.prefix(200))")
        }
        return ServerProgram(path: path, version: version)
    }

    /// The word after `Ver` in what `mysqld --version` prints.
    static func version(in text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let marker = words.firstIndex(of: "Ver"), words.index(after: marker) < words.endIndex else { return nil }
        return String(words[words.index(after: marker)])
    }
}
