package import MySQLWire
package import ReplicaKit

/// Why a server of the lab could not be had, started or stopped.
package enum LabError: Error, Sendable, Equatable {
    /// No mysqld was found; the text says where was looked.
    case noServerProgram(String)
    /// What was asked of a server does not fit its state, for instance starting one that runs.
    case wrongState(server: String, String)
    /// The server ended, or did not answer, before its deadline. `log` holds the last lines of its error log.
    case didNotStart(server: String, reason: String, log: String)
    case didNotStop(server: String, reason: String)
    /// A helper program (cp, mysqld --initialize) failed; `detail` holds the last lines that it wrote.
    case programFailed(String, detail: String)
    /// A file or folder could not be made or read.
    case file(path: String, reason: String)
    case noFreePort(String)
    /// The command of a person (`--stop-command`, `--start-command`) failed or took too long.
    case commandFailed(command: String, reason: String)
    case server(name: String, MySQLError)
    /// Servers that exist already are not fit for a drill. Nothing was changed.
    case refused(Refusal)
    /// The caller's task was cancelled.
    case cancelled
}

extension LabError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noServerProgram(let looked):
            "no MySQL server found (\(looked)): run scripts/drill or scripts/test, which fetch one, "
                + "or set REPLICA_MYSQLD to a mysqld"
        case .wrongState(let server, let text): "\(server): \(text)"
        case .didNotStart(let server, let reason, let log):
            "\(server) did not start: \(reason)" + (log.isEmpty ? "" : "; the end of its error log:\n\(log)")
        case .didNotStop(let server, let reason): "\(server) did not stop: \(reason)"
        case .programFailed(let program, let detail): "\(program) failed" + (detail.isEmpty ? "" : ": \(detail)")
        case .file(let path, let reason): "\(path): \(reason)"
        case .noFreePort(let text): "no free port on the loopback interface: \(text)"
        case .commandFailed(let command, let reason): "the command '\(command)' failed: \(reason)"
        case .server(let name, let error): "\(name): \(error)"
        case .refused(let refusal): "\(refusal)"
        case .cancelled: "cancelled"
        }
    }
}
