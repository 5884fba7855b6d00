import TestSupport
import Testing

@testable import MySQLWire

/// Random events against a model of what the machine has said.
@Suite struct PoolMachineRandomTests {
    private typealias ID = PoolMachine.ConnectionID

    /// What its driver knows, from the machine's actions and its own events alone.
    private struct Model {
        var connecting: Set<ID> = []
        /// Open or closing.
        var there: Set<ID> = []
        var leased: [ID: PoolMachine.WaiterID] = [:]
        /// Being pinged or cleaned.
        var inWork: Set<ID> = []
        var toldToClose: Set<ID> = []
        var waiting: [PoolMachine.WaiterID] = []
        var isShutDown = false
        var hasFinished = false
        var leases = 0
        var failures = 0

        mutating func take(_ actions: [PoolMachine.Action], maximum: Int) {
            for action in actions {
                switch action {
                case .connect(let id):
                    #expect(connecting.insert(id).inserted && !there.contains(id))
                case .lease(let id, let waiter):
                    leases += 1
                    #expect(there.contains(id) && !toldToClose.contains(id) && leased[id] == nil)
                    #expect(!inWork.contains(id))
                    #expect(waiting.first == waiter, "in the order of coming")
                    if let place = waiting.firstIndex(of: waiter) { waiting.remove(at: place) }
                    leased[id] = waiter
                case .fail(let waiter, _):
                    failures += 1
                    let place = waiting.firstIndex(of: waiter)
                    #expect(place != nil, "each is resolved once")
                    if let place { waiting.remove(at: place) }
                case .ping(let id), .clean(let id):
                    #expect(there.contains(id) && leased[id] == nil && inWork.insert(id).inserted)
                case .close(let id):
                    #expect(there.contains(id) && toldToClose.insert(id).inserted)
                case .finished:
                    #expect(isShutDown && !hasFinished && waiting.isEmpty && leased.isEmpty)
                    hasFinished = true
                }
            }
            // A forced shutdown no longer counts those that it will close when they come.
            if !isShutDown { #expect(connecting.count + there.count <= maximum) }
        }
    }

    @Test(arguments: 0..<40) func `any order of events keeps the promises`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var options = PoolConfiguration(
            minimumIdle: Int.random(in: 0...3, using: &random),
            maximumConnections: Int.random(in: 1...6, using: &random),
            maximumWaiters: Bool.random(using: &random) ? nil : Int.random(in: 1...20, using: &random)
        )
        options.leaseTimeout = .seconds(Int.random(in: 1...60, using: &random))
        options.maximumLifetime = .seconds(Int.random(in: 10...200, using: &random))
        options.idleTimeout = .seconds(Int.random(in: 5...100, using: &random))
        options.pingAfter = Bool.random(using: &random) ? nil : .seconds(Int.random(in: 0...10, using: &random))
        var machine = PoolMachine(options: options, seed: UInt64(seed))
        var model = Model()
        var now = Duration.zero
        var lastWaiter: PoolMachine.WaiterID = 0
        model.take(machine.started(at: now), maximum: options.maximumConnections)

        func step(isLast: Bool) {
            now += .milliseconds(Int.random(in: 0...(Bool.random(using: &random) ? 5 : 900), using: &random))
            let actions: [PoolMachine.Action]
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<25 where !isLast:
                lastWaiter += 1
                model.waiting.append(lastWaiter)
                actions = machine.requested(lastWaiter, at: now)
            case 25..<45:
                guard let id = model.connecting.sorted().randomElement(using: &random) else { return }
                model.connecting.remove(id)
                if !isLast, Int.random(in: 0..<4, using: &random) == 0 {
                    let code: MySQLError.Code = Bool.random(using: &random) ? .unreachable : .authenticationRefused
                    actions = machine.connectFailed(id, MySQLError(code, phase: .connecting, message: ""), at: now)
                } else {
                    model.there.insert(id)
                    actions = machine.connected(id, at: now)
                }
            case 45..<65:
                guard let (id, waiter) = model.leased.sorted(by: { $0.key < $1.key }).randomElement(using: &random)
                else { return }
                model.leased[id] = nil
                actions = machine.returned(
                    id,
                    by: waiter,
                    isUnfit: Int.random(in: 0..<10, using: &random) == 0,
                    areOthersSuspect: Int.random(in: 0..<20, using: &random) == 0,
                    at: now
                )
            case 65..<80:
                guard let id = model.inWork.sorted().randomElement(using: &random) else { return }
                model.inWork.remove(id)
                let isGood = Int.random(in: 0..<5, using: &random) > 0
                actions = isGood ? machine.madeReady(id, at: now) : machine.broken(id, at: now)
            case 80..<88:
                // Told to, or because the server does so, wherever it is.
                let candidates = Int.random(in: 0..<4, using: &random) == 0 ? model.there : model.toldToClose
                guard let id = candidates.sorted().randomElement(using: &random) else { return }
                model.there.remove(id)
                model.toldToClose.remove(id)
                model.leased[id] = nil
                actions = machine.closed(id, at: now)
            case 88..<92:
                guard let waiter = model.waiting.randomElement(using: &random) else { return }
                actions = machine.withdrew(waiter, at: now)
            case 92..<96:
                // What comes late, twice or out of nowhere.
                let id = ID.random(in: 1...50, using: &random)
                if !model.inWork.contains(id) { model.take(machine.madeReady(id, at: now), maximum: 99) }
                if model.leased[id] == nil { model.take(machine.returned(id, by: 1, at: now), maximum: 99) }
                actions = []
            default:
                if let deadline = machine.nextDeadline, deadline > now { now = deadline }
                actions = machine.timePassed(at: now)
            }
            model.take(actions, maximum: options.maximumConnections)
            if let deadline = machine.nextDeadline { #expect(deadline > now, "or a timer would spin") }
            #expect(machine.statistics.waiting == model.waiting.count)
            // A forced shutdown closes connections under those who have them.
            let leased = model.leased.keys.filter { !model.toldToClose.contains($0) }
            #expect(machine.statistics.leased == leased.count)
        }

        for _ in 0..<4_000 { step(isLast: false) }
        #expect(model.leases > 100 && model.failures > 0)
        let force = Bool.random(using: &random)
        model.isShutDown = true
        model.take(machine.shutDown(force: force, at: now), maximum: options.maximumConnections)
        for _ in 0..<4_000 where !model.hasFinished { step(isLast: true) }
        #expect(model.hasFinished && model.waiting.isEmpty)
        for id in model.connecting { model.there.insert(id) }
        for id in model.connecting { model.take(machine.connected(id, at: now), maximum: 99) }
        #expect(model.there == model.toldToClose, "whatever still comes is closed")
    }
}
