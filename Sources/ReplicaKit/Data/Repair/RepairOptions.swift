/// How a repair is done.
public struct RepairOptions: Sendable {
    /// How long one statement may get, in bytes. A single row may be longer, up to the server's max_allowed_packet.
    public var batchBytes: Int
    /// How many rows one statement holds at most.
    public var batchRows: Int
    /// A table without a key is refilled as a whole when more than so many different rows have to go: each of them
    /// costs a search through the table.
    public var keylessDeletes: Int
    /// Lifts `super_read_only` for the time of the repair where it is on; `read_only` stays on, and keeps everybody
    /// out who lacks CONNECTION_ADMIN. Without it, such a server cannot be repaired.
    public var liftsSuperReadOnly: Bool
    /// How long a statement waits for a lock on the target, in seconds.
    public var lockWaitSeconds: Int
    public var statementTimeout: Duration
    /// Where everything that the repair takes away from its target is written before the first change, as a script of
    /// SQL; where a file is already, a number is added to the name. Nil writes nothing.
    public var savePath: String?
    public var events: RepairEventHandler?

    public init(
        batchBytes: Int = 1 << 20,
        batchRows: Int = 1000,
        keylessDeletes: Int = 100,
        liftsSuperReadOnly: Bool = true,
        lockWaitSeconds: Int = 10,
        statementTimeout: Duration = .seconds(3600),
        savePath: String? = nil,
        events: RepairEventHandler? = nil
    ) {
        self.batchBytes = batchBytes
        self.batchRows = batchRows
        self.keylessDeletes = keylessDeletes
        self.liftsSuperReadOnly = liftsSuperReadOnly
        self.lockWaitSeconds = lockWaitSeconds
        self.statementTimeout = statementTimeout
        self.savePath = savePath
        self.events = events
    }
}
