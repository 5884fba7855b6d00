internal import NIOCore

/// What the connection asks for, on the event loop.
extension MySQLChannelHandler {
    func submit(_ request: PendingRequest) {
        if let reason = state.closeReason { return finish(request, with: reason.forOthers) }
        if let current, current.isStreaming, !current.isAbandoned {
            return finish(
                request,
                with: MySQLError(
                    .busy,
                    phase: .command,
                    message: "the rows of an earlier result on this connection have not been read to their end"
                )
            )
        }
        setDeadline(of: request)
        waiting.append(request)
        startNext()
    }

    /// It counts from the call on, so also while others are before it.
    private func setDeadline(of request: PendingRequest) {
        guard let timeout = request.timeout, let context else { return }
        let id = request.id
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        request.deadline = context.eventLoop.scheduleTask(in: timeout) {
            bound.value.cancel(
                id,
                MySQLError(.timedOut, phase: .command, message: "no complete answer within the deadline")
            )
        }
    }

    /// The consumer has taken enough to want more.
    func resume(_ id: UInt64) {
        guard current?.id == id else { return }
        isPaused = false
        runMachine()
        requestRead()
        if let context { wakeSoon(context) }
    }

    /// The consumer has gone without reading to the end.
    func abandon(_ id: UInt64) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            let request = waiting.remove(at: index)
            request.deadline?.cancel()
            request.options.turn?.succeed(false)
            return
        }
        guard current?.id == id else { return }
        current?.isAbandoned = true
        if machine.isIdle { return leaveCurrent() }
        sendFile(ByteBuffer(), of: id, promise: nil)
        if current?.isLogStream == true {
            // A binary log stream may have no end.
            return fail(MySQLError(.connectionClosed, phase: .rows, message: "the stream was left before its end"))
        }
        isPaused = false
        runMachine()
        requestRead()
    }

    /// The caller's task was cancelled, or a deadline has passed: the answer can no longer be waited for, and the
    /// connection with half of it unread is closed.
    func cancel(_ id: UInt64, _ error: MySQLError) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            return finish(waiting.remove(at: index), with: error)
        }
        // A consumer that reads on after its task was cancelled says so again.
        guard current?.id == id, killed == nil else { return }
        if machine.isIdle { return leaveCurrent(with: error) }
        var error = error
        error.phase = machine.phase
        error.fate = machine.fate
        guard let request = current, beginKill() else { return fail(error) }
        current?.isAbandoned = true
        finish(request, with: error)
        isPaused = false
        runMachine()
        requestRead()
    }

    /// COM_STMT_CLOSE has no answer, so that it costs no more than a few bytes before the next command.
    func closeStatement(_ id: UInt32, generation: UInt64) {
        guard generation == state.statementGeneration else { return }
        droppedStatements.append(id)
    }

    func close(_ error: MySQLError) {
        guard state.closeReason == nil else { return }
        var error = error
        error.phase = machine.phase
        error.fate = machine.fate
        if machine.isIdle, let quit = machine.begin(.quit) { writeEncrypted(quit) }
        fail(error)
    }

    /// Ends everything: pending callers get `error`, the channel is closed.
    func fail(_ error: MySQLError) {
        guard state.close(error) else { return }
        killed?.deadline?.cancel()
        killed = nil
        let established = onEstablished
        onEstablished = nil
        let requests = (current.map { [$0] } ?? []) + waiting
        let currentID = current?.id
        current = nil
        waiting = []
        // The end of TLS, or the alert that tells the peer why the handshake failed.
        if let last = tls?.shutdown(), last.readableBytes > 0 { write(last) }
        context?.close(promise: nil)
        established?(.failure(error))
        for request in requests {
            var error = request.id == currentID ? error : error.forOthers
            if request.hasOpenCursor { error.fate = .maybeExecuted }
            finish(request, with: error)
        }
    }
}

extension MySQLError {
    /// Of the end of a connection, for those whose command was not under way: neither was their task cancelled nor has
    /// their deadline passed, and nothing of theirs was sent.
    fileprivate var forOthers: MySQLError {
        var error = self
        error.fate = .notSent
        if code == .cancelled || code == .timedOut {
            error.code = .connectionClosed
            error.message = "the connection was closed with an earlier command on it: \(message)"
        }
        return error
    }
}
