internal import CoreMetrics
internal import NIOCore

/// The metrics of one pool. There is none where nobody listens.
final class PoolObserver: Sendable {
    private let idle: Meter
    private let used: Meter
    private let pending: Meter
    private let timeouts: Counter
    private let createTime: Timer
    private let waitTime: Timer
    private let useTime: Timer

    init?(_ configuration: MySQLConfiguration, pool: PoolConfiguration) {
        guard let factory = configuration.observability.listeningMetrics else { return nil }
        let name = [("db.client.connection.pool.name", pool.name ?? Self.name(configuration))]
        func meter(_ label: String, _ more: [(String, String)] = []) -> Meter {
            Meter(label: "db.client.connection." + label, dimensions: name + more, factory: factory)
        }
        func timer(_ label: String) -> Timer {
            Timer(
                label: "db.client.connection." + label,
                dimensions: name,
                preferredDisplayUnit: .seconds,
                factory: factory
            )
        }
        idle = meter("count", [("db.client.connection.state", "idle")])
        used = meter("count", [("db.client.connection.state", "used")])
        pending = meter("pending_requests")
        meter("max").set(pool.maximumConnections)
        meter("idle.min").set(pool.minimumIdle)
        timeouts = Counter(label: "db.client.connection.timeouts", dimensions: name, factory: factory)
        createTime = timer("create_time")
        waitTime = timer("wait_time")
        useTime = timer("use_time")
    }

    /// The conventions' own proposal: `db.example.org:3306/shop`.
    static func name(_ configuration: MySQLConfiguration) -> String {
        ObservedServer(configuration.endpoint).target + (configuration.database.map { "/\($0)" } ?? "")
    }

    /// Told as a difference, since two reports may overtake each other.
    func changed(from old: PoolStatistics, to new: PoolStatistics) {
        add(new.idle - old.idle, to: idle)
        add(new.leased + new.inTransit - old.leased - old.inTransit, to: used)
        add(new.waiting - old.waiting, to: pending)
    }

    func created(since start: ContinuousClock.Instant) { record(start, in: createTime) }
    func obtained(since start: ContinuousClock.Instant) { record(start, in: waitTime) }
    func returned(since start: ContinuousClock.Instant) { record(start, in: useTime) }
    func timedOut() { timeouts.increment() }

    private func add(_ difference: Int, to meter: Meter) {
        if difference > 0 { meter.increment(by: Double(difference)) }
        if difference < 0 { meter.decrement(by: Double(-difference)) }
    }

    private func record(_ start: ContinuousClock.Instant, in timer: Timer) {
        timer.recordNanoseconds(TimeAmount(clamping: start.duration(to: .now)).nanoseconds)
    }
}
