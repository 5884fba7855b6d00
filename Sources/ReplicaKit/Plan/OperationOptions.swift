/// The limits within which an operation works. Every wait has one.
public struct OperationOptions: Sendable, Hashable {
    /// How long a drain or catch-up may take, in seconds.
    public var applySeconds: Double
    /// How long the fence may wait for locks of other sessions, in seconds; MySQL counts whole seconds.
    public var lockWaitSeconds: Int
    /// How long an ordinary statement may take, in seconds.
    public var statementSeconds: Double
    /// A switchover is refused where the replica is further behind, in seconds.
    public var maximumLagSeconds: UInt64
    /// Between two looks at something that must have stood still, or must still be dead.
    public var confirmationGap: Duration
    /// How long a receiver may still say Yes after its source fell silent before that counts as a partition.
    public var partitionPatience: Duration
    /// How long a receiver that is asked anew may take to find out whether it reaches its source, in seconds: where nothing
    /// answers at all, its attempt to connect alone takes `replica_net_timeout`, 60 s.
    public var receiverSeconds: Double
    /// How long a new replica may take until it runs without lag, in seconds.
    public var healthySeconds: Double
    /// The deadline of comparing or repairing all data, in seconds.
    public var dataSeconds: Double

    public init(
        applySeconds: Double = 60,
        lockWaitSeconds: Int = 2,
        statementSeconds: Double = 10,
        maximumLagSeconds: UInt64 = 10,
        confirmationGap: Duration = .milliseconds(200),
        partitionPatience: Duration = .seconds(3),
        receiverSeconds: Double = 90,
        healthySeconds: Double = 60,
        dataSeconds: Double = 3600
    ) {
        self.applySeconds = applySeconds
        self.lockWaitSeconds = lockWaitSeconds
        self.statementSeconds = statementSeconds
        self.maximumLagSeconds = maximumLagSeconds
        self.confirmationGap = confirmationGap
        self.partitionPatience = partitionPatience
        self.receiverSeconds = receiverSeconds
        self.healthySeconds = healthySeconds
        self.dataSeconds = dataSeconds
    }

    /// How long a session of an operation may be idle, as `wait_timeout`: longer than its longest steps together, so that
    /// neither the session nor its lock is lost meanwhile. At least MySQL's own default of 8 hours.
    var idleSeconds: Int { max(28_800, Int(min(dataSeconds * 4, 31_536_000))) }
}
