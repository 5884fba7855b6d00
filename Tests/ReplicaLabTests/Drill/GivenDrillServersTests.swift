import Foundation
import MySQLWire
import ReplicaKit
import Testing

@testable import ReplicaLab

@Suite("A given source that the drill stopped")
struct GivenDrillServersTests {
    /// Reachable as long as a file is there.
    private struct FileConnector: ServerConnector {
        var file: String

        func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
            guard FileManager.default.fileExists(atPath: file) else {
                throw MySQLError(.unreachable, phase: .connecting, message: "no file")
            }
            return RefusingConnector(number: 1)
        }
    }

    private func servers(_ file: String, start: String, patience: Duration = .seconds(20)) -> GivenDrillServers {
        GivenDrillServers(
            source: UnusableServers().source,
            replica: UnusableServers().replica,
            credentials: nil,
            stopCommand: "rm '\(file)'",
            startCommand: start,
            connector: FileConnector(file: file),
            patience: patience
        )
    }

    @Test("is started again at the end, also after a cancellation; one that was not stopped is left alone")
    func bringsBack() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        let servers = servers(file, start: "touch '\(file)'")
        #expect(await servers.bringBack() == nil)
        _ = try await servers.stopSource()
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await servers.bringBack()
        }
        #expect(await cancelled.value?.contains("is started again: touch") == true)
        #expect(FileManager.default.fileExists(atPath: file))
        #expect(await servers.bringBack() == nil)
    }

    @Test("and that cannot be started is said to be down, with the command")
    func staysDown() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        let servers = servers(file, start: "echo broken; false")
        _ = try await servers.stopSource()
        let text = try #require(await servers.bringBack())
        #expect(text.contains("IS DOWN") && text.contains("start it with 'echo broken; false'"), "\(text)")
    }
}
