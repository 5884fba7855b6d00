/// One thing that was noticed about a server or a pair, with the statement that would mend it where one would.
public struct Finding: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Severity: String, Sendable, Hashable, Codable, Comparable {
        case information, warning, critical

        private var rank: Int {
            switch self {
            case .information: 0
            case .warning: 1
            case .critical: 2
            }
        }

        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    }

    /// A stable word for programs. Open: later versions may add codes.
    public struct Code: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public init(from decoder: any Decoder) throws {
            rawValue = try decoder.singleValueContainer().decode(String.self)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }
    }

    public var code: Code
    public var severity: Severity
    /// The server it is about.
    public var server: String
    public var message: String
    /// SQL for that server; nil where no single statement helps.
    public var remedy: String?

    public init(_ code: Code, _ severity: Severity, server: String, _ message: String, remedy: String? = nil) {
        self.code = code
        self.severity = severity
        self.server = server
        self.message = message
        self.remedy = remedy
    }

    public var description: String { "\(server): \(message)" }
}

extension Finding.Code {
    public static let sourceDead = Self(rawValue: "source-dead")
    public static let partition = Self(rawValue: "partition")
    public static let sourceUnreachable = Self(rawValue: "source-unreachable")
    public static let sourceRefusesUs = Self(rawValue: "source-refuses-us")
    public static let replicaUnreachable = Self(rawValue: "replica-unreachable")
    public static let receiverConnecting = Self(rawValue: "receiver-connecting")
    public static let receiverGaveUp = Self(rawValue: "receiver-gave-up")
    public static let receiverStopped = Self(rawValue: "receiver-stopped")
    public static let applierStopped = Self(rawValue: "applier-stopped")
    public static let applierError = Self(rawValue: "applier-error")
    public static let replicaWritable = Self(rawValue: "replica-writable")
    public static let replicaFenceNotPersisted = Self(rawValue: "replica-fence-not-persisted")
    public static let sourceReadOnly = Self(rawValue: "source-read-only")
    public static let swappedRoles = Self(rawValue: "swapped-roles")
    public static let notAReplica = Self(rawValue: "not-a-replica")
    public static let lostTransactions = Self(rawValue: "lost-transactions")
    public static let otherSource = Self(rawValue: "other-source")
    public static let sameServerUUID = Self(rawValue: "same-server-uuid")
    public static let sameServerID = Self(rawValue: "same-server-id")
    public static let binaryLogOff = Self(rawValue: "binary-log-off")
    public static let lagging = Self(rawValue: "lagging")
    public static let lagUnknown = Self(rawValue: "lag-unknown")
    public static let delayed = Self(rawValue: "delayed")
    public static let retriesFew = Self(rawValue: "retries-few")
    public static let unreadable = Self(rawValue: "unreadable")
}
