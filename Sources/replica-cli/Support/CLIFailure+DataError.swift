import MySQLWire
import ReplicaKit

extension CLIFailure {
    init(_ error: DataError, servers: [Server]) {
        if let underlying = error.underlying, underlying.isBeforeLogin || underlying.code == .cancelled,
            let server = servers.first(where: { $0.name == error.server })
        {
            self.init(underlying, on: server)
            return
        }
        let instead =
            error.code == .notItsReplica
            ? "; instead: name the source that it follows, or add --apart to compare the two as they stand" : ""
        self.init(Self.status(error.code), "\(error)\(instead)")
        isTimeout = error.underlying?.code == .timedOut
    }

    private static func status(_ code: DataError.Code) -> CLIStatus {
        switch code {
        // Nothing is compared, and nothing was changed.
        case .notItsReplica, .noBinaryLog: .refused
        case .replicaBehind, .replicaNotApplying: .unhealthy
        default: .failed
        }
    }
}
