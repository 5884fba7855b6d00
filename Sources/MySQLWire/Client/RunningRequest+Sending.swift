internal import NIOCore

/// What sending the contents of a file and sending the values of a statement have in common.
extension RunningRequest {
    private enum Step: Sendable {
        case sent
        case answered(ResponseSink.Event)
    }

    /// Waits for the answer while something is sent. A source that is waited for in vain ends, by cancellation, with the
    /// command's deadline.
    func answer(while send: @escaping @Sendable () async -> Void) async -> ResponseSink.Event {
        await withTaskGroup(of: Step.self) { group in
            group.addTask {
                await send()
                return .sent
            }
            group.addTask { .answered(await self.connection.next(id: self.id, sink: self.sink)) }
            for await case .answered(let event) in group {
                group.cancelAll()
                return event
            }
            // One of the two has answered always.
            return .failed(MySQLError(.connectionClosed, phase: .command, fate: .maybeExecuted, message: "no answer"))
        }
    }

    /// Gives the handler a piece, on its event loop.
    ///
    /// - Returns: when the network has taken it; false where no more is wanted.
    func handOver(
        _ piece: @escaping @Sendable (MySQLChannelHandler, EventLoopPromise<Bool>) -> Void
    ) async -> Bool {
        let (eventLoop, handler) = (connection.channel.eventLoop, connection.handler)
        let promise = eventLoop.makePromise(of: Bool.self)
        eventLoop.execute { piece(handler.value, promise) }
        return (try? await promise.futureResult.get()) ?? false
    }
}
