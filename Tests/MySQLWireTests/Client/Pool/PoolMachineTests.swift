import Testing

@testable import MySQLWire

@Suite struct PoolMachineTests {
    private static let unreachable = MySQLError(.unreachable, phase: .connecting, message: "refused")
    private static let denied = MySQLError(
        .server,
        phase: .authentication,
        message: "denied",
        server: .init(number: 1045, sqlState: "28000", message: "Access denied")
    )

    /// Two connections at most; nothing random but what a test asks for.
    private func machine(_ change: (inout PoolConfiguration) -> Void = { _ in }) -> PoolMachine {
        var options = PoolConfiguration(maximumConnections: 2, lifetimeJitter: 0)
        change(&options)
        return PoolMachine(options: options, seed: 1)
    }

    /// With connection 1 idle since `time`.
    private func machineWithIdle(
        at time: Duration = .zero,
        _ change: (inout PoolConfiguration) -> Void = { _ in }
    ) -> PoolMachine {
        var machine = machine(change)
        _ = machine.requested(100, at: time)
        _ = machine.connected(1, at: time)
        _ = machine.returned(1, by: 100, at: time)
        _ = machine.madeReady(1, at: time)
        return machine
    }

    @Test func `a lease opens a connection, and the next one uses it again`() {
        var machine = machine()
        #expect(machine.started(at: .zero).isEmpty)
        #expect(machine.requested(1, at: .zero) == [.connect(1)])
        #expect(machine.connected(1, at: .seconds(1)) == [.lease(1, to: 1)])
        #expect(machine.returned(1, by: 1, at: .seconds(2)) == [.clean(1)])
        #expect(machine.statistics == PoolStatistics(inTransit: 1))
        #expect(machine.madeReady(1, at: .seconds(3)).isEmpty)
        #expect(machine.requested(2, at: .seconds(4)) == [.lease(1, to: 2)])
        #expect(machine.statistics == PoolStatistics(leased: 1))
    }

    @Test func `no more are opened than wait, nor than the maximum`() {
        var machine = machine()
        #expect(machine.requested(1, at: .zero) == [.connect(1)])
        #expect(machine.requested(2, at: .zero) == [.connect(2)])
        #expect(machine.requested(3, at: .zero).isEmpty)
        #expect(machine.connected(2, at: .zero) == [.lease(2, to: 1)])
        #expect(machine.connected(1, at: .zero) == [.lease(1, to: 2)])
        // One that comes back is on its way to who waits.
        #expect(machine.returned(2, by: 1, at: .zero) == [.clean(2)])
        #expect(machine.madeReady(2, at: .zero) == [.lease(2, to: 3)])
    }

    @Test func `one that comes back is awaited rather than another one opened`() {
        var machine = machineWithIdle()
        #expect(machine.requested(1, at: .zero) == [.lease(1, to: 1)])
        #expect(machine.returned(1, by: 1, at: .zero) == [.clean(1)])
        #expect(machine.requested(2, at: .zero).isEmpty)
        #expect(machine.broken(1, at: .zero) == [.close(1), .connect(2)])
    }

    @Test func `a place is free when its connection has closed, not when it was told to`() {
        var machine = machine { $0.maximumConnections = 1 }
        _ = machine.requested(1, at: .zero)
        _ = machine.connected(1, at: .zero)
        #expect(machine.returned(1, by: 1, isUnfit: true, at: .zero) == [.close(1)])
        #expect(machine.requested(2, at: .zero).isEmpty)
        #expect(machine.closed(1, at: .zero) == [.connect(2)])
    }

