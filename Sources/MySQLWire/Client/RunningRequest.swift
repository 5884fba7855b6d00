internal import NIOCore
internal import Synchronization

/// One streamed answer: what its consumer holds. Letting go of it before its end drops the rest of the answer.
package final class RunningRequest: Sendable {
    let id: UInt64
    let sink: ResponseSink
    let connection: MySQLConnection
    /// Contents for one LOCAL INFILE request.
    let file: MySQLLocalInfile?
    /// Its rows may still be fetched by it.
    private let statement: MySQLStatement?
    private let onEnd: (@Sendable () -> Void)?
    private let hasToldEnd = Atomic(false)
    /// Values that go before the command, until somebody has begun to send them.
    private let longData: Mutex<LongDataPlan?>
    /// Why they ended early: then the command has failed, whatever the server makes of it.
    let fileError = Mutex<MySQLError?>(nil)
    private let hasEnded = Atomic(false)
    /// The end of the whole answer was handed out.
    var isAtEnd: Bool { hasEnded.load(ordering: .relaxed) }

    let turn: EventLoopFuture<Bool>?
    /// Something of the caller's is sent before or within the answer.
    private let sendsMore: Bool

    init(_ request: SubmittedRequest, _ execution: Execution? = nil, connection: MySQLConnection) {
        id = request.id
        sink = request.sink
        turn = request.turn
        self.connection = connection
        file = execution?.file
        statement = execution?.statement
        onEnd = execution?.onEnd
        longData = Mutex(execution?.longData)
        sendsMore = execution?.longData != nil || execution?.file != nil
    }

    deinit {
        // Of no effect where the answer has been read to its end.
        sink.observation?.end()
        if !isAtEnd { connection.abandon(id) }
        tellEnd()
    }

    private func tellEnd() {
        guard let onEnd, !hasToldEnd.exchange(true, ordering: .relaxed) else { return }
        onEnd()
    }

    /// The next event, where it is there already.
    func ready() -> ResponseSink.Event? {
        guard !sendsMore, let event = sink.ready() else { return nil }
        note(event)
        return event
    }

    private func note(_ event: ResponseSink.Event) {
        // What is busy is not at its end: one reader more than there can be was turned away.
        if case .failed(let error) = event, error.code == .busy { return }
        guard event.isTerminal else { return }
        hasEnded.store(true, ordering: .relaxed)
        tellEnd()
    }

    func next(isolation: isolated (any Actor)? = #isolation) async -> ResponseSink.Event {
        while true {
            let plan = longData.withLock { plan in
                defer { plan = nil }
                return plan
            }
            var event =
                if let plan { await sendLongData(plan) } else { await connection.next(id: id, sink: sink) }
            if case .fileRequested = event { event = await sendFile() }
            note(event)
            guard let failure = fileError.withLock({ $0 }) else { return event }
            // What follows on it is of no use, up to the end.
            if event.isTerminal { return .failed(failure) }
        }
    }
}
