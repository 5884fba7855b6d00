internal import Synchronization

/// One streamed answer: what its consumer holds. Letting go of it before its end drops the rest of the answer.
package final class RunningRequest: Sendable {
    let id: UInt64
    let sink: ResponseSink
    let connection: MySQLConnection
    /// Contents for one LOCAL INFILE request.
    let file: MySQLLocalInfile?
    /// Why they ended early: then the command has failed, whatever the server makes of it.
    let fileError = Mutex<MySQLError?>(nil)
    private let hasEnded = Atomic(false)
    /// The end of the whole answer was handed out.
    var isAtEnd: Bool { hasEnded.load(ordering: .relaxed) }

    init(id: UInt64, sink: ResponseSink, connection: MySQLConnection, file: MySQLLocalInfile? = nil) {
        self.id = id
        self.sink = sink
        self.connection = connection
        self.file = file
    }

    deinit {
        // Both are of no effect where the answer has been read to its end.
        sink.observation?.end()
        connection.abandon(id)
    }

    func next(isolation: isolated (any Actor)? = #isolation) async -> ResponseSink.Event {
        while true {
            var event = await connection.next(id: id, sink: sink)
            if case .fileRequested = event { event = await sendFile() }
            if event.isTerminal { hasEnded.store(true, ordering: .relaxed) }
            guard let failure = fileError.withLock({ $0 }) else { return event }
            // What follows on it is of no use, up to the end.
            if event.isTerminal { return .failed(failure) }
        }
    }
}
