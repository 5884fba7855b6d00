package import NIOCore

/// One connection of the client, without a channel: bytes and requests in, actions out.
///
/// Whoever drives it appends what arrived and asks for actions until there is none: so a slow consumer of rows stops
/// the work simply by not asking.
package struct ConnectionMachine: Sendable {
    package enum Action: Sendable {
        /// Write these bytes.
        case send(ByteBuffer)
        /// Write these bytes; all that arrives from here on goes through TLS, until ``tlsEstablished()``.
        case startTLS(ByteBuffer)
        /// The login is done.
        case established
        /// Something of the answer to the command under way.
        case response(ResponseMachine.Event)
        /// The connection is of no further use: tell everybody why, and close it.
        case close(MySQLError)
    }

    private enum State: Sendable {
        case handshaking
        case idle
        case responding
        /// The login of another account, as a command.
        case changingUser
        case closed
    }

    /// The server's own upper limit of max_allowed_packet; the places of cells in a batch are 32 bits wide.
    package static let maximumPayload = 1 << 30

    private var state = State.handshaking
    private var handshake: HandshakeMachine
    private var response: ResponseMachine?
    private var framer: PacketFramer
    /// Below the framer, from the login on, where both sides compress.
    private var compressed: CompressedFramer?
    /// False for a replay: a recording from within holds the packets as they were above compression.
    package var compresses = true
    private var sequence: UInt8 = 0
    private var cursors = ServerCursors()
    private var known = KnownColumns()
    /// No packet of a login is longer: a stranger's length is not waited for.
    private static let maximumLoginPayload = 64 << 10
    private let maximumPayload: Int
    /// Rows of one batch take about this many bytes at most (a single larger row comes alone).
    private let batchBytes: Int
    /// Set by a recorder: then every packet goes the slow way, and past it.
    package var tap: (any PacketTap)?
    package private(set) var status: ServerStatus = []
    package private(set) var session = SessionStateTracker()

    /// The session's state, where it may be another one than at the last call.
    package mutating func takeSessionChange() -> MySQLSessionState? { session.takeChange() }

    package init(options: HandshakeMachine.Options, batchBytes: Int = 256 << 10) {
        self.handshake = HandshakeMachine(options: options)
        self.maximumPayload = min(max(options.configuration.maximumPayload, 4096), Self.maximumPayload)
        self.framer = PacketFramer(maximumPayload: min(maximumPayload, Self.maximumLoginPayload))
        self.batchBytes = batchBytes
    }

    /// A session whose login lies behind it, as a replay of another client's session begins.
    package init(options: HandshakeMachine.Options, loggedInWith capabilities: CapabilityFlags) {
        self.init(options: options)
        framer.maximumPayload = maximumPayload
        handshake = HandshakeMachine(options: options, finishedWith: capabilities)
        state = .idle
    }

    package var greeting: HandshakeV10? { handshake.greeting }
    package var capabilities: CapabilityFlags { handshake.capabilities }
    package var compression: CompressionMethod? { handshake.compression }
    package var authenticationPath: AuthenticationMachine.Path? { handshake.authenticationPath }
    package var isServerVerified: Bool { handshake.isServerVerified }

    /// The address that was connected to, not its name, is one of this machine's loopback. To be said before the login.
    package var isLoopbackPeer: Bool {
        get { handshake.isLoopbackPeer }
        set { handshake.isLoopbackPeer = newValue }
    }

    /// True where a command can be sent.
    package var isIdle: Bool {
        if case .idle = state { true } else { false }
    }

    /// True where a command can be sent and nobody's bytes have arrived.
    // Mutating for the sake of the caller: a question is put to a copy of the whole machine.
    mutating func isReady() -> Bool { isIdle && !hasUnreadBytes }

    /// Something has arrived that no ``next()`` has taken.
    package var hasUnreadBytes: Bool { !framer.isEmpty || compressed?.isEmpty == false }

    package var phase: MySQLError.Phase {
        switch state {
        case .handshaking, .changingUser: handshake.phase
        case .idle, .closed: .idle
        case .responding: response?.phase ?? .command
        }
    }

    /// The server waits for the contents of a file.
    package var awaitsFile: Bool { response?.awaitsFile == true }

    package mutating func received(_ bytes: ByteBuffer) {
        if compressed == nil { framer.append(bytes) } else { compressed?.append(bytes) }
    }

    /// Begins a command. Nil if the connection is not idle: then nothing changes.
    ///
    /// - Parameter hasFile: the caller has contents for one LOCAL INFILE request of the server.
    package mutating func begin(_ command: Command, hasFile: Bool = false) -> ByteBuffer? {
        guard case .idle = state else { return nil }
        cursors.began(command)
        switch command {
        case .quit:
            state = .closed
        case .query, .attributedQuery: respond(.resultSets(.text), hasFile: hasFile)
        case .statementExecute(let packet): respond(packet.opensCursor ? .cursor : .resultSets(.binary))
        case .statementFetch(let id, _):
            guard let columns = cursors.columns(of: id) else { return nil }
            respond(.fetched, columns: columns)
        case .statementPrepare: respond(.prepared)
        case .verbatim where command.code == 0x03: respond(.resultSets(.text), hasFile: hasFile)
        case .verbatim where command.code == 0x16: respond(.prepared)
        case .statementClose, .statementSendLongData: return nil
        case .stream: respond(.packets)
        case .statistics: respond(.text)
        case .initDB, .verbatim, .ping, .allowSeveralStatements, .resetConnection, .statementReset:
            respond(.acknowledgement)
        case .changeUser(let account): return beginChange(to: account)
        }
        session.began(command)
        // An event of the binary log holds the images of a row before and after, so it is larger than any row.
        if case .stream = command {
            framer.maximumPayload = Self.maximumPayload
        } else {
            framer.maximumPayload = maximumPayload
        }
        sequence = 0
        compressed?.commandBegins()
        return frame(command.encode(capabilities: handshake.capabilities))
    }

    /// A command that has no answer, and may be sent before another one: COM_STMT_CLOSE, COM_STMT_SEND_LONG_DATA. Nil if
    /// the connection is not idle.
    package mutating func send(unanswered command: Command) -> ByteBuffer? {
        guard case .idle = state, command.isUnanswered else { return nil }
        cursors.began(command)
        sequence = 0
        compressed?.commandBegins()
        return frame(command.encode(capabilities: capabilities))
    }

    /// The TLS handshake is complete, with that certificate of the server's.
    package mutating func tlsEstablished(certificate: CertificateFingerprint? = nil) -> Action? {
        guard case .handshaking = state else { return nil }
        return run(handshake.tlsEstablished(certificate: certificate))
    }

    /// What is to be done next; nil until more bytes arrive.
    package mutating func next() -> Action? {
        do throws(WireError) {
            while true {
                if case .closed = state { return nil }
                if case .responding = state, tap == nil, let columns = response?.rowColumns,
                    let format = response?.rowFormat,
                    let batch = try framer.scanRows(columns: columns, format: format, maximumBytes: batchBytes)
                {
                    response?.rowsScanned()
                    cursors.rowsScanned()
                    return .response(.rows(batch))
                }
                if case .responding = state, tap == nil, let columns = known.take(from: &framer, for: &response) {
                    try cursors.received(.columns(columns), isOpening: response?.kind == .cursor)
                    return .response(.columns(columns))
                }
                guard let packet = try framer.next() else {
                    if try inflate() { continue }
                    return nil
                }
                tap?.packet(isFromServer: true, sequence: packet.sequence, payload: packet.payload)
                if let action = try received(packet) { return action }
            }
        } catch {
            return close(
                MySQLError(
                    error.isLimit ? .limitExceeded : .protocolViolation,
                    phase: phase,
                    fate: fate,
                    message: error.description(in: phase)
                )
            )
        }
    }

    /// The peer closed the connection, or the channel failed. Nil if that was expected.
    package mutating func disconnected(_ reason: String? = nil) -> Action? {
        if case .closed = state { return nil }
        let cause = reason.map { " (\($0))" } ?? ""
        return close(
            MySQLError(
                .connectionClosed,
                phase: phase,
                fate: fate,
                message: "the server closed the connection \(phase.ofAnEnd)\(cause)"
            )
        )
    }

    /// What is known of the command under way.
    package var fate: MySQLError.Fate {
        switch state {
        case .responding, .changingUser: .maybeExecuted
        case .handshaking, .idle, .closed: .notSent
        }
    }

    private mutating func received(_ packet: PacketFramer.Packet) throws(WireError) -> Action? {
        switch state {
        case .handshaking:
            sequence = packet.sequence &+ 1
            return run(handshake.received(packet.payload))
        case .changingUser:
            sequence = packet.sequence &+ 1
            return runChange(handshake.received(packet.payload))
        case .responding where awaitsFile:
            // An answer before the file is whole: the two sides would not agree on where it ends.
            return close(unsolicited(packet.payload))
        case .responding:
            guard var event = try response?.received(packet.payload) else { return nil }
            switch event {
            case .completed(let completion, _), .cursorOpened(let completion):
                if response?.kind != .text { status = completion.status }
                session.completed(completion)
            default: break
            }
            try cursors.received(event, isOpening: response?.kind == .cursor)
            event = try response?.withoutRefused(event, bytes: packet.payload.readableBytes) ?? event
            switch event {
            case .none: return nil
            case .columns, .rows, .packet, .completed(_, isLast: false): break
            case .completed, .cursorOpened, .prepared, .rejected: finishResponse()
            case .fileRequested: sequence = packet.sequence &+ 1
            case .fileRefused:
                sequence = packet.sequence &+ 1
                return .send(frame(ByteBuffer()))
            }
            return .response(event)
        case .idle:
            return close(unsolicited(packet.payload))
        case .closed:
            return nil
        }
    }

    private mutating func run(_ action: HandshakeMachine.Action) -> Action? {
        switch action {
        case .wait: return nil
        case .send(let payload): return .send(frame(payload))
        case .startTLS(let payload):
            // Whatever stands behind the greeting was written by somebody who speaks before TLS: not to be read later.
            guard framer.isEmpty else {
                return close(
                    MySQLError(
                        .protocolViolation,
                        phase: .greeting,
                        message: "bytes in plaintext behind the greeting, where TLS must begin"
                    )
                )
            }
            return .startTLS(frame(payload))
        case .established(let packet):
            status = packet.completion.status
            session.loggedIn(packet.completion, capabilities: handshake.capabilities, database: handshake.database)
            guard framer.isEmpty else {
                return close(
                    MySQLError(.protocolViolation, phase: .authentication, message: "bytes behind the end of the login")
                )
            }
            framer.maximumPayload = maximumPayload
            if let method = handshake.compression {
                framer.isSequenceStrict = false
                if compresses { compressed = CompressedFramer(method: method) }
            }
            state = .idle
            return .established
        case .fail(let error): return close(error)
        }
    }

    /// A packet that nobody asked for: the server says why it is about to close (4031, 1053, 1927, …).
    private func unsolicited(_ payload: ByteBuffer) -> MySQLError {
        guard payload.getInteger(at: payload.readerIndex, as: UInt8.self) == 0xFF,
            let packet = try? ERRPacket.decode(payload)
        else {
            return MySQLError(.protocolViolation, phase: phase, fate: fate, message: "a packet that nobody asked for")
        }
        return MySQLError(
            .connectionClosed,
            phase: phase,
            fate: fate,
            message: packet.message,
            server: .init(packet)
        )
    }

    private mutating func respond(_ kind: ResponseMachine.Kind, hasFile: Bool = false, columns: MySQLColumns = .none) {
        response = ResponseMachine(
            kind: kind,
            capabilities: handshake.capabilities,
            hasFile: hasFile,
            columns: columns
        )
        state = .responding
    }

    // MARK: LOCAL INFILE

    /// A piece of the file that the server waits for; an empty one ends it. Nil where no file is waited for (any more).
    ///
    /// - Parameter contents: at most one packet, so fewer than 2^24 - 1 bytes.
    package mutating func sendFile(_ contents: ByteBuffer) -> ByteBuffer? {
        guard case .responding = state, response?.awaitsFile == true,
            contents.readableBytes < PacketFramer.maximumPacket
        else { return nil }
        if contents.readableBytes == 0 { response?.fileEnded() }
        return frame(contents)
    }

    // MARK: COM_CHANGE_USER

    private mutating func beginChange(to account: ChangeUserCommand.Account) -> ByteBuffer? {
        do throws(MySQLError) {
            let payload = try handshake.changeUser(account)
            framer.maximumPayload = Self.maximumLoginPayload
            session.began(.changeUser(account))
            state = .changingUser
            sequence = 0
            compressed?.commandBegins()
            return frame(payload)
        } catch {
            return nil
        }
    }

    private mutating func runChange(_ action: HandshakeMachine.Action) -> Action? {
        switch action {
        case .wait: return nil
        case .send(let payload): return .send(frame(payload))
        case .established(let packet):
            status = packet.completion.status
            session.completed(packet.completion)
            state = .idle
            return .response(.completed(packet.completion, isLast: true))
        case .startTLS:
            return close(MySQLError(.protocolViolation, phase: phase, fate: fate, message: "TLS begins twice"))
        case .fail(var error):
            // The server ends a session whose change of the user it refuses.
            error.fate = error.code == .server ? .rejected : .maybeExecuted
            return close(error)
        }
    }

    /// Rows of that statement wait on the server.
    package func hasCursor(of statement: UInt32) -> Bool { cursors.columns(of: statement) != nil }

    private mutating func finishResponse() {
        response = nil
        state = .idle
    }

    private mutating func close(_ error: MySQLError) -> Action {
        state = .closed
        response = nil
        return .close(error)
    }

    private mutating func frame(_ payload: ByteBuffer) -> ByteBuffer {
        tap?.packet(isFromServer: false, sequence: sequence, payload: payload)
        let framed = PacketEncoder.frame(payload, sequence: &sequence)
        // The answer goes on counting from there: a payload of several packets is answered from 2 on.
        framer.expectSequence(sequence)
        return compressed?.frame(framed) ?? framed
    }

    /// - Returns: whether there are more bytes of packets than before.
    private mutating func inflate() throws(WireError) -> Bool {
        // As many as make a batch of rows: a server's frames are small.
        let (wanted, isBetweenPackets) = (batchBytes, framer.isEmpty)
        guard let packets = try compressed?.next(atLeast: wanted, isBetweenPackets: isBetweenPackets) else {
            return false
        }
        framer.append(packets)
        return true
    }
}
