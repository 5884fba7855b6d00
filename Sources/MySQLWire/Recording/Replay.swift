package import NIOCore

/// Plays a recording's server to our client: the recorded bytes go into the same machine that production feeds from a
/// socket, the client's commands come from the recording, and what our client sends is compared with it.
///
/// A value: a copy of it goes on from the same point, so every cut and split of one packet can be tried at the cost of
/// that packet.
package struct Replay: Sendable {
    /// One step of a recording, as a replay sees it.
    package enum Step: Sendable {
        /// All that the server sent in a row, headers included.
        case server(ByteBuffer)
        /// One payload of the client, and the session before it, by which it was redacted.
        case client(sequence: UInt8, payload: ByteBuffer, before: SessionTracker)
        case tlsStarted
    }

    package private(set) var events: [ReplayEvent] = []
    private var machine: ConnectionMachine
    /// Our client's packets that the recording has not confirmed yet.
    private var unconfirmed: [(sequence: UInt8, payload: ByteBuffer)] = []
    private var awaitsTLS = false
    private var isSkipping = false
    private var statements = RecordedStatements()
    private let isOwnClient: Bool
    private let capabilities: CapabilityFlags

    package let steps: [Step]

    /// - Throws: ``RecordingError`` for a recording that holds nothing to replay: opaque from the start, or without a
    ///   greeting although the login is to be replayed.
    package init(_ recording: Recording) throws(RecordingError) {
        let found = ReplaySetup(recording)
        steps = found.steps
        isOwnClient = found.isOwnClient
        capabilities = recording.header.capabilities.map { CapabilityFlags(rawValue: $0) } ?? .client
        guard let options = found.options else {
            throw RecordingError(line: 0, reason: "holds nothing that can be replayed")
        }
        machine =
            isOwnClient
            ? ConnectionMachine(options: options) : ConnectionMachine(options: options, loggedInWith: capabilities)
        machine.compresses = false
        // What the recorded client sent it was willing to send, to whomever it had connected.
        machine.isLoopbackPeer = true
    }

    /// True once the connection is over.
    package private(set) var isClosed = false

    /// Begins an empty list of events; the session goes on.
    package mutating func forgetEvents() {
        events = []
    }

    /// Plays the whole recording, then the end of the connection.
    package static func run(_ recording: Recording) throws(RecordingError) -> [ReplayEvent] {
        var replay = try Replay(recording)
        for step in replay.steps { replay.play(step) }
        if !replay.unconfirmed.isEmpty { replay.events.append(.mismatch("more was sent than the recording has")) }
        replay.finish()
        return replay.events
    }

    package mutating func play(_ step: Step) {
        switch step {
        case .server(let bytes): receive(bytes)
        case .client(let sequence, let payload, let before): client(sequence, payload, before)
        case .tlsStarted:
            guard awaitsTLS else { return }
            awaitsTLS = false
            if let action = machine.tlsEstablished() { perform(action) }
            drain()
        }
    }

    /// Bytes from the server, a part of a step.
    package mutating func receive(_ bytes: ByteBuffer) {
        guard !isClosed, !isSkipping else { return }
        machine.received(bytes)
        drain()
    }

    /// The server closes the connection.
    package mutating func finish() {
        guard !isClosed else { return }
        if let action = machine.disconnected() { perform(action) }
    }

    private mutating func drain() {
        while let action = machine.next() { perform(action) }
    }

    private mutating func perform(_ action: ConnectionMachine.Action) {
        switch action {
        case .send(let bytes): sent(bytes)
        case .startTLS(let bytes):
            awaitsTLS = true
            sent(bytes)
        case .established: events.append(.established)
        case .close(let error):
            isClosed = true
            events.append(.closed(error))
        case .response(let event): response(event)
        }
    }

    private mutating func response(_ event: ResponseMachine.Event) {
        switch event {
        case .none: break
        case .columns(let columns): events.append(.columns(columns.definitions))
        case .rows(let batch):
            for row in batch {
                events.append(.row(batch.columns.indices.map { row.bytes(at: $0).map { ByteBuffer(bytes: $0) } }))
            }
        case .packet(let payload): events.append(.packet(payload))
        case .prepared(let packet):
            statements.prepared(packet)
            events.append(.prepared(packet))
        case .cursorOpened(let completion): events.append(.cursorOpened(completion))
        case .fileRequested: events.append(.fileRequested)
        case .fileRefused: break
        case .completed(let completion, let isLast): events.append(.completed(completion, isLast: isLast))
        case .rejected(let error): events.append(.rejected(error))
        }
    }

    // MARK: The client's side

    private mutating func client(_ sequence: UInt8, _ payload: ByteBuffer, _ before: SessionTracker) {
        guard !isClosed else { return }
        if machine.isIdle || isSkipping {
            isSkipping = false
            begin(sequence, payload)
        } else if let bytes = machine.sendFile(payload) {
            sent(bytes)
        }
        guard isOwnClient else { return }
        guard !unconfirmed.isEmpty else {
            events.append(.mismatch("nothing was sent where the recording has \(payload.readableBytes) bytes"))
            return
        }
        let mine = unconfirmed.removeFirst()
        var tracker = before
        var redactor = Redactor()
        let kind = tracker.observe(.client, payload: mine.payload)
        let safe = redactor.redact(mine.payload, kind, from: .client, in: tracker)
        events.append(.sent(sequence: mine.sequence, payload: safe))
        if mine.sequence != sequence {
            events.append(.mismatch("packet \(mine.sequence) where the recording has \(sequence)"))
        }
        if safe != payload {
            events.append(
                .mismatch(
                    "\(HexText.lines(safe).joined(separator: " ")) where the recording has "
                        + HexText.lines(payload).joined(separator: " ")
                )
            )
        }
    }

    private mutating func begin(_ sequence: UInt8, _ payload: ByteBuffer) {
        guard var command = try? Command.decode(payload, capabilities: capabilities) else { return }
        if isOwnClient, payload.firstByte == 0x11,
            let change = try? ChangeUserCommand.decode(payload, capabilities: capabilities)
        {
            command = .changeUser(ReplaySetup.account(change))
        }
        if isOwnClient, let packet = try? statements.execution(payload, capabilities: capabilities) {
            command = .statementExecute(packet)
        }
        statements.sent(command)
        if !isOwnClient, case .stream = command {
            isSkipping = true
            return events.append(.skipped(PacketDescriber.describe(.command(payload.firstByte ?? 0), payload: payload)))
        }
        if command.isUnanswered {
            if let bytes = machine.send(unanswered: command) { sent(bytes) }
            return
        }
        // The contents of a file come from the recording too.
        if let bytes = machine.begin(command, hasFile: true) { sent(bytes) }
    }

    private mutating func sent(_ bytes: ByteBuffer) {
        guard isOwnClient else { return }
        var framer = PacketFramer(maximumPayload: .max)
        framer.append(bytes)
        guard let header = bytes.getInteger(at: bytes.readerIndex + 3, as: UInt8.self) else { return }
        framer.expectSequence(header)
        guard let packet = try? framer.next() else { return }
        unconfirmed.append((header, packet.payload))
    }
}
