public import MySQLWire

/// Why data could not be read, compared, repaired or applied.
///
/// `description` shows no row content and no SQL; the server's own message is shown as it came.
public struct DataError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure this is. Open: later versions may add codes.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// A stable word for logs and JSON.
        public let name: String
        private init(_ name: String) { self.name = name }
        public var description: String { name }

        /// A statement failed, or the connection did; see ``DataError/underlying``.
        public static let statementFailed = Code("statementFailed")
        /// The read lock of the snapshot was not granted within the given attempts.
        public static let lockNotGranted = Code("lockNotGranted")
        /// The replica did not reach the source's position while the lock could be held.
        public static let replicaBehind = Code("replicaBehind")
        /// The replica's applier is not running, so it will never reach a position.
        public static let replicaNotApplying = Code("replicaNotApplying")
        /// The two servers do not replicate in the direction that was asked for.
        public static let notItsReplica = Code("notItsReplica")
        /// The server writes no binary log, so a snapshot has no coordinates.
        public static let noBinaryLog = Code("noBinaryLog")
        /// A definition changed after the snapshot was taken: take a new one.
        public static let definitionChanged = Code("definitionChanged")
        /// What a server answered cannot be understood.
        public static let unexpectedAnswer = Code("unexpectedAnswer")
        /// A statement touched another number of rows than it had to: it was rolled back, and the work stopped.
        public static let unexpectedRowCount = Code("unexpectedRowCount")
        /// What a repair would take away could not be written to its file: nothing was changed.
        public static let cannotBeSaved = Code("cannotBeSaved")
        /// There is no exact way to write this object or row.
        public static let cannotBeWritten = Code("cannotBeWritten")
        /// Lost changes contradict the rows of the new source.
        public static let conflict = Code("conflict")
        /// Lost transactions hold something that cannot be applied again.
        public static let cannotBeReapplied = Code("cannotBeReapplied")
    }

    public var code: Code
    /// The name of the server it happened on; nil where it concerns none, or two.
    public var server: String?
    /// One line for a person.
    public var message: String
    public var underlying: MySQLError?

    public init(_ code: Code, server: String? = nil, message: String, underlying: MySQLError? = nil) {
        self.code = code
        self.server = server
        self.message = message
        self.underlying = underlying
    }

    /// The server's error number, where the server answered with one.
    public var serverErrorNumber: UInt16? { underlying?.server?.number }

    public var description: String {
        let place = server.map { "\($0): " } ?? ""
        return underlying.map { "\(place)\(message): \($0)" } ?? "\(place)\(message)"
    }
}
