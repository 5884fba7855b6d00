/// Where two servers parted: the place in the old source's binary log up to which the new one has everything, and the
/// place in the new one's own log from which it goes alone.
///
/// Written before the new source takes writes. A fail-back starts here and nowhere else: the *current* position of the
/// new source has nothing to do with what the old one holds.
public struct Anchor: Sendable, Hashable, Codable {
    /// How far the operation got that wrote it. Open: later versions may add states.
    public struct State: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A promotion is under way; the new source does not take writes yet, or it is not known whether it does.
        public static let promoting = State(rawValue: "promoting")
        public static let promoted = State(rawValue: "promoted")
        /// A switchover is under way.
        public static let switching = State(rawValue: "switching")
        public static let switched = State(rawValue: "switched")
        /// The operation was undone: the anchor counts for nothing.
        public static let aborted = State(rawValue: "aborted")
        /// The lost rows of the old source were applied to the new one.
        public static let kept = State(rawValue: "kept")
        /// The old source follows again: the anchor has served.
        public static let used = State(rawValue: "used")

        public var isUnfinished: Bool { self == .promoting || self == .switching }

        public init(from decoder: any Decoder) throws {
            rawValue = try decoder.singleValueContainer().decode(String.self)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }
    }

    /// The operation that wrote it.
    public var operation: String
    public var state: State
    /// One more than the largest on the new source before it: orders the anchors of one server without its clock.
    public var epoch: UInt64
    public var oldUUID: String
    /// How the replica addressed the old source.
    public var oldAddress: HostAndPort
    /// Read and executed by the new source, in the old one's log.
    public var oldCoordinates: BinaryLogCoordinates
    public var newUUID: String
    /// The end of the new source's own log, before anybody could write to it.
    public var newCoordinates: BinaryLogCoordinates
    public var oldGTIDSet: String?
    public var newGTIDSet: String?
    /// UTC, by the new source's clock; nil until it was written.
    public var recordedAt: String?

    public init(
        operation: String,
        state: State,
        epoch: UInt64,
        oldUUID: String,
        oldAddress: HostAndPort,
        oldCoordinates: BinaryLogCoordinates,
        newUUID: String,
        newCoordinates: BinaryLogCoordinates,
        oldGTIDSet: String? = nil,
        newGTIDSet: String? = nil,
        recordedAt: String? = nil
    ) {
        self.operation = operation
        self.state = state
        self.epoch = epoch
        self.oldUUID = oldUUID
        self.oldAddress = oldAddress
        self.oldCoordinates = oldCoordinates
        self.newUUID = newUUID
        self.newCoordinates = newCoordinates
        self.oldGTIDSet = oldGTIDSet
        self.newGTIDSet = newGTIDSet
        self.recordedAt = recordedAt
    }

    /// The same anchor in another state.
    public func with(_ state: State) -> Anchor {
        var copy = self
        copy.state = state
        copy.recordedAt = nil
        return copy
    }
}
