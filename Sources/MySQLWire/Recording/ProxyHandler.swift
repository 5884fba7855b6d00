internal import NIOCore

/// One of the two ends of a proxied session: what it reads is recorded and written to its partner, and it reads no
/// faster than the partner can write.
final class ProxyHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let sender: RecordingEntry.Sender
    private let recording: RecordingStream
    private var filter: GreetingFilter?
    private var partner: ProxyHandler?
    private var context: ChannelHandlerContext?
    private var hasPendingRead = false

    /// - Parameter sender: who is at the other end of this handler's channel.
    init(sender: RecordingEntry.Sender, recording: RecordingStream, filter: GreetingFilter? = nil) {
        self.sender = sender
        self.recording = recording
        self.filter = filter
    }

    static func pair(_ client: ProxyHandler, _ server: ProxyHandler) {
        client.partner = server
        server.partner = client
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let bytes = filter == nil ? unwrapInboundIn(data) : filter?.pass(unwrapInboundIn(data)) else { return }
        // Recorded before it is passed on, so that no answer can overtake its question.
        recording.take(bytes, from: sender)
        partner?.write(bytes)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let rest = filter?.finish() {
            recording.take(rest, from: sender)
            partner?.write(rest)
        }
        recording.closed(by: sender)
        partner?.closeAfterWriting()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.resumeReading() }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        if let partner, !partner.isWritable { hasPendingRead = true } else { context.read() }
    }

    private var isWritable: Bool { context?.channel.isWritable ?? true }

    private func resumeReading() {
        guard hasPendingRead else { return }
        hasPendingRead = false
        context?.read()
    }

    private func write(_ bytes: ByteBuffer) {
        context?.write(wrapOutboundOut(bytes), promise: nil)
    }

    private func closeAfterWriting() {
        guard let context else { return }
        // An empty write completes after all before it; closing at once would drop them.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { [weak self] _ in
            self?.context?.close(promise: nil)
        }
    }
}
