internal import NIOCore
internal import Synchronization

extension RunningRequest {
    private enum Step: Sendable {
        case sent
        case answered(ResponseSink.Event)
    }

    /// Sends the contents that the server waits for, and their end. A source that is waited for in vain ends, by
    /// cancellation, with the command's deadline.
    ///
    /// - Returns: what the server, or the end of the connection, says next.
    func sendFile() async -> ResponseSink.Event {
        await withTaskGroup(of: Step.self) { group in
            group.addTask {
                await self.sendContents()
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

    private func sendContents() async {
        do {
            try await file?.contents.run { await self.send($0) }
        } catch {
            // Of a cancelled task the connection is closed, and half a file must not pass for the whole.
            if Task.isCancelled { return }
            // Noted before the end is sent, and so before the answer to it can come.
            fileError.withLock {
                $0 = MySQLError(
                    .localInfileFailed,
                    phase: .command,
                    fate: .maybeExecuted,
                    message: "the source of the LOCAL INFILE failed: \(error)"
                )
            }
        }
        if !Task.isCancelled { _ = await send(ByteBuffer()) }
    }

    /// - Returns: when the network has taken it; false where no more is wanted.
    private func send(_ piece: ByteBuffer) async -> Bool {
        let (eventLoop, handler, id) = (connection.channel.eventLoop, connection.handler, id)
        let promise = eventLoop.makePromise(of: Bool.self)
        eventLoop.execute { handler.value.sendFile(piece, of: id, promise: promise) }
        return (try? await promise.futureResult.get()) ?? false
    }
}
