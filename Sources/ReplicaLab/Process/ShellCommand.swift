internal import FoundationEssentials
internal import Glibc

/// A command line of a person, run by /bin/sh with a deadline.
struct ShellCommand: Sendable {
    var text: String
    var timeout: Duration

    /// Runs it to its end. What it leaves running in the background stays.
    ///
    /// - Throws: ``LabError/commandFailed(command:reason:)`` with the end of what it printed.
    func run() async throws(LabError) {
        let folder = FileManager.default.temporaryDirectory.path
        let console = "\(folder)/replica-command.\(UUID().uuidString)"
        defer { unlink(console) }
        let process = try await SupervisedProcess.start(["/bin/sh", "-c", text], console: console)
        let deadline = ContinuousClock.now + timeout
        while process.ended == nil {
            guard ContinuousClock.now < deadline else {
                process.killGroup()
                throw .commandFailed(command: text, reason: "it still runs after \(timeout), and was killed")
            }
            do { try await Task.sleep(for: .milliseconds(10)) } catch {
                process.killGroup()
                throw .cancelled
            }
        }
        guard let ended = process.ended, ended != SupervisedProcess.success else { return }
        let printed = FileManager.default.contents(atPath: console).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let last = printed.split(separator: "\n").suffix(4).joined(separator: "; ")
        throw .commandFailed(command: text, reason: "it \(ended)" + (last.isEmpty ? "" : ": \(last)"))
    }
}
