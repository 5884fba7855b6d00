internal import NIOCore

/// What a prepared statement needs before its execution, and after it: values in pieces, and rows on demand. In between
/// the connection is idle for the machine, and not for anybody else.
extension MySQLChannelHandler {
    /// A piece of a value, before the statement is executed.
    ///
    /// - Parameters:
    ///   - limit: of the bytes of one packet.
    ///   - promise: fulfilled when the network has taken it: true, or false where no more is wanted.
    func sendLongData(
        _ piece: ByteBuffer,
        of parameter: UInt16,
        limit: Int,
        for id: UInt64,
        promise: EventLoopPromise<Bool>
    ) {
        var rest = piece
        var packets = ByteBuffer()
        repeat {
            let part = rest.readSlice(length: min(rest.readableBytes, limit)) ?? ByteBuffer()
            guard let request = current, request.id == id, request.awaitsLongData, let statement = request.statementID,
                let packet = machine.send(unanswered: .statementSendLongData(statement, parameter: parameter, part))
            else { return promise.succeed(false) }
            packets.writeImmutableBuffer(packet)
        } while rest.readableBytes > 0
        current?.hasSentLongData = true
        writeEncrypted(packets, promise: promise)
    }

    /// All values are there.
    func executeWithLongData(_ id: UInt64) {
        guard let request = current, request.id == id, request.awaitsLongData, !isPeerGone else { return }
        current?.awaitsLongData = false
        guard let bytes = machine.begin(request.command) else { return }
        writeEncrypted(bytes)
        requestRead()
    }

    /// The values cannot be had.
    func failLongData(_ id: UInt64, _ error: MySQLError) {
        guard current?.id == id, current?.awaitsLongData == true else { return }
        leaveCurrent(with: error)
    }

    /// Rows wait on the server until the consumer wants them.
    func awaitDemand() {
        guard let request = current else { return }
        guard !request.isAbandoned else {
            finishCurrent()
            return startNext()
        }
        if request.sink.awaitDemand() { fetch(request.id) }
    }

    /// The consumer wants more rows.
    func fetch(_ id: UInt64) {
        guard let request = current, request.id == id, request.hasOpenCursor, let statement = request.statementID,
            let rows = request.options.fetchedRows, !machine.hasUnreadBytes, !isPeerGone,
            let bytes = machine.begin(.statementFetch(statement, rows: rows))
        else { return }
        isPaused = false
        // Each is an answer of its own.
        endPace()
        writeEncrypted(bytes)
        requestRead()
    }

    /// The caller goes while nothing is under way for it: the connection stays as it is.
    func leaveCurrent(with error: MySQLError? = nil) {
        guard let request = current else { return }
        finishCurrent()
        if var error {
            error.phase = request.hasOpenCursor ? .rows : .command
            error.fate = request.hasOpenCursor ? .maybeExecuted : .notSent
            finish(request, with: error)
        } else {
            request.options.turn?.succeed(false)
        }
        startNext()
    }

    /// Neither a cursor nor a part of a value may be left on the server: a statement is used again.
    func resetStatement(of request: PendingRequest) {
        guard request.hasOpenCursor || request.hasSentLongData, let id = request.statementID,
            !droppedStatements.contains(id)
        else { return }
        waiting.insert(.unattended(.statementReset(id)), at: 0)
    }
}
