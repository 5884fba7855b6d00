internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// How often the event loop is woken, and how often the consumer.
extension MySQLChannelHandler {
    /// A slow server sends little at a time, and each waking of the consumer costs two thread switches: so a consumer
    /// gets less than ``ResponseSink/wakeWeight`` only once a millisecond.
    func wakeSoon(_ context: ChannelHandlerContext) {
        guard !isWakeScheduled, let current, current.sink.isOwedWake else { return }
        isWakeScheduled = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(1)) {
            bound.value.isWakeScheduled = false
            // By then another answer may be under way: nobody else wakes its consumer.
            bound.value.current?.sink.wake()
        }
    }

    /// See ``ReadPace``. So much of an answer was read since the event loop last looked at the socket.
    func noteRead(_ bytes: Int, _ context: ChannelHandlerContext) {
        // The events of a binary log come when they happen: there is no end for which to hurry.
        guard let current, !current.isLogStream, pace.read(bytes) else { return }
        setLowWaterMark(ReadPace.much)
        tickSoon(context)
    }

    func endPace() {
        if pace.end() { setLowWaterMark(1) }
    }

    private func tickSoon(_ context: ChannelHandlerContext) {
        guard !isTickScheduled else { return }
        isTickScheduled = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(1)) { bound.value.tick() }
    }

    private func tick() {
        isTickScheduled = false
        if pace.tick() {
            setLowWaterMark(1)
            lookAgain()
        }
        if pace.isWaitingForMuch, let context { tickSoon(context) }
    }

    /// Kernels before 4.18 do not do so by themselves when the mark is lowered, and what lies there already may be all that
    /// comes: so the event loop lets go of the socket and asks for it anew.
    private func lookAgain() {
        guard isReadPending, let context else { return }
        try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.read()
    }

    private func setLowWaterMark(_ bytes: Int) {
        // Without it, or where it is not heeded (a Unix socket), every piece is told as it comes.
        try? context?.channel.syncOptions?.setOption(
            .socketOption(NIOBSDSocket.Option(rawValue: SO_RCVLOWAT)),
            value: SocketOptionValue(bytes)
        )
    }
}
