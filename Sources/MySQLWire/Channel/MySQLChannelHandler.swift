internal import NIOCore

/// The one channel handler: feeds the machine with what arrives and runs the actions it answers with.
///
/// State changes come first, effects after: a continuation that is resumed may call back at once.
final class MySQLChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Rows of an answer that nobody reads any more are dropped up to here; beyond, closing is cheaper.
    private static let drainLimit = 1 << 20
    /// Of a packet of LOCAL INFILE: no server's max_allowed_packet is set lower than what it holds by default for a
    /// session's buffer.
    private static let filePacket = 16 << 10

    var machine: ConnectionMachine
    let configuration: MySQLConfiguration
    let state: ConnectionState
    private let tlsContext: TLSContext?
    var tls: TLSSession?
    private(set) var context: ChannelHandlerContext?
    var current: PendingRequest?
    /// A statement that is being killed, until the connection is clean again.
    var killed: KilledQuery?
    var waiting: [PendingRequest] = []
    /// Prepared statements that nobody holds any more: closed before the next command.
    var droppedStatements: [UInt32] = []
    var onEstablished: ((Result<MySQLChannelHandler, MySQLError>) -> Void)?
    private(set) var isReadPending = false
    /// The consumer has enough for now.
    var isPaused = false
    private var isRunning = false
    var isWakeScheduled = false
    var pace = ReadPace()
    var isTickScheduled = false
    /// Since the event loop last looked at the socket.
    private var bytesRead = 0
    /// Nothing that is written now can arrive.
    private(set) var isPeerGone = false
    /// The channel's own, which takes a way through the pipeline to ask for.
    private var isActive = false

    /// - Parameters:
    ///   - tlsContext: made beforehand, since that reads files; nil where TLS is disabled.
    ///   - onEstablished: called once, on the event loop: logged in, or why not.
    init(
        machine: ConnectionMachine,
        configuration: MySQLConfiguration,
        tlsContext: TLSContext?,
        state: ConnectionState,
        onEstablished: @escaping (Result<MySQLChannelHandler, MySQLError>) -> Void
    ) {
        self.machine = machine
        self.configuration = configuration
        self.tlsContext = tlsContext
        self.state = state
        self.onEstablished = onEstablished
    }

    var phase: MySQLError.Phase { machine.phase }

    var progress: Progress {
        guard waiting.allSatisfy(\.isAbandoned) else { return .underWay }
        guard let current else { return waiting.isEmpty ? .none : .dropping }
        return current.isAbandoned ? .dropping : .underWay
    }

    // MARK: From the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        tls = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        machine.isLoopbackPeer = context.channel.remoteAddress?.isLoopback ?? false
        isActive = true
        requestRead()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReadPending = false
        var bytes = unwrapInboundIn(data)
        bytesRead += bytes.readableBytes
        guard let tls else {
            machine.received(bytes)
            return runMachine()
        }
        var plaintext = ByteBuffer()
        let wasComplete = tls.isHandshakeComplete
        do throws(MySQLError) {
            let answer = try tls.receive(&bytes, into: &plaintext)
            if answer.readableBytes > 0 { write(answer) }
        } catch {
            // The TLS session knows nothing of the command that is under way.
            var error = error
            error.fate = machine.fate
            return fail(error)
        }
        machine.received(plaintext)
        if !wasComplete, tls.isHandshakeComplete {
            state.update { $0.tlsVersion = tls.protocolVersion }
            if let action = machine.tlsEstablished(certificate: tls.peerFingerprint) { perform(action) }
        }
        runMachine()
        // Behind close_notify nothing is taken any more, so that waiting for it would be in vain.
        if tls.isPeerClosed { peerClosed() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReadPending = false
        noteRead(bytesRead, context)
        bytesRead = 0
        requestRead()
        wakeSoon(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isActive = false
        peerClosed()
        context.fireChannelInactive()
    }

    private func peerClosed() {
        isPeerGone = true
        // What arrived before the end lies in memory and is still the answer, also to a reader who had enough for now:
        // a server ends the connection right after the last event of a binary log.
        if !isRunning {
            while let action = machine.next() { perform(action) }
        }
        if let action = machine.disconnected() { perform(action) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let action = machine.disconnected(String(describing: error)) { perform(action) }
    }

    // MARK: Inside

    func runMachine() {
        // An effect may come back here: the loop that is already running goes on with what it finds.
        guard !isRunning else { return }
        isRunning = true
        defer { isRunning = false }
        while !isPaused, let action = machine.next() { perform(action) }
    }

    private func perform(_ action: ConnectionMachine.Action) {
        switch action {
        case .send(let bytes): writeEncrypted(bytes)
        case .startTLS(let bytes): startTLS(after: bytes)
        case .established:
            state.update {
                $0.status = machine.status
                $0.greeting = machine.greeting
                $0.authenticationPath = machine.authenticationPath
                $0.compression = machine.compression
                $0.isServerVerified = machine.isServerVerified
                $0.session = machine.session.state
                $0.capabilities = machine.capabilities
            }
            let established = onEstablished
            onEstablished = nil
            established?(.success(self))
            startNext()
        case .response(let event): respond(event)
        case .close(let error): fail(error)
        }
    }

    private func startTLS(after request: ByteBuffer) {
        write(request)
        guard let tlsContext else {
            return fail(MySQLError(.tlsUnavailable, phase: .tls, message: "TLS was begun without a configuration"))
        }
        do throws(MySQLError) {
            let host: String? =
                switch configuration.endpoint {
                case .tcp(let host, _): host
                case .unixSocket: nil
                }
            let session = try TLSSession(
                context: tlsContext,
                configuration: configuration.tls,
                host: host,
                peer: configuration.endpoint.description
            )
            tls = session
            write(try session.start())
        } catch {
            fail(error)
        }
    }

    private func respond(_ event: ResponseMachine.Event) {
        guard let request = current else { return }
        switch event {
        case .none: break
        case .columns(let columns):
            current?.isStreaming = request.sink.isStream
            deliver(.columns(columns), to: request)
        case .rows(let batch): deliver(.rows(batch), to: request)
        case .packet(let packet):
            current?.isStreaming = true
            deliver(.packet(packet), to: request)
        case .prepared(let packet):
            finishCurrent()
            // Nobody lets go of a preparation: who is cancelled in it closes the connection.
            _ = request.sink.push(.prepared(packet, generation: state.statementGeneration))
            startNext()
        case .cursorOpened:
            noteSession()
            current?.hasOpenCursor = true
            awaitDemand()
        case .completed(let completion, let isLast):
            noteSession()
            if request.hasOpenCursor {
                if let id = request.statementID, machine.hasCursor(of: id) { return awaitDemand() }
                current?.hasOpenCursor = false
            }
            if request.command.outlastsReset { state.update { $0.isAltered = true } }
            if request.command.endsStatements {
                state.update {
                    $0.statementGeneration += 1
                    $0.maximumPacket = nil
                }
                droppedStatements = []
            }
            if isLast { finishCurrent() }
            deliver(.completed(completion, isLast: isLast), to: request)
            if isLast { startNext() }
        case .fileRequested:
            // Nobody is there to send it.
            if request.isAbandoned { sendFile(ByteBuffer(), of: request.id, promise: nil) }
            deliver(.fileRequested, to: request)
            request.sink.wake()
        case .fileRefused: break
        case .rejected(let error):
            if error.meansReadOnlyServer { state.update { $0.readOnlyRefusal = error.server?.number } }
            noteSession()
            finishCurrent()
            if !request.isAbandoned { finish(request, with: error) }
            startNext()
        }
    }

    private func noteSession() {
        let (status, session) = (machine.status, machine.takeSessionChange())
        state.update {
            $0.status = status
            if let session { $0.session = session }
        }
    }

    private func deliver(_ event: ResponseSink.Event, to request: PendingRequest) {
        guard request.isAbandoned else {
            switch request.sink.push(event) {
            case .more: break
            case .pause: if current != nil { isPaused = true }
            case .tooMuch:
                fail(
                    MySQLError(
                        .limitExceeded,
                        phase: .rows,
                        fate: .maybeExecuted,
                        message:
                            "the result is larger than the \(configuration.maximumResult) bytes that are kept at once"
                    )
                )
            }
            return
        }
        guard current != nil else { return }
        let drained = request.drainedBytes
        request.drainedBytes += event.weight
        // What is being killed has a deadline instead. The last of what is dropped may be of any size.
        if drained > Self.drainLimit, killed == nil, !beginKill() {
            fail(MySQLError(.connectionClosed, phase: .rows, message: "a large result was left unread"))
        }
    }

    func startNext() {
        // Bytes behind the end of an answer are nobody's: they must not be taken for the answer to what is sent next.
        // The machine closes when it comes to them.
        guard current == nil, !isPeerGone, machine.isReady() else { return }
        let request: PendingRequest
        if killed != nil {
            guard let absorber = absorber() else { return }
            request = absorber
        } else {
            guard !waiting.isEmpty else { return }
            request = waiting.removeFirst()
        }
        var bytes = ByteBuffer()
        for id in droppedStatements {
            if var close = machine.send(unanswered: .statementClose(id)) { bytes.writeBuffer(&close) }
        }
        droppedStatements = []
        if let turn = request.options.turn {
            current = request
            current?.awaitsLongData = true
            if bytes.readableBytes > 0 { writeEncrypted(bytes) }
            requestRead()
            return turn.succeed(true)
        }
        guard var command = machine.begin(request.command, hasFile: request.options.hasFile) else {
            let reason = MySQLError(.invalidArgument, phase: .command, message: "the command cannot begin here")
            finish(request, with: reason)
            return startNext()
        }
        if bytes.readableBytes == 0 { bytes = command } else { bytes.writeBuffer(&command) }
        isPaused = false
        current = request
        writeEncrypted(bytes)
        requestRead()
    }

    func finishCurrent() {
        if let request = current {
            request.deadline?.cancel()
            current = nil
            endPace()
            resetStatement(of: request)
        }
        isPaused = false
        answerEnded()
    }

    func finish(_ request: PendingRequest, with error: MySQLError) {
        request.deadline?.cancel()
        request.options.turn?.succeed(false)
        _ = request.sink.push(.failed(error))
    }

    /// A piece of a file for LOCAL INFILE, in packets of a server's liking; an empty one ends the file.
    ///
    /// - Parameter promise: fulfilled when the network has taken it: true, or false where no file is waited for.
    func sendFile(_ contents: ByteBuffer, of id: UInt64, promise: EventLoopPromise<Bool>?) {
        var rest = contents
        var packets = ByteBuffer()
        repeat {
            let part = rest.readSlice(length: min(rest.readableBytes, Self.filePacket)) ?? ByteBuffer()
            guard current?.id == id, let packet = machine.sendFile(part) else {
                promise?.succeed(false)
                return
            }
            packets.writeImmutableBuffer(packet)
        } while rest.readableBytes > 0
        writeEncrypted(packets, promise: promise)
    }

    func requestRead() {
        guard !isPaused, !isReadPending, isActive, let context else { return }
        isReadPending = true
        context.read()
    }

    /// - Parameter sent: fulfilled with true when the network has taken the bytes, and else with false.
    func writeEncrypted(_ bytes: ByteBuffer, promise sent: EventLoopPromise<Bool>? = nil) {
        guard let tls else { return write(bytes, promise: sent) }
        do throws(MySQLError) {
            write(try tls.encrypt(bytes), promise: sent)
        } catch {
            fail(error)
            sent?.succeed(false)
        }
    }

    func write(_ bytes: ByteBuffer, promise sent: EventLoopPromise<Bool>? = nil) {
        guard let context else {
            sent?.succeed(false)
            return
        }
        let written = sent.map { sent in
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.whenComplete { result in
                if case .success = result { sent.succeed(true) } else { sent.succeed(false) }
            }
            return written
        }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: written)
    }
}

@available(*, unavailable)
extension MySQLChannelHandler: Sendable {}
