package import NIOCore

/// The login, from the greeting to the first OK: values in, actions out.
package struct HandshakeMachine: Sendable {
    package enum Action: Sendable {
        /// Send this payload.
        case send(ByteBuffer)
        /// Send this SSLRequest, then begin TLS; every byte from here on belongs to TLS.
        case startTLS(ByteBuffer)
        /// Nothing to send; more is to come from the server.
        case wait
        /// Logged in.
        case established(OKPacket)
        /// No login; the connection is to be closed.
        case fail(MySQLError)
    }

    /// What the login needs of the configuration.
    package struct Options: Sendable {
        package var configuration: MySQLConfiguration
        /// Plaintext cannot be overheard or changed: a unix socket.
        package var isLocalTransport: Bool
        package var attributes: [HandshakeResponse41.Attribute]
        /// What is asked for in place of what the configuration says: a replay asks for what was recorded.
        package var capabilities: CapabilityFlags?

        package init(
            configuration: MySQLConfiguration,
            isLocalTransport: Bool,
            attributes: [HandshakeResponse41.Attribute]
        ) {
            self.configuration = configuration
            self.isLocalTransport = isLocalTransport
            self.attributes = attributes
        }
    }

    private enum State: Sendable {
        case awaitingGreeting
        case awaitingTLS(HandshakeV10)
        case authenticating(AuthenticationMachine)
        case finished
    }

    private let options: Options
    /// The address that was connected to, not its name, is one of this machine's loopback.
    package var isLoopbackPeer = false
    private var state = State.awaitingGreeting
    /// As it was before the login, for a change of the user.
    private var authentication: AuthenticationMachine?
    package private(set) var greeting: HandshakeV10?
    /// Ours and the server's: nothing outside of it is ever used.
    package private(set) var capabilities: CapabilityFlags = []
    /// What follows the login is compressed so; nil where it is not.
    package private(set) var compression: CompressionMethod?

    package init(options: Options) {
        self.options = options
    }

    /// A login that is over.
    init(options: Options, finishedWith capabilities: CapabilityFlags) {
        self.options = options
        self.capabilities = capabilities
        state = .finished
    }

    /// The default database of the login.
    var database: String? { options.configuration.database }

    package var phase: MySQLError.Phase {
        switch state {
        case .awaitingGreeting: .greeting
        case .awaitingTLS: .tls
        case .authenticating, .finished: .authentication
        }
    }

    /// How the login went, for tests and logs.
    package private(set) var authenticationPath: AuthenticationMachine.Path?

    /// The server has proved who it is: by its certificate's CA or a pin, or by MariaDB's ``CertificateProof``; a unix
    /// socket needs no proof. What was decided before the end of the login knows nothing of that proof.
    package private(set) var isServerVerified = false
    /// The one that TLS began with.
    private var certificate: CertificateFingerprint?

    package mutating func received(_ payload: ByteBuffer) -> Action {
        do throws(MySQLError) {
            switch state {
            case .awaitingGreeting: return try receivedGreeting(payload)
            case .awaitingTLS:
                throw violation("bytes in plaintext after the SSLRequest")
            case .authenticating(let machine): return try receivedDuringAuthentication(payload, machine)
            case .finished: throw violation("a packet after the end of the login")
            }
        } catch {
            state = .finished
            return .fail(error)
        }
    }

    /// The TLS handshake is complete (and its certificate verified, as far as the mode says).
    ///
    /// - Parameter certificate: the server's, where it may be proved later.
    package mutating func tlsEstablished(certificate: CertificateFingerprint? = nil) -> Action {
        guard case .awaitingTLS(let greeting) = state else { return .fail(violation("TLS that was not asked for")) }
        self.certificate = certificate
        do throws(MySQLError) {
            return try logIn(greeting, overTLS: true)
        } catch {
            state = .finished
            return .fail(error)
        }
    }

    private mutating func receivedGreeting(_ payload: ByteBuffer) throws(MySQLError) -> Action {
        let mode = options.configuration.tls.mode
        if payload.getInteger(at: payload.readerIndex, as: UInt8.self) == 0xFF {
            let packet = try decode { () throws(WireError) in try ERRPacket.decode(payload) }
            throw serverError(packet, isVerified: mode == .disabled || mode == .preferred || options.isLocalTransport)
        }
        let greeting = try decode { () throws(WireError) in try HandshakeV10.decode(payload) }
        self.greeting = greeting
        guard greeting.capabilities.contains([.protocol41, .secureConnection]) else {
            throw violation("the server \(greeting.serverVersion) is older than protocol 4.1")
        }
        var wanted = CapabilityFlags.client
        if !options.configuration.deprecatesEOF { wanted.remove(.deprecateEOF) }
        if options.configuration.database != nil { wanted.insert(.connectWithDB) }
        if options.configuration.allowsSeveralStatements { wanted.insert(.multiStatements) }
        compression = try options.configuration.compression.choose(from: greeting.capabilities)
        if let compression { wanted.formUnion(compression.capability) }
        if !options.configuration.additionalPasswords.isEmpty { wanted.insert(.multiFactorAuthentication) }
        if options.configuration.allowsLocalInfile { wanted.insert(.localFiles) }
        if options.configuration.allowsQueryAttributes { wanted.insert(.queryAttributes) }
        // TLS over a unix socket protects from nobody, but whoever asks for it gets it.
        let wantsTLS =
            mode != .disabled
            && (mode != .preferred || !options.isLocalTransport || options.configuration.tls.certificateFile != nil)
        if wantsTLS { wanted.insert(.ssl) }
        if let recorded = options.capabilities { wanted = recorded }
        capabilities = wanted.intersection(greeting.capabilities)
        guard options.configuration.database == nil || capabilities.contains(.connectWithDB) else {
            throw violation("the server \(greeting.serverVersion) takes no database at the login")
        }
        guard wantsTLS else { return try logIn(greeting, overTLS: false) }
        guard capabilities.contains(.ssl) else {
            guard mode == .preferred else {
                throw MySQLError(
                    .tlsUnavailable,
                    phase: .greeting,
                    message: "the server offers no TLS and the TLS mode is \(mode.rawValue); nothing was sent to it"
                )
            }
            return try logIn(greeting, overTLS: false)
        }
        state = .awaitingTLS(greeting)
        let request = SSLRequest(
            capabilities: capabilities,
            maximumPacket: Self.maximumPacket,
            characterSet: characterSet(of: greeting)
        )
        return .startTLS(request.encode())
    }

    private mutating func logIn(_ greeting: HandshakeV10, overTLS: Bool) throws(MySQLError) -> Action {
        let configuration = options.configuration
        isServerVerified = options.isLocalTransport || (overTLS && configuration.tls.verifiesPeer)
        var context = AuthenticationContext(
            password: configuration.password,
            isSecureTransport: overTLS || options.isLocalTransport,
            isEncrypted: overTLS,
            isVerifiedPeer: isServerVerified,
            isLoopbackPeer: isLoopbackPeer,
            getServerPublicKey: configuration.getServerPublicKey,
            serverPublicKey: configuration.serverPublicKey,
            allowedPlugins: configuration.allowedPlugins
        )
        context.additionalPasswords = configuration.additionalPasswords
        // Without PLUGIN_AUTH there is but one, and no switch to another.
        let isOld = !capabilities.contains(.pluginAuth)
        if isOld { context.allowedPlugins.formIntersection([.nativePassword]) }
        var machine = AuthenticationMachine(context: context)
        authentication = machine
        let first = try machine.begin(
            plugin: isOld ? AuthenticationPlugin.nativePassword.name : greeting.authenticationPlugin ?? "",
            nonce: greeting.nonce
        )
        state = .authenticating(machine)
        var response = HandshakeResponse41(
            capabilities: capabilities,
            maximumPacket: Self.maximumPacket,
            characterSet: characterSet(of: greeting),
            username: configuration.username,
            authenticationResponse: first.response,
            database: configuration.database,
            authenticationPlugin: first.plugin,
            attributes: options.attributes
        )
        if case .zstd(let level)? = compression { response.zstdLevel = level }
        return .send(response.encode())
    }

    /// A login of another account in the same session; ``received(_:)`` takes the answer.
    ///
    /// - Returns: the payload of COM_CHANGE_USER.
    package mutating func changeUser(_ account: ChangeUserCommand.Account) throws(MySQLError) -> ByteBuffer {
        guard case .finished = state, let greeting else { throw violation("a change of the user before the login") }
        var machine = (authentication ?? AuthenticationMachine(context: .init(password: nil, isSecureTransport: false)))
            .anew(password: account.password)
        // Proved with the nonce of the greeting, as MariaDB may believe it; MySQL switches, with a new nonce.
        let isOld = !capabilities.contains(.pluginAuth)
        let first = try machine.begin(
            plugin: isOld ? AuthenticationPlugin.nativePassword.name : greeting.authenticationPlugin ?? "",
            nonce: greeting.nonce
        )
        state = .authenticating(machine)
        return ChangeUserCommand(
            username: account.username,
            authenticationResponse: first.response,
            database: account.database ?? "",
            characterSet: UInt16(characterSet(of: greeting)),
            authenticationPlugin: first.plugin,
            attributes: options.attributes
        ).encode(capabilities: capabilities)
    }

    private mutating func receivedDuringAuthentication(
        _ payload: ByteBuffer,
        _ current: AuthenticationMachine
    ) throws(MySQLError) -> Action {
        var machine = current
        switch payload.getInteger(at: payload.readerIndex, as: UInt8.self) {
        case 0x00:
            let packet = try decode { [capabilities] () throws(WireError) in
                try OKPacket.decode(payload, capabilities: capabilities)
            }
            try machine.succeeded()
            try checkCertificate(by: packet.completion.info, machine)
            authenticationPath = machine.path
            state = .finished
            return .established(packet)
        case 0xFF:
            throw serverError(try decode { () throws(WireError) in try ERRPacket.decode(payload) }, isVerified: true)
        case 0xFE:
            let request = try decode { () throws(WireError) in try AuthSwitchRequest.decode(payload) }
            let response = try machine.switchRequested(plugin: request.plugin, data: request.data)
            state = .authenticating(machine)
            return .send(ByteBuffer(bytes: response))
        case 0x01:
            var data = payload
            data.moveReaderIndex(forwardBy: 1)
            return try moreData(data, machine)
        case AuthNextFactor.header where capabilities.contains(.multiFactorAuthentication):
            let request = try decode { () throws(WireError) in try AuthNextFactor.decode(payload) }
            let response = try machine.nextFactor(plugin: request.plugin, data: request.data)
            state = .authenticating(machine)
            return .send(ByteBuffer(bytes: response))
        case let first where machine.takesBareData(first):
            return try moreData(payload, machine)
        case let other:
            throw violation("an unexpected packet during the login (first byte \(other.map(String.init) ?? "missing"))")
        }
    }

    /// MariaDB's word for its certificate counts where nothing else has proved it; there it must be true.
    private mutating func checkCertificate(by text: String, _ machine: AuthenticationMachine) throws(MySQLError) {
        guard !isServerVerified, text.utf8.first == CertificateProof.header, let certificate,
            let due = try machine.proof(of: certificate)
        else { return }
        guard text.utf8.elementsEqual(due.utf8) else { throw CertificateProof.refused() }
        isServerVerified = true
    }

    private mutating func moreData(
        _ data: ByteBuffer,
        _ current: AuthenticationMachine
    ) throws(MySQLError) -> Action {
        var machine = current
        let step = try machine.moreData(data)
        state = .authenticating(machine)
        switch step {
        case .send(let bytes): return .send(ByteBuffer(bytes: bytes))
        case .wait: return .wait
        }
    }

    /// utf8mb4: 255 is `utf8mb4_0900_ai_ci`, known from MySQL 8.0 on; 45 `utf8mb4_general_ci`, known to all.
    private func characterSet(of greeting: HandshakeV10) -> UInt8 {
        let major = greeting.serverVersion.prefix { $0 != "." }
        let isMariaDB = !greeting.capabilities.contains(.longPassword) || greeting.serverVersion.namesMariaDB
        return !isMariaDB && (Int(major) ?? 0) >= 8 ? 255 : 45
    }

    private static let maximumPacket: UInt32 = 1 << 30

    private func serverError(_ packet: ERRPacket, isVerified: Bool) -> MySQLError {
        var message = packet.message
        if !isVerified { message += " [sent before TLS, so not verified]" }
        return MySQLError(
            .server,
            phase: phase,
            message: message,
            server: .init(
                number: packet.number,
                sqlState: packet.sqlState,
                message: packet.message,
                isVerified: isVerified
            )
        )
    }

    private func violation(_ text: String) -> MySQLError {
        MySQLError(.protocolViolation, phase: phase, message: text)
    }

    private func decode<Packet>(_ body: () throws(WireError) -> Packet) throws(MySQLError) -> Packet {
        do throws(WireError) {
            return try body()
        } catch {
            throw violation(error.description)
        }
    }
}
