/// How long a snapshot may wait, and for what.
public struct SnapshotOptions: Sendable {
    /// How many times the read lock is asked for.
    public var attempts: Int
    /// How long one attempt waits for running statements to end, in whole seconds. Writers wait as long.
    public var lockWaitSeconds: Int
    /// The pause before the next attempt, in which writers go on.
    public var pauseBetweenAttempts: Duration
    /// How long the source's lock may be held until its replica has applied the source's last transaction.
    public var maximumLockHold: Duration
    /// How long the replica is given, before any lock is taken, to come near to its source.
    public var catchUpTimeout: Duration
    /// The deadline of one statement that reads data, all its rows included.
    public var statementTimeout: Duration

    public init(
        attempts: Int = 5,
        lockWaitSeconds: Int = 1,
        pauseBetweenAttempts: Duration = .milliseconds(200),
        maximumLockHold: Duration = .seconds(1),
        catchUpTimeout: Duration = .seconds(60),
        statementTimeout: Duration = .seconds(3600)
    ) {
        self.attempts = attempts
        self.lockWaitSeconds = lockWaitSeconds
        self.pauseBetweenAttempts = pauseBetweenAttempts
        self.maximumLockHold = maximumLockHold
        self.catchUpTimeout = catchUpTimeout
        self.statementTimeout = statementTimeout
    }
}
