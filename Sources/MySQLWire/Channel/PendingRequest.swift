internal import NIOCore

// Safety: whoever makes it hands it to the event loop, and only that touches it from then on.
/// One command of a caller: waiting for its turn, or under way.
final class PendingRequest: @unchecked Sendable {
    let id: UInt64
    let command: Command
    let sink: ResponseSink
    /// From here to the end of the answer; nil for no deadline.
    let timeout: TimeAmount?
    let options: RequestOptions
    var deadline: Scheduled<Void>?
    /// The columns have been delivered: the caller is iterating.
    var isStreaming = false
    /// The caller has gone; the rest of the answer is read and dropped, up to a limit.
    var isAbandoned = false
    var drainedBytes = 0
    /// Its turn has come, and it waits for values before it is sent.
    var awaitsLongData = false
    var hasSentLongData = false
    /// Rows of it wait on the server to be fetched.
    var hasOpenCursor = false

    init(
        id: UInt64,
        command: Command,
        sink: ResponseSink,
        timeout: TimeAmount?,
        options: RequestOptions = RequestOptions()
    ) {
        self.id = id
        self.command = command
        self.sink = sink
        self.timeout = timeout
        self.options = options
    }

    /// Nobody waits for it.
    static func unattended(_ command: Command) -> PendingRequest {
        let request = PendingRequest(id: 0, command: command, sink: ResponseSink(mode: .stream), timeout: nil)
        request.isAbandoned = true
        return request
    }

    /// Of a binary log, without an end.
    var isLogStream: Bool { if case .stream = command { true } else { false } }

    /// Of the prepared statement that it runs.
    var statementID: UInt32? {
        if case .statementExecute(let packet) = command { packet.statementID } else { nil }
    }
}
