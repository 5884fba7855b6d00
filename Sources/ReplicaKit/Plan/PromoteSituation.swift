/// Everything a promotion is decided by.
public struct PromoteSituation: Sendable {
    public var candidate: ObservedServer
    /// The candidate's source, at the address that its status or its anchor names; nil where neither names one.
    public var source: ObservedServer?
    /// The anchors in the candidate's own table.
    public var anchors: AnchorHistory
    /// What the candidate's own log holds since ``earlier``; nil where there is none.
    public var sinceEarlier: OriginScan?
    public var operation: String
    public var options: OperationOptions

    public init(
        candidate: ObservedServer,
        source: ObservedServer?,
        anchors: AnchorHistory,
        sinceEarlier: OriginScan? = nil,
        operation: String,
        options: OperationOptions = OperationOptions()
    ) {
        self.candidate = candidate
        self.source = source
        self.anchors = anchors
        self.sinceEarlier = sinceEarlier
        self.operation = operation
        self.options = options
    }

    /// Where an earlier operation, finished or not, recorded that the candidate parts from the source that it follows
    /// now; nil where that place has served, or was undone.
    public var earlier: Anchor? {
        guard let seen = candidate.observation, let channel = seen.replica, let uuid = seen.serverUUID else {
            return nil
        }
        guard let old = channel.sourceUUID else { return anchors.unfinished(newUUID: uuid) }
        return anchors.unused(oldUUID: old, newUUID: uuid)
    }

    /// Whether clients may have written to the candidate since then. Where that is not known it is the safe side: what
    /// they wrote must not be skipped when the old source comes back.
    public var wasOpenedSinceEarlier: Bool {
        guard earlier != nil else { return false }
        if case .read(let origins) = sinceEarlier { return origins.beginsWithOwn }
        return true
    }
}
