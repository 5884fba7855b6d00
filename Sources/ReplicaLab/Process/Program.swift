internal import Subprocess
internal import SystemPackage

/// Runs a helper program to its end.
enum Program {
    /// - Returns: what it wrote to standard output (its first 64 KiB).
    /// - Throws: ``LabError/programFailed(_:detail:)`` with the end of what it wrote to standard error.
    @discardableResult
    static func run(_ path: String, _ arguments: [String]) async throws(LabError) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        do {
            let result = try await Subprocess.run(
                path.contains("/") ? .path(FilePath(path)) : .name(path),
                arguments: Arguments(arguments),
                output: .string(limit: 64 << 10),
                error: .string(limit: 1 << 20)
            )
            guard result.terminationStatus.isSuccess else {
                let lines = (result.standardError).split(separator: "\n").suffix(6).joined(separator: "\n")
                throw LabError.programFailed(name, detail: lines)
            }
            return result.standardOutput
        } catch let error as LabError {
            throw error
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .programFailed(name, detail: "\(error)")
        }
    }
}