    @Test func `who has waited the longest is first, and who leaves is passed over`() {
        var machine = machine { $0.maximumConnections = 1 }
        _ = machine.requested(1, at: .zero)
        for waiter: UInt64 in 2...4 { #expect(machine.requested(waiter, at: .zero).isEmpty) }
        #expect(machine.withdrew(2, at: .zero) == [.fail(2, .cancelled)])
        #expect(machine.withdrew(2, at: .zero).isEmpty)
        #expect(machine.connected(1, at: .zero) == [.lease(1, to: 1)])
        // Too late: it has one.
        #expect(machine.withdrew(1, at: .zero).isEmpty)
        _ = machine.returned(1, by: 1, at: .zero)
        #expect(machine.madeReady(1, at: .zero) == [.lease(1, to: 3)])
        _ = machine.returned(1, by: 3, at: .zero)
        #expect(machine.madeReady(1, at: .zero) == [.lease(1, to: 4)])
    }

    @Test func `a second return, and one by somebody else, change nothing`() {
        var machine = machineWithIdle()
        _ = machine.requested(1, at: .zero)
        #expect(machine.returned(1, by: 100, at: .zero).isEmpty)
        #expect(machine.returned(1, by: 1, at: .zero) == [.clean(1)])
        #expect(machine.returned(1, by: 1, at: .zero).isEmpty)
        _ = machine.madeReady(1, at: .zero)
        #expect(machine.requested(2, at: .zero) == [.lease(1, to: 2)])
        #expect(machine.returned(1, by: 1, at: .zero).isEmpty)
        #expect(machine.statistics.leased == 1)
    }

    @Test func `what was used last is lent next, and the rest times out`() {
        var machine = machine { $0.idleTimeout = .seconds(10) }
        _ = machine.requested(1, at: .zero)
        _ = machine.requested(2, at: .zero)
        _ = machine.connected(1, at: .zero)
        _ = machine.connected(2, at: .zero)
        for id: UInt64 in 1...2 {
            _ = machine.returned(id, by: id, at: .seconds(Int(id)))
            _ = machine.madeReady(id, at: .seconds(Int(id)))
        }
        #expect(machine.nextDeadline == .seconds(11))
        #expect(machine.requested(3, at: .seconds(3)) == [.lease(2, to: 3)])
        #expect(machine.timePassed(at: .seconds(10)).isEmpty)
        #expect(machine.timePassed(at: .seconds(11)) == [.close(1)])
    }

    @Test func `the last of the minimum do not time out, and are opened beforehand`() {
        var machine = machine {
            $0.minimumIdle = 1
            $0.idleTimeout = .seconds(10)
        }
        #expect(machine.started(at: .zero) == [.connect(1)])
        _ = machine.connected(1, at: .zero)
        #expect(machine.timePassed(at: .seconds(100)).isEmpty)
        #expect(machine.statistics.idle == 1)
        // Lent and not replaced until it is sure that another one is needed: it is, at once.
        #expect(machine.requested(1, at: .seconds(20)) == [.lease(1, to: 1), .connect(2)])
        #expect(machine.connected(2, at: .seconds(20)).isEmpty)
        #expect(machine.closed(2, at: .seconds(100)) == [.connect(3)])
    }

    @Test func `a connection too old is closed when it is idle, and when it comes back`() {
        var machine = machineWithIdle {
            $0.maximumLifetime = .seconds(100)
            $0.idleTimeout = .seconds(1000)
        }
        #expect(machine.nextDeadline == .seconds(100))
        #expect(machine.timePassed(at: .seconds(100)) == [.close(1)])
        _ = machine.closed(1, at: .seconds(100))
        _ = machine.requested(1, at: .seconds(100))
        _ = machine.connected(2, at: .seconds(100))
        #expect(machine.returned(2, by: 1, at: .seconds(200)) == [.close(2)])
    }

    @Test func `lives are shortened at random, by the share that is allowed`() {
        var ends: Set<Duration> = []
        for seed: UInt64 in 1...20 {
            var options = PoolConfiguration(maximumLifetime: .seconds(100), lifetimeJitter: 0.2)
            options.idleTimeout = .seconds(1000)
            var machine = PoolMachine(options: options, seed: seed)
            _ = machine.requested(1, at: .zero)
            _ = machine.connected(1, at: .zero)
            _ = machine.returned(1, by: 1, at: .zero)
            _ = machine.madeReady(1, at: .zero)
            let end = machine.nextDeadline ?? .zero
            #expect(end > .seconds(80) && end <= .seconds(100))
            ends.insert(end)
        }
        #expect(ends.count > 15)
    }

    @Test func `long idle means a ping before the lease, one for each who waits`() {
        var machine = machineWithIdle { $0.pingAfter = .seconds(30) }
        #expect(machine.requested(1, at: .seconds(31)) == [.ping(1)])
        #expect(machine.requested(2, at: .seconds(31)) == [.connect(2)])
        #expect(machine.madeReady(1, at: .seconds(32)) == [.lease(1, to: 1)])
        #expect(machine.connected(2, at: .seconds(32)) == [.lease(2, to: 2)])
    }

    @Test func `of several that were idle for long, no more are pinged than wait`() {
        var machine = machine { $0.pingAfter = .seconds(30) }
        for id: UInt64 in 1...2 { _ = machine.requested(id, at: .zero) }
        for id: UInt64 in 1...2 { _ = machine.connected(id, at: .zero) }
        for id: UInt64 in 1...2 { _ = machine.returned(id, by: id, at: .zero) }
        for id: UInt64 in 1...2 { _ = machine.madeReady(id, at: .zero) }
        #expect(machine.requested(3, at: .seconds(31)) == [.ping(2)])
        #expect(machine.broken(2, at: .seconds(32)) == [.close(2), .ping(1)])
    }

    @Test func `one that does not answer its ping is replaced`() {
        var machine = machineWithIdle { $0.pingAfter = .seconds(30) }
        #expect(machine.requested(1, at: .seconds(31)) == [.ping(1)])
        #expect(machine.broken(1, at: .seconds(36)) == [.close(1), .connect(2)])
        #expect(machine.closed(1, at: .seconds(36)).isEmpty)
        #expect(machine.connected(2, at: .seconds(36)) == [.lease(2, to: 1)])
    }

    @Test func `one that the server closed is never lent, wherever it was`() {
        var idle = machineWithIdle()
        #expect(idle.closed(1, at: .seconds(5)).isEmpty)
        #expect(idle.requested(1, at: .seconds(6)) == [.connect(2)])

        var leased = machineWithIdle()
        _ = leased.requested(1, at: .zero)
        #expect(leased.closed(1, at: .seconds(5)).isEmpty)
        #expect(leased.returned(1, by: 1, at: .seconds(5)).isEmpty)

        var cleaned = machineWithIdle()
        _ = cleaned.requested(1, at: .zero)
        _ = cleaned.returned(1, by: 1, at: .zero)
        _ = cleaned.closed(1, at: .seconds(5))
        #expect(cleaned.madeReady(1, at: .seconds(5)).isEmpty)
        #expect(cleaned.statistics == PoolStatistics())
    }

    @Test func `a wait ends at its deadline, with the reason`() {
        var machine = machine {
            $0.maximumConnections = 1
            $0.leaseTimeout = .seconds(5)
        }
        _ = machine.requested(1, at: .zero)
        _ = machine.connected(1, at: .zero)
        _ = machine.requested(2, at: .seconds(1))
        #expect(machine.nextDeadline == .seconds(6))
        #expect(machine.timePassed(at: .seconds(6)) == [.fail(2, .timedOut(nil))])

        var failing = self.machine { $0.leaseTimeout = .seconds(1) }
        _ = failing.requested(1, at: .zero)
        #expect(failing.connectFailed(1, Self.unreachable, at: .milliseconds(990)).isEmpty)
        #expect(failing.timePassed(at: .seconds(1)) == [.fail(1, .timedOut(Self.unreachable))])
    }

    @Test func `after a failure one attempt at a time, at growing distances, and all again after a success`() {
        var machine = machine {
            $0.maximumConnections = 8
            $0.leaseTimeout = .seconds(1000)
            $0.minimumBackoff = .milliseconds(100)
            $0.maximumBackoff = .seconds(2)
        }
        for waiter: UInt64 in 1...4 { #expect(machine.requested(waiter, at: .zero) == [.connect(waiter)]) }
        // Those that were made together count once.
        for id: UInt64 in 1...4 { #expect(machine.connectFailed(id, Self.unreachable, at: .zero).isEmpty) }
        var now = Duration.zero
        for attempt in 0..<10 {
            guard let next = machine.nextDeadline else { return #expect(Bool(false), "no further attempt") }
            let whole = min(Duration.milliseconds(100) * (1 << attempt), .seconds(2))
            #expect(next - now <= whole && next - now >= whole / 2)
            now = next
            let id = UInt64(5 + attempt)
            #expect(machine.timePassed(at: now) == [.connect(id)])
            #expect(machine.timePassed(at: now).isEmpty)
            #expect(machine.connectFailed(id, Self.unreachable, at: now).isEmpty)
        }
        now = machine.nextDeadline ?? now
        #expect(machine.timePassed(at: now) == [.connect(15)])
        #expect(
            machine.connected(15, at: now) == [.lease(15, to: 1), .connect(16), .connect(17), .connect(18)]
        )
    }

    @Test func `a refused login is told at once to all, and to who comes during the backoff`() {
        var machine = machine { $0.maximumBackoff = .seconds(1) }
        for waiter: UInt64 in 1...3 { _ = machine.requested(waiter, at: .zero) }
        #expect(
            machine.connectFailed(1, Self.denied, at: .zero)
                == (1...3).map { .fail($0, .refused(Self.denied)) }
        )
        #expect(machine.connectFailed(2, Self.denied, at: .zero).isEmpty)
        #expect(machine.requested(4, at: .milliseconds(10)) == [.fail(4, .refused(Self.denied))])
        // Afterwards the account may be in order again.
        #expect(machine.requested(5, at: .seconds(2)) == [.connect(3)])
    }

    @Test func `where a connection is open, a refused login leaves the hope for it`() {
        var machine = machineWithIdle()
        _ = machine.requested(1, at: .zero)
        #expect(machine.requested(2, at: .zero) == [.connect(2)])
        #expect(machine.connectFailed(2, Self.denied, at: .zero).isEmpty)
        _ = machine.returned(1, by: 1, at: .zero)
        #expect(machine.madeReady(1, at: .zero) == [.lease(1, to: 2)])
    }

    @Test func `too many who wait are turned away`() {
        var machine = machine {
            $0.maximumConnections = 1
            $0.maximumWaiters = 1
        }
        #expect(machine.requested(1, at: .zero) == [.connect(1)])
        #expect(machine.requested(2, at: .zero) == [.fail(2, .tooManyWaiters)])
        _ = machine.connected(1, at: .zero)
        #expect(machine.requested(3, at: .zero).isEmpty)
    }

    @Test func `a read-only server costs its connection, and every other that may lead to it`() {
        var machine = machine { $0.maximumConnections = 3 }
        for waiter: UInt64 in 1...3 {
            _ = machine.requested(waiter, at: .zero)
            _ = machine.connected(waiter, at: .zero)
        }
        _ = machine.returned(3, by: 3, at: .zero)
        _ = machine.madeReady(3, at: .zero)
        #expect(
            machine.returned(1, by: 1, isUnfit: true, areOthersSuspect: true, at: .zero) == [.close(1), .close(3)]
        )
        #expect(machine.returned(2, by: 2, at: .zero) == [.close(2)])
        for id: UInt64 in 1...3 { _ = machine.closed(id, at: .zero) }
        // Not again at once: a statement that is turned down everywhere would renew the pool without end.
        for id: UInt64 in 4...5 {
            _ = machine.requested(id, at: .zero)
            _ = machine.connected(id, at: .zero)
        }
        #expect(machine.returned(4, by: 4, isUnfit: true, areOthersSuspect: true, at: .seconds(1)) == [.close(4)])
        #expect(machine.returned(5, by: 5, at: .seconds(1)) == [.clean(5)])
    }

    @Test func `a server that ends each session at once is not asked without a pause`() {
        var machine = machine { $0.minimumIdle = 1 }
        #expect(machine.started(at: .zero) == [.connect(1)])
        _ = machine.connected(1, at: .zero)
        #expect(machine.closed(1, at: .milliseconds(5)).isEmpty)
        #expect(machine.timePassed(at: machine.nextDeadline ?? .zero) == [.connect(2)])
    }

    @Test func `a forced shutdown ends waits and leases, and closes what is still to come`() {
        var machine = machineWithIdle { $0.maximumConnections = 3 }
        for waiter: UInt64 in 1...4 { _ = machine.requested(waiter, at: .zero) }
        _ = machine.connected(2, at: .zero)
        #expect(
            machine.shutDown(force: true, at: .zero) == [
                .fail(3, .shutDown), .fail(4, .shutDown), .close(1), .close(2),
            ]
        )
        #expect(machine.requested(5, at: .zero) == [.fail(5, .shutDown)])
        #expect(machine.returned(1, by: 1, at: .zero).isEmpty)
        #expect(machine.connected(3, at: .zero) == [.close(3)])
        #expect(machine.closed(2, at: .zero).isEmpty)
        #expect(machine.closed(1, at: .zero) == [.finished])
        #expect(machine.nextDeadline == nil)
    }

