import Foundation
import ReplicaLab
import Synchronization
import Testing

/// Whether tests on real servers run, and what ends their servers.
enum LiveServers {
    /// `REPLICA_LIVE=required`, as scripts/test sets it: a missing server is then a failure, not a skip.
    static let isRequired = ProcessInfo.processInfo.environment["REPLICA_LIVE"] == "required"
    static let isAvailable = isRequired || ServerProgram.locate() != nil
    static let whyNot: Comment = "no MySQL server: set REPLICA_MYSQLD or run scripts/test"

    private static let labs = Mutex<[Lab]>([])

    /// Opens a lab that is stopped when the test process ends, however it ends.
    static func openLab() async throws -> Lab {
        _ = stopAtExit
        let lab = try await Lab.open()
        labs.withLock { $0.append(lab) }
        return lab
    }

    // Tests have no "after all": the servers that suites share end with the process. Where it does not come to its
    // exit handlers, the labs' supervisors do the same.
    private static let stopAtExit: Void = {
        atexit { LiveServers.stopAll() }
    }()

    private static func stopAll() {
        for lab in labs.withLock({ $0 }) { lab.stopAllNow() }
    }
}

extension Trait where Self == ConditionTrait {
    /// For each suite that needs a real server.
    static var needsServer: Self { .enabled(if: LiveServers.isAvailable, LiveServers.whyNot) }
}
