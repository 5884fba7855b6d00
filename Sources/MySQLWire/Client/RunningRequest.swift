internal import Synchronization

/// One streamed answer: what its consumer holds. Letting go of it before its end drops the rest of the answer.
package final class RunningRequest: Sendable {
    let id: UInt64
    let sink: ResponseSink
    let connection: MySQLConnection
    private let hasEnded = Atomic(false)
    /// The end of the whole answer was handed out.
    var isAtEnd: Bool { hasEnded.load(ordering: .relaxed) }

    init(id: UInt64, sink: ResponseSink, connection: MySQLConnection) {
        self.id = id
        self.sink = sink
        self.connection = connection
    }

    deinit {
        // Of no effect where the answer has been read to its end.
        connection.abandon(id)
    }

    func next(isolation: isolated (any Actor)? = #isolation) async -> ResponseSink.Event {
        let event = await connection.next(id: id, sink: sink)
        if event.isTerminal { hasEnded.store(true, ordering: .relaxed) }
        return event
    }
}
