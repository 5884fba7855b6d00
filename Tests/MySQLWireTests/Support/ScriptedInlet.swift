import NIOCore

/// Runs the script of one connection, and hands it what the client sends.
final class ScriptedInlet: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let scripts: [[ScriptedServer.Step]]
    private let sessions: ScriptedSessions
    private let stream = AsyncStream.makeStream(of: ByteBuffer.self)
    private var isFirst = false

    init(scripts: [[ScriptedServer.Step]], sessions: ScriptedSessions) {
        self.scripts = scripts
        self.sessions = sessions
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        guard let number = sessions.opened(channel) else { return context.close(promise: nil) }
        isFirst = number == 0
        let script = number < scripts.count ? scripts[number] : scripts.last ?? []
        Task { [sessions, inbound = stream.stream] in
            var run = ScriptedRun(channel: channel, inbound: inbound, sessions: sessions, number: number)
            try? await run.play(script)
            try? await channel.close().get()
            sessions.closed(channel)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        stream.continuation.yield(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        stream.continuation.finish()
        // Nobody waits any more for a script that stands still.
        if isFirst { sessions.pause?.end(.goOn) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
