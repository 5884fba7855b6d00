/// The one error of this library: what failed, in which phase, and what is known of the command's fate.
///
/// `description` adds neither SQL text nor secrets; the server's own message is shown as the server sent it, and after
/// a syntax error that quotes the statement.
public struct MySQLError: Error, Sendable, Equatable {
    /// What kind of failure this is. Open: later versions may add codes.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// A stable word for logs and JSON.
        public let name: String
        private init(_ name: String) { self.name = name }
        public var description: String { name }

        /// The server answered with an ERR packet; see ``MySQLError/server``.
        public static let server = Code("server")
        /// The name could not be resolved, or no connection could be made to any of its addresses.
        public static let unreachable = Code("unreachable")
        /// A deadline passed; see ``MySQLError/phase`` for what was being done.
        public static let timedOut = Code("timedOut")
        /// TLS was asked for and the server does not offer it.
        public static let tlsUnavailable = Code("tlsUnavailable")
        /// Compression was asked for and the server does not offer it.
        public static let compressionUnavailable = Code("compressionUnavailable")
        /// The TLS handshake failed, the certificate was not accepted, or a record was damaged.
        public static let tlsFailed = Code("tlsFailed")
        /// The login cannot go on without weakening it: unknown plugin, no safe way to send the password.
        public static let authenticationRefused = Code("authenticationRefused")
        /// The peer sent bytes that the protocol does not allow here.
        public static let protocolViolation = Code("protocolViolation")
        /// What the peer sent is larger than the configured limit.
        public static let limitExceeded = Code("limitExceeded")
        /// The peer closed the connection.
        public static let connectionClosed = Code("connectionClosed")
        /// The caller's task was cancelled.
        public static let cancelled = Code("cancelled")
        /// The rows of an earlier result are still unread on this connection.
        public static let busy = Code("busy")
        /// No connection of a ``MySQLClient`` came free in time, or too many tasks wait for one.
        public static let poolExhausted = Code("poolExhausted")
        /// The server asked for a file of this machine (LOCAL INFILE) for which the command has no contents. It got
        /// nothing, and the connection stays usable.
        public static let localInfileRefused = Code("localInfileRefused")
        /// The caller's source of a LOCAL INFILE failed in the middle. The server has taken what came before for the
        /// whole file; the connection stays usable.
        public static let localInfileFailed = Code("localInfileFailed")
        /// The command, or one value of it, is larger than the server's `max_allowed_packet`. It was not executed, and
        /// the connection stays usable.
        public static let packetTooLarge = Code("packetTooLarge")
        /// The caller's source of a ``MySQLLongData`` failed. The statement was not executed, and the connection stays
        /// usable.
        public static let longDataFailed = Code("longDataFailed")
        /// An option or value of the caller cannot be used.
        public static let invalidArgument = Code("invalidArgument")
        /// A value cannot be converted to the type that was asked for.
        public static let conversionFailed = Code("conversionFailed")
    }

    /// Where in the life of a connection it happened.
    public enum Phase: String, Sendable, Equatable {
        /// Before anything was opened: an option that cannot be used, or the password provider.
        case configuration
        /// Looking up the host's name.
        case resolving
        /// TCP, or the unix socket.
        case connecting
        /// Waiting for the server's first packet.
        case greeting
        /// The TLS handshake.
        case tls
        /// The login.
        case authentication
        /// A command, up to the first row of its answer.
        case command
        /// Rows, or what else streams.
        case rows
        /// Nothing was under way.
        case idle
        /// Waiting for a connection of a ``MySQLClient``.
        case pool
    }

    /// What is known about the command that was under way.
    public enum Fate: String, Sendable, Equatable {
        /// No byte of it was sent: running it again is safe.
        case notSent
        /// It may or may not have been executed.
        case maybeExecuted
        /// The server answered with an error. A single statement had no effect then; a procedure keeps what it did
        /// before its error, unless a transaction around it is rolled back.
        case rejected
    }

    /// An ERR packet of the server.
    public struct Server: Sendable, Equatable {
        /// The error number, for instance 1045.
        public var number: UInt16
        /// The SQLSTATE, where the packet holds one; an ERR before the greeting does not.
        public var sqlState: String?
        /// The server's text. Never to be matched on: it changes between versions.
        public var message: String
        /// The text as it came, where it is not UTF-8: the session chose another character set.
        package var rawMessage: [UInt8]?
        /// False when it came before TLS although TLS was required: anybody on the path can have written it.
        public var isVerified: Bool

        /// An error of a caller's own, for tests and simulations.
        public init(number: UInt16, sqlState: String?, message: String, isVerified: Bool = true) {
            self.number = number
            self.sqlState = sqlState
            self.message = message
            self.isVerified = isVerified
        }

        init(_ packet: ERRPacket) {
            self.init(number: packet.number, sqlState: packet.sqlState, message: packet.message)
            rawMessage = packet.rawMessage
        }
    }

    /// What kind of failure it is.
    public var code: Code
    /// Where in the connection's life it happened.
    public var phase: Phase
    /// What is known of the command.
    public var fate: Fate
    /// One line for a person.
    public var message: String
    /// What the server answered, where it did.
    public var server: Server?

    /// An error of a caller's own, for instance of a type that decodes itself.
    public init(_ code: Code, phase: Phase, fate: Fate = .notSent, message: String, server: Server? = nil) {
        self.code = code
        self.phase = phase
        self.fate = fate
        self.message = message
        self.server = server
    }
}

extension MySQLError {
    /// The same without the server's text, which may quote the statement: for one that holds a secret.
    package var withoutServerText: MySQLError {
        var error = self
        guard error.server != nil else { return error }
        error.message = "(the text is withheld, since the statement holds a secret)"
        error.server?.message = error.message
        return error
    }
}

extension MySQLError: CustomStringConvertible {
    public var description: String {
        guard let server else { return message }
        let state = server.sqlState.map { " (\($0))" } ?? ""
        let doubt = server.isVerified ? "" : " [sent before TLS, so not verified]"
        return "ERROR \(server.number)\(state): \(server.message)\(doubt)"
    }
}
