import Foundation

/// Runs the built program on a terminal of its own, and types.
///
/// By script(1) of util-linux, which makes the terminal; what is typed goes through its standard input.
package struct PseudoTerminal {
    private static let script = "/usr/bin/script"
    package static let isAvailable = FileManager.default.isExecutableFile(atPath: script)

    /// - Parameters:
    ///   - typing: what to type as soon as the text before it has appeared.
    /// - Returns: the exit status, and everything that the terminal showed.
    package static func run(
        _ arguments: [String],
        typing: [(after: String, text: String)],
        environment: [String: String] = [:]
    ) async throws -> (status: Int32, shown: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: script)
        let command = ([Program.path] + arguments).map { "'" + $0.replacing("'", with: "'\\''") + "'" }
        process.arguments = ["-q", "-e", "-c", command.joined(separator: " "), "/dev/null"]
        var inherited = ProcessInfo.processInfo.environment
        inherited["HOME"] = "/nonexistent"
        process.environment = inherited.merging(environment) { $1 }
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    try process.run()
                    // What waits for an answer that never comes must fail a test, not hold it.
                    DispatchQueue.global().asyncAfter(deadline: .now() + 60) {
                        if process.isRunning { process.terminate() }
                    }
                    var shown = ""
                    var rest = typing[...]
                    while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
                        shown += String(decoding: data, as: UTF8.self)
                        while let next = rest.first, shown.contains(next.after) {
                            input.fileHandleForWriting.write(Data(next.text.utf8))
                            rest.removeFirst()
                        }
                    }
                    process.waitUntilExit()
                    continuation.resume(returning: (process.terminationStatus, shown))
                } catch { continuation.resume(throwing: error) }
            }
        }
    }
}
