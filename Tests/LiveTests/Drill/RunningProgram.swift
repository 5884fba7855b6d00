import Foundation
import Synchronization
import Testing

/// The built replica-cli, while it runs: what it printed so far, and signals to it.
final class RunningProgram: Sendable {
    private let process: Mutex<Process>
    private let printed = Mutex(Data())
    private let printedErrors = Mutex(Data())
    private let processID: Int32

    static func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        // A shell starts what it puts in the background with SIGINT ignored, and the programs started here inherit that.
        signal(SIGINT, SIG_DFL)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: bundle).deletingLastPathComponent()
            .appendingPathComponent("replica-cli")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        // As a person sees it: one after the other. What reads JSON wants it by itself.
        let isApart = arguments.contains("json")
        process.standardError = isApart ? errors : output
        try process.run()
        let program = RunningProgram(process)
        let reader = output.fileHandleForReading
        Thread.detachNewThread { Self.read(reader) { data in program.printed.withLock { $0 += data } } }
        if isApart {
            let reader = errors.fileHandleForReading
            Thread.detachNewThread { Self.read(reader) { data in program.printedErrors.withLock { $0 += data } } }
        }
        return program
    }

    private init(_ process: Process) {
        processID = process.processIdentifier
        self.process = Mutex(process)
    }

    private static func read(_ handle: FileHandle, _ add: (Data) -> Void) {
        while true {
            let data = handle.availableData
            if data.isEmpty { return }
            add(data)
        }
    }

    /// Standard output; with standard error in it, but for `--format json`.
    var output: String { String(decoding: printed.withLock { $0 }, as: UTF8.self) }
    /// Standard error beside JSON.
    var errors: String { String(decoding: printedErrors.withLock { $0 }, as: UTF8.self) }

    func wait(for part: String) async throws {
        for _ in 0..<6000 where !hasPrinted(part) { try await Task.sleep(for: .milliseconds(10)) }
        #expect(hasPrinted(part), "\(part) is not in: \(output.suffix(3000))")
    }

    // As bytes: in a long text a search for characters takes longer than a step of a drill.
    private func hasPrinted(_ part: String) -> Bool {
        printed.withLock { $0.range(of: Data(part.utf8)) != nil }
    }

    func send(_ signal: Int32) {
        process.withLock { if $0.isRunning { kill(processID, signal) } }
    }

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