    @Test func `a shutdown in good order waits for leases and serves who waits`() {
        var machine = machine { $0.maximumConnections = 1 }
        _ = machine.started(at: .zero)
        _ = machine.requested(1, at: .zero)
        _ = machine.connected(1, at: .zero)
        _ = machine.requested(2, at: .zero)
        #expect(machine.shutDown(force: false, at: .zero).isEmpty)
        #expect(machine.requested(3, at: .zero) == [.fail(3, .shutDown)])
        _ = machine.returned(1, by: 1, at: .zero)
        #expect(machine.madeReady(1, at: .zero) == [.lease(1, to: 2)])
        _ = machine.returned(1, by: 2, at: .zero)
        #expect(machine.madeReady(1, at: .zero) == [.close(1)])
        #expect(machine.closed(1, at: .zero) == [.finished])
    }

    @Test func `options out of range do not trap`() {
        var options = PoolConfiguration(minimumIdle: -3, maximumConnections: -5, maximumWaiters: -1)
        options.leaseTimeout = .seconds(Int64.max)
        options.maximumLifetime = .seconds(-1)
        options.lifetimeJitter = .nan
        options.minimumBackoff = .seconds(Int64.max)
        options.maximumBackoff = .zero
        var machine = PoolMachine(options: options, seed: 0)
        _ = machine.started(at: .zero)
        #expect(machine.requested(1, at: .seconds(1)) == [.connect(1)])
        #expect(machine.connectFailed(1, Self.unreachable, at: .seconds(1)).isEmpty)
        #expect((machine.nextDeadline ?? .zero) > .seconds(1))

        options = PoolConfiguration(lifetimeJitter: .nan)
        options.maximumLifetime = .seconds(Int64.max)
        machine = PoolMachine(options: options, seed: 0)
        _ = machine.requested(1, at: .zero)
        #expect(machine.connected(1, at: .zero) == [.lease(1, to: 1)])
    }
}
