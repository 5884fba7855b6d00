/// One step of a plan: all that a person needs to judge it before it runs.
public struct PlanStep: Sendable, Hashable, Codable {
    /// What a step does, for programs. Open: later versions may add codes.
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

    /// Counted from 1.
    public var number: Int
    public var code: Code
    public var title: String
    public var why: String
    /// The name of the server that is spoken to.
    public var server: String
    /// The SQL in the order it is sent; secrets redacted, and what is not known yet shown as `<…>`.
    public var statements: [String]
    /// What takes it back; empty where it changes nothing or cannot be taken back.
    public var undo: [String]
    public var deadlineSeconds: Double
    /// What is read again, and must hold, right before it acts.
    public var precondition: String?

    public init(
        number: Int = 0,
        code: Code,
        title: String,
        why: String,
        server: String,
        statements: [String] = [],
        undo: [String] = [],
        deadlineSeconds: Double,
        precondition: String? = nil
    ) {
        self.number = number
        self.code = code
        self.title = title
        self.why = why
        self.server = server
        self.statements = statements
        self.undo = undo
        self.deadlineSeconds = deadlineSeconds
        self.precondition = precondition
    }
}

extension PlanStep.Code {
    public static let askReceiver = Self(rawValue: "ask-receiver")
    public static let confirmDeath = Self(rawValue: "confirm-death")
    public static let stopReceiver = Self(rawValue: "stop-receiver")
    public static let drain = Self(rawValue: "drain")
    public static let stopReplica = Self(rawValue: "stop-replica")
    public static let recordAnchor = Self(rawValue: "record-anchor")
    public static let forgetSource = Self(rawValue: "forget-source")
    public static let open = Self(rawValue: "open")
    public static let fenceAfterRestart = Self(rawValue: "fence-after-restart")
    public static let verifyWrite = Self(rawValue: "verify-write")
    public static let catchUp = Self(rawValue: "catch-up")
    public static let fence = Self(rawValue: "fence")
    public static let waitApplied = Self(rawValue: "wait-applied")
    public static let follow = Self(rawValue: "follow")
    public static let startReplica = Self(rawValue: "start-replica")
    public static let persistFence = Self(rawValue: "persist-fence")
    public static let examine = Self(rawValue: "examine")
    public static let keepLost = Self(rawValue: "keep-lost")
    public static let repair = Self(rawValue: "repair")
    public static let waitHealthy = Self(rawValue: "wait-healthy")
    public static let compareData = Self(rawValue: "compare-data")
    public static let verifyData = Self(rawValue: "verify-data")
    public static let markUsed = Self(rawValue: "mark-used")
}
