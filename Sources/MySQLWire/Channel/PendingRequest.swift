internal import NIOCore

/// One command of a caller: waiting for its turn, or under way. Lives on the event loop.
struct PendingRequest: Sendable {
    let id: UInt64
    let command: Command
    let sink: ResponseSink
    /// From here to the end of the answer; nil for no deadline.
    let timeout: TimeAmount?
    /// The caller has contents for one LOCAL INFILE request.
    let hasFile: Bool
    var deadline: Scheduled<Void>?
    /// The columns have been delivered: the caller is iterating.
    var isStreaming = false
    /// The caller has gone; the rest of the answer is read and dropped, up to a limit.
    var isAbandoned = false
    var drainedBytes = 0

    init(id: UInt64, command: Command, sink: ResponseSink, timeout: TimeAmount?, hasFile: Bool = false) {
        self.id = id
        self.command = command
        self.sink = sink
        self.timeout = timeout
        self.hasFile = hasFile
    }
}
