internal import NIOCore
internal import Synchronization

extension RunningRequest {
    /// Sends the contents that the server waits for, and their end.
    ///
    /// - Returns: what the server, or the end of the connection, says next.
    func sendFile() async -> ResponseSink.Event {
        await answer { await self.sendContents() }
    }

    private func sendContents() async {
        do {
            try await file?.contents.run { await self.send($0) }
        } catch {
            // Of a cancelled task the connection is closed, and half a file must not pass for the whole.
            if Task.isCancelled { return }
            // Noted before the end is sent, and so before the answer to it can come.
            let failure = MySQLError(
                .localInfileFailed,
                phase: .command,
                fate: .maybeExecuted,
                message: "the source of the LOCAL INFILE failed: \(error)"
            )
            fileError.withLock { $0 = failure }
            sink.observation?.willFail(with: failure)
        }
        if !Task.isCancelled { _ = await send(ByteBuffer()) }
    }

    private func send(_ piece: ByteBuffer) async -> Bool {
        await handOver { handler, promise in handler.sendFile(piece, of: self.id, promise: promise) }
    }
}
