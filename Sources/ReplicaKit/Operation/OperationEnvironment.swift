/// What an operation needs of the world around it.
public struct OperationEnvironment: Sendable {
    public var connector: any ServerConnector
    /// Nil keeps no local journal: the anchors are on the servers only, and what a rejoin discards is told, but saved
    /// nowhere. A rejoin that cannot tell it beforehand is refused then.
    public var journal: Journal?
    public var options: OperationOptions
    public var reconciler: any DataReconciler
    public var onEvent: @Sendable (OperationEvent) -> Void

    /// Asked between any two things that are done; true stops the operation there as a killed program would.
    package var crashesAt: (@Sendable (String) -> Bool)?
    /// Waits; tests let no time pass.
    package var pause: @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }

    public init(
        connector: any ServerConnector,
        journal: Journal?,
        options: OperationOptions = OperationOptions(),
        reconciler: (any DataReconciler)? = nil,
        onEvent: @escaping @Sendable (OperationEvent) -> Void = { _ in }
    ) {
        self.connector = connector
        self.journal = journal
        self.options = options
        self.reconciler = reconciler ?? SnapshotReconciler(connector: connector)
        self.onEvent = onEvent
    }
}
