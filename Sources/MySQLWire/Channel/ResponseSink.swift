internal import NIOCore
internal import Synchronization

/// The bridge from the event loop to the one task that awaits an answer.
///
/// The handler pushes events; the task takes them. Waking a task costs more than parsing the rows of one read, so it is
/// woken for the end of an answer, for ``wakeWeight`` bytes, and otherwise when the handler says so (``wake()``). In
/// `whole` mode it is woken once, at the end.
final class ResponseSink: Sendable {
    enum Mode: Sendable, Equatable {
        case stream
        /// Up to that many bytes.
        case whole(limit: Int)
    }

    enum Event: Sendable {
        case columns(MySQLColumns)
        case rows(MySQLRowBatch)
        case packet(ByteBuffer)
        /// In which of the connection's generations of statements, see ``MySQLStatement``.
        case prepared(PrepareOK, generation: UInt64)
        /// The server waits for the contents of a file.
        case fileRequested
        case completed(MySQLCompletion, isLast: Bool)
        case failed(MySQLError)

        /// What it keeps in memory, in bytes: about, but never nothing, or a server could send without end what weighs
        /// nothing.
        var weight: Int {
            let content =
                switch self {
                case .columns(let columns): columns.weight
                case .rows(let batch): batch.weight
                case .packet(let packet): packet.readableBytes
                default: 0
                }
            return content + 256
        }

        var isTerminal: Bool {
            switch self {
            case .completed(_, let isLast): isLast
            case .failed, .prepared: true
            default: false
            }
        }
    }

    /// What the handler is to do after a push.
    enum Demand: Sendable {
        case more
        /// Enough is waiting: stop reading until the consumer asks.
        case pause
        /// A result that is kept whole has passed its limit.
        case tooMuch
    }

    private typealias Waiter = UnsafeContinuation<Event, Never>

    private struct State {
        var events: [Event] = []
        var position = 0
        var weight = 0
        var waiter: Waiter?
        var isPaused = false
        /// More comes only if the consumer asks for it.
        var awaitsDemand = false
        var last: Event?

        mutating func append(_ event: Event) {
            weight += event.weight
            // Columns, rows and the end of a small answer: without growing twice on the way.
            if events.capacity == 0 { events.reserveCapacity(4) }
            events.append(event)
        }

        mutating func take() -> Event? {
            guard position < events.count else { return nil }
            // The slot gives up its rows at once; the array is cleared when it has been read to its end.
            var event = Event.fileRequested
            swap(&event, &events[position])
            weight -= event.weight
            position += 1
            if position == events.count {
                events.removeAll(keepingCapacity: true)
                position = 0
            }
            return event
        }

        /// The waiting task and its event, where there are both.
        mutating func wake() -> (Waiter, Event)? {
            guard waiter != nil, let event = take(), let waiter else { return nil }
            self.waiter = nil
            return (waiter, event)
        }
    }

    /// Above it the handler stops reading from the socket; a consumer that takes half of it lets it go on.
    static let highWater = 512 << 10
    /// From here on a waiting consumer is woken without delay.
    static let wakeWeight = 128 << 10

    private let mode: Mode
    /// Of the command, where somebody listens: ended before the consumer hears of the end.
    let observation: CommandObservation?
    private let state = Mutex(State())

    init(mode: Mode, observation: CommandObservation? = nil) {
        self.mode = mode
        self.observation = observation
    }

    func push(_ event: Event) -> Demand {
        let (woken, demand) = state.withLock { state -> ((Waiter, Event)?, Demand) in
            // Nothing comes after the end; a second end (the connection closing) is not an event of this answer.
            guard state.last == nil else { return (nil, .more) }
            state.append(event)
            if event.isTerminal {
                state.last = event
                return (state.wake(), .more)
            }
            if case .whole(let limit) = mode { return (nil, state.weight > limit ? .tooMuch : .more) }
            let woken = state.weight >= Self.wakeWeight ? state.wake() : nil
            guard state.weight >= Self.highWater else { return (woken, .more) }
            state.isPaused = true
            return (woken, .pause)
        }
        if let observation, event.isTerminal { observation.end(with: event) }
        if let (waiter, event) = woken { waiter.resume(returning: event) }
        return demand
    }

    /// Its rows are read one by one, when the consumer likes.
    var isStream: Bool { mode == .stream }

    /// Whether a consumer waits although something is there for it.
    var isOwedWake: Bool {
        mode == .stream && state.withLock { $0.waiter != nil && !$0.events.isEmpty }
    }

    /// Hands what is there to a consumer that waits.
    func wake() {
        guard mode == .stream else { return }
        if let (waiter, event) = state.withLock({ $0.wake() }) { waiter.resume(returning: event) }
    }

    /// Hands what is there to a consumer that waits; nothing more comes by itself.
    ///
    /// - Returns: whether the consumer waits for more already. If not, it tells when it does, and not before its task's
    ///   cancellation is told.
    func awaitDemand() -> Bool {
        let (woken, isAsked) = state.withLock { state -> ((Waiter, Event)?, Bool) in
            let woken = state.wake()
            guard woken != nil || state.waiter == nil else { return (nil, true) }
            state.awaitsDemand = true
            return (woken, false)
        }
        if let (waiter, event) = woken { waiter.resume(returning: event) }
        return isAsked
    }

    /// The next event, where it is there and its taking has no effect on the handler.
    func ready() -> Event? {
        state.withLock { state in
            guard mode == .stream || state.last != nil, !state.isPaused else { return nil }
            return state.take() ?? state.last
        }
    }

    /// The next event; after the end, the end again.
    ///
    /// - Parameters:
    ///   - resume: called when the handler had paused and can go on.
    ///   - demand: called when the handler waits to be asked for more.
    func next(
        isolation: isolated (any Actor)? = #isolation,
        resume: () -> Void,
        demand: () -> Void = {}
    ) async -> Event {
        let (event, wasPaused) = state.withLock { state -> (Event?, Bool) in
            guard mode == .stream || state.last != nil else { return (nil, false) }
            let event = state.take() ?? state.last
            guard state.isPaused, state.weight < Self.highWater / 2 else { return (event, false) }
            state.isPaused = false
            return (event, true)
        }
        if wasPaused { resume() }
        if let event { return event }
        return await withUnsafeContinuation { continuation in
            let (ready, isAsked) = state.withLock { state -> (Event?, Bool) in
                if mode == .stream || state.last != nil, let event = state.take() ?? state.last {
                    return (event, false)
                }
                // One consumer at a time: a second one gets the error instead of a continuation that is lost.
                if state.waiter != nil {
                    let error = MySQLError(
                        .busy,
                        phase: .rows,
                        message: "two tasks read the rows of one result at the same time"
                    )
                    return (.failed(error), false)
                }
                state.waiter = continuation
                defer { state.awaitsDemand = false }
                return (nil, state.awaitsDemand)
            }
            if isAsked { demand() }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
