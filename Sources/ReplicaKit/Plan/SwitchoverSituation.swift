/// Everything a planned switchover is decided by.
public struct SwitchoverSituation: Sendable {
    /// The server that shall become the source.
    public var candidate: ObservedServer
    /// The present source; nil where nobody could say which server that is.
    public var source: ObservedServer?
    /// The anchors in the candidate's own table.
    public var anchors: AnchorHistory
    public var credentials: CredentialsCheck
    /// Whether the local journal holds an unfinished switchover to this candidate.
    public var wasInterrupted: Bool
    /// Where an earlier run recorded a parting: whose transactions the candidate's own log holds beyond it; and what the
    /// source's holds.
    public var sinceAnchor: OriginScan?
    public var sourceTail: TailScan?
    /// What the candidate's own log holds of itself after the last transaction that it replicated, where
    /// ``mayHaveOwnWrites`` wants to know it.
    public var ownTail: TailScan?
    public var operation: String
    public var options: OperationOptions

    public init(
        candidate: ObservedServer,
        source: ObservedServer?,
        anchors: AnchorHistory,
        credentials: CredentialsCheck,
        wasInterrupted: Bool = false,
        sinceAnchor: OriginScan? = nil,
        sourceTail: TailScan? = nil,
        ownTail: TailScan? = nil,
        operation: String,
        options: OperationOptions = OperationOptions()
    ) {
        self.candidate = candidate
        self.source = source
        self.anchors = anchors
        self.credentials = credentials
        self.wasInterrupted = wasInterrupted
        self.sinceAnchor = sinceAnchor
        self.sourceTail = sourceTail
        self.ownTail = ownTail
        self.operation = operation
        self.options = options
    }

    /// A run that ended while its anchor was written leaves a fenced source behind, and a replica to which privileged
    /// sessions could write meanwhile; where no anchor tells of it, only the replica's log does.
    var mayHaveOwnWrites: Bool {
        candidate.observation?.replica != nil && source?.observation?.isFenced == true
    }

    /// Where an earlier run recorded a parting that did not come to its end.
    var unusedAnchor: Anchor? {
        guard let old = source?.observation?.serverUUID, let new = candidate.observation?.serverUUID else { return nil }
        return anchors.unused(oldUUID: old, newUUID: new)
    }

    /// Whether an earlier run to this candidate was begun, and neither finished nor undone.
    var isContinuation: Bool {
        wasInterrupted || anchors.unfinished(newUUID: candidate.observation?.serverUUID ?? "") != nil
    }
}
