internal import NIOCore

/// What a replay needs of a recording before it begins.
struct ReplaySetup {
    var steps: [Replay.Step] = []
    /// Recorded from our own client: its login is replayed too, and all that it sends is compared.
    var isOwnClient: Bool
    /// Nil where there is nothing to replay.
    var options: HandshakeMachine.Options?

    private var response: HandshakeResponse41?
    private var asksForKey = false
    /// The plugin that the server asked for last, and nothing was sent for.
    private var refusedPlugin: String?

    init(_ recording: Recording) {
        isOwnClient = recording.header.recorder == "tap"
        var tracker = SessionTracker()
        if recording.header.tls == .inside { tracker.tlsStarted() }
        var isLoggedIn = isOwnClient
        for entry in recording.entries {
            switch entry {
            case .packet(let sender, let sequence, let payload):
                let before = tracker
                let kind = tracker.observe(sender, payload: payload)
                note(kind, payload, tracker)
                // Another client's login is its own; its session begins behind it.
                if isLoggedIn { append(sender, sequence, payload, kind, before) }
                isLoggedIn = isLoggedIn || tracker.isLoggedIn
            case .raw(.server, let bytes) where isLoggedIn: append(server: bytes)
            case .event(.tlsStarted) where isOwnClient: steps.append(.tlsStarted)
            case .raw, .event: break
            }
        }
        guard !steps.isEmpty else { return }
        options = HandshakeMachine.Options(
            configuration: configuration(recording.header),
            isLocalTransport: false,
            attributes: response?.attributes ?? []
        )
        options?.capabilities = response?.capabilities
    }

    private mutating func note(_ kind: PacketKind, _ payload: ByteBuffer, _ tracker: SessionTracker) {
        switch kind {
        case .handshakeResponse: response = try? HandshakeResponse41.decode(payload)
        case .authSwitchRequest, .authNextFactor: refusedPlugin = tracker.plugin
        case .authenticationData: refusedPlugin = nil
        case .publicKeyRequest:
            refusedPlugin = nil
            asksForKey = true
        default: break
        }
    }

    private mutating func append(
        _ sender: RecordingEntry.Sender,
        _ sequence: UInt8,
        _ payload: ByteBuffer,
        _ kind: PacketKind,
        _ before: SessionTracker
    ) {
        switch sender {
        case .server:
            var header = ByteBuffer()
            header.writeUInt24(UInt32(truncatingIfNeeded: payload.readableBytes))
            header.writeInteger(sequence)
            header.writeImmutableBuffer(payload)
            append(server: header)
        case .client:
            guard kind == .continuation, case .client(let first, var whole, let session)? = steps.last else {
                return steps.append(.client(sequence: sequence, payload: payload, before: before))
            }
            whole.writeImmutableBuffer(payload)
            steps[steps.count - 1] = .client(sequence: first, payload: whole, before: session)
        }
    }

    private mutating func append(server bytes: ByteBuffer) {
        guard case .server(var before)? = steps.last else { return steps.append(.server(bytes)) }
        before.writeImmutableBuffer(bytes)
        steps[steps.count - 1] = .server(before)
    }

    /// Whom a recorded change of the user asks for; as in the login, any password will do, but none is not any.
    static func account(_ change: ChangeUserCommand) -> ChangeUserCommand.Account {
        ChangeUserCommand.Account(
            username: change.username,
            password: change.authenticationResponse.isEmpty ? nil : Secret("not the recorded one"),
            database: change.database.isEmpty ? nil : change.database
        )
    }

    /// The proof in a recording is redacted, so any password makes the same bytes; but none is not any.
    private func configuration(_ header: RecordingHeader) -> MySQLConfiguration {
        let hasPassword = response.map { !$0.authenticationResponse.isEmpty } ?? true
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "recording", port: 3306),
            username: response?.username ?? "",
            password: hasPassword ? Secret("not the recorded one") : nil,
            database: response?.database,
            tls: TLSConfiguration(mode: header.tls == .inside ? .required : .disabled),
            getServerPublicKey: asksForKey
        )
        if let response {
            let flags = response.capabilities
            if flags.contains(.compress) { configuration.compression = .zlib }
            if flags.contains(.zstdCompression) { configuration.compression = .zstd(level: Int(response.zstdLevel)) }
        }
        // What the recorded client agreed to, and not what it refused; its passwords are not in here.
        configuration.allowedPlugins = AuthenticationPlugin.all.filter { $0.name != refusedPlugin }
        if response?.capabilities.contains(.multiFactorAuthentication) == true {
            configuration.additionalPasswords = [Secret("nor the second"), Secret("nor the third")]
        }
        return configuration
    }
}
