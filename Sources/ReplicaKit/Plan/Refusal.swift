/// Why an operation is not done. Nothing was changed.
public struct Refusal: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    public var reasons: [Reason]
    /// The transactions that would be lost, where that is the reason and they could be read.
    public var lost: LostReport?

    public init(_ reasons: [Reason]) {
        self.reasons = reasons
    }

    public init(_ code: Code, server: String? = nil, _ message: String, instead: String, lost: LostReport? = nil) {
        reasons = [Reason(code: code, server: server, message: message, instead: instead)]
        self.lost = lost
    }

    public var description: String { reasons.map(\.description).joined(separator: "\n") }

    /// One reason: what is so, and what to do instead.
    public struct Reason: Sendable, Hashable, Codable, CustomStringConvertible {
        public var code: Code
        /// The server it is about.
        public var server: String?
        public var message: String
        public var instead: String

        public init(code: Code, server: String? = nil, message: String, instead: String) {
            self.code = code
            self.server = server
            self.message = message
            self.instead = instead
        }

        public var description: String { "\(message)\n  instead: \(instead)" }
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
}

extension Refusal.Code {
    public static let unreachable = Self(rawValue: "unreachable")
    public static let unsupportedServer = Self(rawValue: "unsupported-server")
    public static let statusUnreadable = Self(rawValue: "status-unreadable")
    public static let severalChannels = Self(rawValue: "several-channels")
    public static let notAReplica = Self(rawValue: "not-a-replica")
    public static let swappedRoles = Self(rawValue: "swapped-roles")
    public static let sameServer = Self(rawValue: "same-server")
    public static let otherSource = Self(rawValue: "other-source")
    public static let sourceAlive = Self(rawValue: "source-alive")
    public static let sourceUnknown = Self(rawValue: "source-unknown")
    public static let partition = Self(rawValue: "partition")
    public static let applierError = Self(rawValue: "applier-error")
    public static let receiverError = Self(rawValue: "receiver-error")
    public static let notReplicating = Self(rawValue: "not-replicating")
    public static let tooFarBehind = Self(rawValue: "too-far-behind")
    public static let noBinaryLog = Self(rawValue: "no-binary-log")
    public static let automaticPosition = Self(rawValue: "automatic-position")
    public static let noCredentials = Self(rawValue: "no-credentials")
    public static let credentialsRejected = Self(rawValue: "credentials-rejected")
    public static let notWritable = Self(rawValue: "not-writable")
    public static let noAnchor = Self(rawValue: "no-anchor")
    public static let anchorUnusable = Self(rawValue: "anchor-unusable")
    public static let lostTransactions = Self(rawValue: "lost-transactions")
    public static let dataDiffers = Self(rawValue: "data-differs")
    public static let locked = Self(rawValue: "locked")
    public static let journal = Self(rawValue: "journal")
    public static let changedMeanwhile = Self(rawValue: "changed-meanwhile")
}
