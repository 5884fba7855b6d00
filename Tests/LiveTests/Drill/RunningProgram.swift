import Foundation
import Synchronization
import Testing

/// The built replica-cli, while it runs: what it printed so far, and signals to it.
final class RunningProgram: Sendable {
    private let process: Mutex<Process>
    private let text = Mutex("")
    private let processID: Int32

    static func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: bundle).deletingLastPathComponent()
            .appendingPathComponent("replica-cli")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = arguments.contains("json") ? FileHandle.nullDevice : pipe
        try process.run()
        let program = RunningProgram(process)
        let reader = pipe.fileHandleForReading
        Thread.detachNewThread { program.read(reader) }
        return program
    }

    private init(_ process: Process) {
        processID = process.processIdentifier
        self.process = Mutex(process)
    }

    private func read(_ handle: FileHandle) {
        while true {
            let data = handle.availableData
            if data.isEmpty { return }
            text.withLock { $0 += String(decoding: data, as: UTF8.self) }
        }
    }

    var output: String { text.withLock { $0 } }

    /// The ports of the two servers, as the program names them.
    var ports: [UInt16] {
        let words = output.split(whereSeparator: { $0.isWhitespace || $0 == "," })
        return Set(words.compactMap { $0.hasPrefix("127.0.0.1:") ? UInt16($0.dropFirst("127.0.0.1:".count)) : nil })
            .sorted()
    }

    func wait(for part: String) async throws {
        for _ in 0..<6000 where !output.contains(part) { try await Task.sleep(for: .milliseconds(10)) }
        #expect(output.contains(part))
    }

    func send(_ signal: Int32) { kill(processID, signal) }

    /// Waits for its end: the exit status, or the number of the signal that ended it, negative.
    func end() async -> Int32 {
        for _ in 0..<12_000 where process.withLock({ $0.isRunning }) { try? await Task.sleep(for: .milliseconds(10)) }
        // What it printed last may still be on its way through the pipe.
        try? await Task.sleep(for: .milliseconds(100))
        return process.withLock {
            guard !$0.isRunning else {
                $0.terminate()
                return Int32.max
            }
            return $0.terminationReason == .uncaughtSignal ? -$0.terminationStatus : $0.terminationStatus
        }
    }
}
