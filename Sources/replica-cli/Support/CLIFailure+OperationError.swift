import MySQLWire
import ReplicaKit

extension CLIFailure {
    /// Of a command that changes nothing: what an operation does about an error is told by its outcome.
    init(_ error: OperationError) {
        let isBeforeLogin = error.underlying?.isBeforeLogin == true
        self.init(isBeforeLogin ? error.underlying.map { CLIStatus($0) } ?? .failed : .failed, "\(error)")
        isTimeout = error.underlying?.code == .timedOut
    }
}
