internal import NIOCore

/// A command that waits for its turn, or has it.
struct SubmittedRequest: Sendable {
    let id: UInt64
    let sink: ResponseSink
    /// Only of one that sends values before: whether its turn has come.
    var turn: EventLoopFuture<Bool>?
}
