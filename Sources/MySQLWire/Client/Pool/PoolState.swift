internal import NIOCore

/// The machine with what its ids stand for. Everything in it changes under one lock; effects come after.
struct PoolState: Sendable {
    typealias Lent = (id: PoolMachine.ConnectionID, connection: MySQLConnection)
    typealias Waiter = CheckedContinuation<Result<Lent, PoolFailure>, Never>

    enum Effect: Sendable {
        case resume(Waiter, with: Result<Lent, PoolFailure>)
        case work(PoolWork)
        case close(MySQLConnection)
        case finish
    }

    var machine: PoolMachine
    /// Until they are closed.
    var connections: [PoolMachine.ConnectionID: MySQLConnection] = [:]
    var waiters: [PoolMachine.WaiterID: Waiter] = [:]
    var lastWaiter: PoolMachine.WaiterID = 0
    var wasStarted = false
    /// As it was told last, where somebody listens.
    var observed = PoolStatistics()
    var timer: (deadline: Duration, task: Scheduled<Void>)?

    init(machine: PoolMachine) {
        self.machine = machine
    }

    /// What has changed since the last call.
    mutating func change() -> (old: PoolStatistics, new: PoolStatistics)? {
        let (old, new) = (observed, machine.statistics)
        observed = new
        return old == new ? nil : (old, new)
    }

    mutating func effect(of action: PoolMachine.Action) -> Effect? {
        switch action {
        case .connect(let id): .work(.connect(id))
        case .lease(let id, let waiter):
            waiters.removeValue(forKey: waiter).map { waiter in
                // It is there for as long as the machine has it.
                .resume(waiter, with: connections[id].map { .success((id, $0)) } ?? .failure(PoolFailure(.shutDown)))
            }
        case .fail(let waiter, let failure):
            waiters.removeValue(forKey: waiter).map { .resume($0, with: .failure(PoolFailure(failure))) }
        case .ping(let id): connections[id].map { .work(.ping(id, $0)) }
        case .clean(let id): connections[id].map { .work(.renew(id, $0)) }
        case .close(let id): connections[id].map { .close($0) }
        case .finished: .finish
        }
    }
}

/// As an error, so that a `Result` can have it.
struct PoolFailure: Error {
    let reason: PoolMachine.Failure

    init(_ reason: PoolMachine.Failure) {
        self.reason = reason
    }
}
