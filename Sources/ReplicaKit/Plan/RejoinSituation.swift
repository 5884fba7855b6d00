/// Everything a rejoin is decided by.
public struct RejoinSituation: Sendable {
    public var old: ObservedServer
    public var new: ObservedServer
    /// The anchors in the new source's own table, then those of the local journal.
    public var anchors: AnchorHistory
    public var credentials: CredentialsCheck
    public var policy: LostPolicy
    /// Repair everything by a full comparison, without knowing where the two parted.
    public var withoutAnchor: Bool
    /// What lies beyond the anchor; nil where there was no anchor to begin at.
    public var tail: TailScan?
    /// Whose transactions the new source's own log holds beyond the anchor; nil where there was none.
    public var sinceAnchor: OriginScan?
    /// The files that the new source still has; nil where it did not tell.
    public var newBinaryLogs: [String]?
    public var operation: String
    public var options: OperationOptions

    public init(
        old: ObservedServer,
        new: ObservedServer,
        anchors: AnchorHistory,
        credentials: CredentialsCheck,
        policy: LostPolicy = .refuse,
        withoutAnchor: Bool = false,
        tail: TailScan? = nil,
        sinceAnchor: OriginScan? = nil,
        newBinaryLogs: [String]? = nil,
        operation: String,
        options: OperationOptions = OperationOptions()
    ) {
        self.old = old
        self.new = new
        self.anchors = anchors
        self.credentials = credentials
        self.policy = policy
        self.withoutAnchor = withoutAnchor
        self.tail = tail
        self.sinceAnchor = sinceAnchor
        self.newBinaryLogs = newBinaryLogs
        self.operation = operation
        self.options = options
    }

    /// Where the two parted the last time, if that place has not served yet.
    public var anchor: Anchor? {
        guard let old = old.observation?.serverUUID, let new = new.observation?.serverUUID else { return nil }
        return anchors.unused(oldUUID: old, newUUID: new)
    }
}
