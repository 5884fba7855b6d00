import MySQLWire
import ReplicaKit

/// What ends a command before its end: the exit status, and one line for the person.
struct CLIFailure: Error, Equatable, CustomStringConvertible {
    var status: CLIStatus
    /// Which server, what is wrong, what to do. No newline, no secret; nil where everything was said already.
    var message: String?
    /// Lines that follow the message.
    var details: [String] = []
    /// A deadline passed, and the server may still be at work.
    var isTimeout = false

    init(_ status: CLIStatus, _ message: String?) {
        self.status = status
        self.message = message.map(TerminalText.escaped)
    }

    static func usage(_ message: String) -> CLIFailure { CLIFailure(.usage, message) }

    var description: String { message ?? "exit status \(status.rawValue)" }
}

extension CLIFailure {
    init(_ error: MySQLError, on server: Server) {
        self.init(error, onServerNamed: server.name, at: server.configuration)
    }

    init(_ error: MySQLError, onServerNamed name: String, at configuration: MySQLConfiguration) {
        let address = configuration.endpoint.description
        let place = name == address || name.hasSuffix("@" + address) ? name : "\(name) (\(address))"
        // That it was interrupted is said once, by the runner.
        let text = ErrorAdvice.sentence(for: error, configuration: configuration)
        self.init(CLIStatus(error), error.code == .cancelled ? nil : "\(place): \(text)")
        isTimeout = error.code == .timedOut
    }
}
