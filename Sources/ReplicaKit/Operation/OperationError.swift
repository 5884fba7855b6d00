public import MySQLWire

/// Why a step failed.
public struct OperationError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable, Equatable, Codable {
        /// A server refused or failed a statement, or its connection broke.
        case server
        /// The step's deadline passed.
        case timedOut
        /// What was read again did not allow the step.
        case precondition
        /// The journal could not be written.
        case journal
        /// The caller cancelled.
        case cancelled
        /// The data of the two servers differ.
        case dataDiffers
    }

    public var kind: Kind
    /// The name of the server it is about.
    public var server: String?
    public var message: String
    public var underlying: MySQLError?

    public init(_ kind: Kind, server: String? = nil, _ message: String, underlying: MySQLError? = nil) {
        self.kind = kind
        self.server = server
        self.message = message
        self.underlying = underlying
    }

    public var description: String {
        let place = server.map { "\($0): " } ?? ""
        return underlying.map { "\(place)\(message): \($0)" } ?? "\(place)\(message)"
    }
}

extension OperationError {
    /// What became of a step, whichever way it failed.
    init(failureOf error: any Error) {
        switch error {
        case let error as OperationError: self = error
        case let refusal as Refusal:
            let reason = refusal.reasons.first
            self.init(.precondition, server: reason?.server, "\(reason?.message ?? "\(refusal)")")
        default: self.init(.server, "\(error)")
        }
    }
}

/// A test's order to stop at once, as a killed program does: no undo, no further word to any server.
struct OperationCrash: Error {}
