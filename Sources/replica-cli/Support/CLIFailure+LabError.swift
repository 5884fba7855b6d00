import MySQLWire
import ReplicaLab

extension CLIFailure {
    /// Some of these hold the last lines of a log: they follow the message, a line each.
    init(_ error: LabError) {
        if case .refused(let refusal) = error {
            self.init(refusal)
            return
        }
        let lines = "\(error)".split(whereSeparator: \.isNewline).map(String.init)
        self.init(Self.status(error), lines.first ?? "the servers could not be had")
        details = Array(lines.dropFirst())
    }

    private static func status(_ error: LabError) -> CLIStatus {
        switch error {
        case .cancelled: .interrupted
        case .server(_, let error): CLIStatus(error)
        default: .failed
        }
    }
}
