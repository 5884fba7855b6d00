/// Everything a promotion is decided by.
public struct PromoteSituation: Sendable {
    public var candidate: ObservedServer
    /// The candidate's source, at the address that its status or its anchor names; nil where neither names one.
    public var source: ObservedServer?
    /// The anchors in the candidate's own table.
    public var anchors: AnchorHistory
    public var operation: String
    public var options: OperationOptions

    public init(
        candidate: ObservedServer,
        source: ObservedServer?,
        anchors: AnchorHistory,
        operation: String,
        options: OperationOptions = OperationOptions()
    ) {
        self.candidate = candidate
        self.source = source
        self.anchors = anchors
        self.operation = operation
        self.options = options
    }
}
