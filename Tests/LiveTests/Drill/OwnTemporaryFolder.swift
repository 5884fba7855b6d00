import Foundation
import Testing

/// A temporary folder for one run of the program alone: what that run leaves behind, folders and processes, can be told
/// from what others have.
struct OwnTemporaryFolder {
    let path: String

    /// Short: a server's socket has to fit in.
    init() throws {
        var template = Array("/tmp/rk.XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    var environment: [String: String] { ["TMPDIR": path] }

    /// The folders of labs.
    var labs: [String] { entries.filter { $0.hasPrefix("replica-lab.") }.map { "\(path)/\($0)" } }

    private var entries: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

    /// Servers and their supervisors: whatever was started with a file of this folder.
    var processes: [Int32] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { process in
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return false }
            return String(decoding: line, as: UTF8.self).contains(path + "/")
        }
    }

    /// Waits until a file is there, by a path below the lab's folder.
    func wait(for file: String) async throws {
        for _ in 0..<6000 where !exists(file) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(exists(file), "\(file)")
    }

    private func exists(_ file: String) -> Bool {
        labs.contains { FileManager.default.fileExists(atPath: "\($0)/\(file)") }
    }

    /// No process and no folder of a lab is left, at once or (where a supervisor has to do it) a moment later.
    func expectNothingLeft(
        _ place: String,
        within patience: Duration = .seconds(10),
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let deadline = ContinuousClock.now + patience
        while !(labs.isEmpty && processes.isEmpty), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(labs == [] && processes == [], "\(place)", sourceLocation: location)
        for process in processes { kill(process, SIGKILL) }
        try FileManager.default.removeItem(atPath: path)
    }
}
