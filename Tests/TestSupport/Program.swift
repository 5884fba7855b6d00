package import Foundation

/// Runs the built program, which lies beside the test bundle.
package struct Program {
    package struct Outcome {
        package var status: Int32
        package var output: Data
        package var errors: String
        package var text: String { String(decoding: output, as: UTF8.self) }
        package var lines: [Substring] { errors.split(separator: "\n") }
    }

    package static let path: String = {
        let bundle =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("replica-cli").path
    }()

    /// - Parameter input: standard input; nothing (not a terminal) without it.
    package static func run(
        _ arguments: [String],
        input: Data = Data(),
        environment: [String: String] = [:],
        program: String = path
    ) async throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        var inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MYSQL_") }
        inherited["HOME"] = "/nonexistent"
        process.environment = inherited.merging(environment) { $1 }
        let (input, output, errors) = (try file(input), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    try process.run()
                    let collector = Collector(errors.fileHandleForReading)
                    let bytes = output.fileHandleForReading.readDataToEndOfFile()
                    let messages = collector.wait()
                    process.waitUntilExit()
                    let status =
                        process.terminationReason == .uncaughtSignal
                        ? -process.terminationStatus : process.terminationStatus
                    continuation.resume(
                        returning: Outcome(
                            status: status,
                            output: bytes,
                            errors: String(decoding: messages, as: UTF8.self)
                        )
                    )
                } catch { continuation.resume(throwing: error) }
            }
        }
    }

    private static func file(_ data: Data) throws -> FileHandle {
        if data.isEmpty { return FileHandle.nullDevice }
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try data.write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try FileHandle(forReadingFrom: url)
    }
}

/// Reads one pipe to its end on a thread of its own, so that neither of two pipes can fill up.
private final class Collector: @unchecked Sendable {
    // Safety: `data` is written before the semaphore is signalled and read after.
    private let done = DispatchSemaphore(value: 0)
    private var data = Data()

    init(_ handle: FileHandle) {
        Thread.detachNewThread { [self] in
            data = handle.readDataToEndOfFile()
            done.signal()
        }
    }

    func wait() -> Data {
        done.wait()
        return data
    }
}
