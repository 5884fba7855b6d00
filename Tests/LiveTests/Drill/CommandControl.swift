import Foundation
import ReplicaLab
import Synchronization

/// Lets a server of the lab be stopped and started by shell commands, as `docker kill` and `docker start` do it.
///
/// The start command asks this process by a file: a server started by the shell itself would outlive a killed test.
final class CommandControl: Sendable {
    let stopCommand: String
    let startCommand: String
    private let watcher: Task<Void, Never>

    init(of server: LabServer) throws {
        let request = "\(server.directory)/please-start"
        stopCommand = "kill -KILL $(cat '\(server.directory)/mysqld.pid')"
        startCommand = "touch '\(request)'"
        watcher = Task {
            while !Task.isCancelled {
                if unlink(request) == 0 { try? await server.start() }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    func end() { watcher.cancel() }
}
