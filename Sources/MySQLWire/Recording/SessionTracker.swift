package import NIOCore

/// Follows both sides of a session just far enough to say what each packet is. It believes nothing: whatever does not
/// fit is `.other`, so that a proxy can stand in front of any client.
package struct SessionTracker: Sendable {
    private enum Phase: Equatable {
        case greeting, login, authenticating, idle, command(Answer), over
    }

    /// What the server's next packet is part of.
    private enum Answer: Equatable {
        /// OK, ERR, LOCAL INFILE or a column count.
        case first
        case definitions(left: UInt64)
        /// The EOF between definitions and rows.
        case endOfDefinitions
        case rows
        case localInfile
        /// Definitions until an EOF: COM_FIELD_LIST.
        case fieldList
        /// COM_STMT_PREPARE_OK, or ERR.
        case prepared
        /// The definitions of a prepared statement's parameters, and how many of columns follow.
        case parameters(left: UInt16, columns: UInt16)
        case endOfParameters(columns: UInt16)
        /// The definitions of its columns: no row is behind them.
        case preparedColumns(left: UInt16)
        case endOfPreparedColumns
        /// COM_STATISTICS: a text with nothing around it.
        case statistics
        /// Not told apart.
        case untold
        case none
    }

    private var phase = Phase.greeting
    /// The rows are those of a prepared statement.
    private var isBinary = false
    private var continues: [RecordingEntry.Sender: Bool] = [:]
    private var serverCapabilities: CapabilityFlags = []
    private var clientCapabilities: CapabilityFlags?

    package private(set) var serverVersion: String?
    /// Of the authentication that is under way.
    package private(set) var plugin: String?
    /// The server wants the password itself, encrypted by TLS or RSA.
    package private(set) var wantsFullAuthentication = false
    package private(set) var isInsideTLS = false
    package private(set) var status: ServerStatus = []

    package init() {}

    /// What both sides have; nil before the login.
    package var capabilities: CapabilityFlags? {
        clientCapabilities.map { serverVersion == nil ? $0 : $0.intersection(serverCapabilities) }
    }

    /// False until the server accepted the login: till then, what the client sends is secret.
    package var isLoggedIn: Bool {
        switch phase {
        case .idle, .command: true
        case .greeting, .login, .authenticating, .over: false
        }
    }

    /// Compressed packets follow: they look like others, and are not.
    package var isCompressed: Bool {
        isLoggedIn && !(capabilities ?? []).isDisjoint(with: [.compress, .zstdCompression])
    }

    package mutating func tlsStarted() {
        isInsideTLS = true
    }

    package mutating func observe(_ sender: RecordingEntry.Sender, payload: ByteBuffer) -> PacketKind {
        let isLong = payload.readableBytes == PacketFramer.maximumPacket
        let wasLong = continues.updateValue(isLong, forKey: sender) ?? false
        if wasLong { return .continuation }
        return switch sender {
        case .client: fromClient(payload)
        case .server: fromServer(payload)
        }
    }

    private mutating func fromClient(_ payload: ByteBuffer) -> PacketKind {
        switch phase {
        case .greeting, .over:
            return .authenticationData
        case .login:
            let flags = CapabilityFlags(
                rawValue: payload.getInteger(at: payload.readerIndex, endianness: .little) ?? 0
            )
            clientCapabilities = flags
            if payload.readableBytes == SSLRequest.length, flags.contains(.ssl) { return .sslRequest }
            phase = .authenticating
            plugin = (try? HandshakeResponse41.decode(payload))?.authenticationPlugin
            return .handshakeResponse
        case .authenticating:
            return isPublicKeyRequest(payload) ? .publicKeyRequest : .authenticationData
        case .command(.localInfile):
            if payload.readableBytes == 0 { phase = .command(.first) }
            return .localInfileData
        case .idle, .command:
            guard let byte = payload.firstByte else { return .other }
            begin(command: byte)
            return .command(byte)
        }
    }

    private func isPublicKeyRequest(_ payload: ByteBuffer) -> Bool {
        guard payload.readableBytes == 1 else { return false }
        return switch (plugin, payload.firstByte) {
        case ("caching_sha2_password", 0x02), ("sha256_password", 0x01): true
        default: false
        }
    }

    private mutating func begin(command byte: UInt8) {
        // COM_STMT_EXECUTE, COM_STMT_FETCH
        isBinary = byte == 0x17 || byte == 0x1C
        switch byte {
        case 0x03, 0x02, 0x0E, 0x1F, 0x0D, 0x08, 0x1A, 0x1B, 0x17: phase = .command(.first)
        case 0x1C: phase = .command(.rows)
        case 0x16: phase = .command(.prepared)
        case 0x09: phase = .command(.statistics)
        case 0x04: phase = .command(.fieldList)
        case 0x11:
            phase = .authenticating
            plugin = nil
            wantsFullAuthentication = false
        // COM_QUIT, COM_STMT_SEND_LONG_DATA, COM_STMT_CLOSE: no answer.
        case 0x01, 0x18, 0x19: phase = .command(.none)
        default: phase = .command(.untold)
        }
    }

    private mutating func fromServer(_ payload: ByteBuffer) -> PacketKind {
        let first = payload.firstByte
        if first == 0xFF { return error() }
        switch phase {
        case .greeting:
            guard first == 0x0A, let greeting = try? HandshakeV10.decode(payload) else { return .other }
            serverVersion = greeting.serverVersion
            serverCapabilities = greeting.capabilities
            plugin = greeting.authenticationPlugin
            phase = .login
            return .greeting
        case .authenticating:
            return authentication(payload)
        case .command(let answer):
            return self.answer(answer, payload)
        case .login, .idle, .over:
            return .other
        }
    }

    private mutating func error() -> PacketKind {
        switch phase {
        case .command(.untold), .command(.none), .idle: break
        case .command: phase = .idle
        case .greeting, .login, .authenticating, .over: phase = .over
        }
        return .err
    }

    private mutating func authentication(_ payload: ByteBuffer) -> PacketKind {
        switch payload.firstByte {
        case 0x00:
            phase = .idle
            return ok(payload)
        case 0x01:
            wantsFullAuthentication = wantsFullAuthentication || payload.secondByte == 0x04
            return .authMoreData
        case 0xFE:
            plugin = (try? AuthSwitchRequest.decode(payload))?.plugin
            wantsFullAuthentication = false
            return .authSwitchRequest
        case AuthNextFactor.header where capabilities?.contains(.multiFactorAuthentication) == true:
            plugin = (try? AuthNextFactor.decode(payload))?.plugin
            wantsFullAuthentication = false
            return .authNextFactor
        // MariaDB sends the salt without the 0x01.
        case Parsec.header where plugin == AuthenticationPlugin.parsec.name: return .authMoreData
        default: return .other
        }
    }

    private mutating func ok(_ payload: ByteBuffer) -> PacketKind {
        if let packet = try? OKPacket.decode(payload, capabilities: capabilities ?? []) {
            status = packet.completion.status
        }
        return .ok
    }

    private mutating func answer(_ answer: Answer, _ payload: ByteBuffer) -> PacketKind {
        switch answer {
        case .first:
            return firstOfAnswer(payload)
        case .definitions(let left):
            let deprecated = capabilities?.contains(.deprecateEOF) ?? false
            phase = .command(left > 1 ? .definitions(left: left - 1) : deprecated ? .rows : .endOfDefinitions)
            return .columnDefinition
        case .endOfDefinitions:
            guard isEnd(payload) else { return .other }
            // Behind an open cursor the rows come with COM_STMT_FETCH.
            let status = (try? EOFPacket.decode(payload))?.status ?? []
            phase = status.contains(.cursorExists) ? .idle : .command(.rows)
            return .eof
        case .rows:
            guard isEnd(payload) else { return isBinary ? .binaryRow : .row }
            return end(payload)
        case .prepared, .parameters, .endOfParameters, .preparedColumns, .endOfPreparedColumns:
            return prepared(answer, payload)
        case .statistics:
            phase = .idle
            return .statistics
        case .fieldList:
            guard isEnd(payload) else { return .columnDefinition }
            return end(payload)
        case .localInfile, .untold, .none:
            return .other
        }
    }

    private mutating func prepared(_ answer: Answer, _ payload: ByteBuffer) -> PacketKind {
        let deprecated = capabilities?.contains(.deprecateEOF) ?? false
        switch answer {
        case .prepared:
            guard payload.firstByte == 0x00, let packet = try? PrepareOK.decode(payload) else { return .other }
            phase = afterPrepareOK(packet.parameterCount, packet.columnCount)
            return .prepareOK
        case .parameters(let left, let columns):
            phase =
                left > 1
                ? .command(.parameters(left: left - 1, columns: columns))
                : deprecated ? afterPrepareOK(0, columns) : .command(.endOfParameters(columns: columns))
            return .columnDefinition
        case .preparedColumns(let left):
            phase =
                left > 1
                ? .command(.preparedColumns(left: left - 1)) : deprecated ? .idle : .command(.endOfPreparedColumns)
            return .columnDefinition
        case .endOfParameters(let columns):
            guard isEnd(payload) else { return .other }
            phase = afterPrepareOK(0, columns)
            return .eof
        default:
            guard isEnd(payload) else { return .other }
            phase = .idle
            return .eof
        }
    }

    private func afterPrepareOK(_ parameters: UInt16, _ columns: UInt16) -> Phase {
        if parameters > 0 { return .command(.parameters(left: parameters, columns: columns)) }
        return columns > 0 ? .command(.preparedColumns(left: columns)) : .idle
    }

    private mutating func firstOfAnswer(_ payload: ByteBuffer) -> PacketKind {
        switch payload.firstByte {
        case 0x00:
            let kind = ok(payload)
            phase = status.contains(.moreResultsExist) ? .command(.first) : .idle
            return kind
        case 0xFB:
            phase = .command(.localInfile)
            return .localInfileRequest
        case 0xFE where isEnd(payload):
            return end(payload)
        default:
            var reader = WireReader(payload, packet: "column count")
            guard let count = try? reader.lengthEncoded("count"), reader.isAtEnd, count > 0 else { return .other }
            phase = .command(.definitions(left: count))
            return .columnCount
        }
    }

    /// 0xFE also begins a row whose first cell is huge; then the packet is one of the largest.
    private func isEnd(_ payload: ByteBuffer) -> Bool {
        guard payload.firstByte == 0xFE else { return false }
        return capabilities?.contains(.deprecateEOF) == true
            ? payload.readableBytes < PacketFramer.maximumPacket : EOFPacket.matches(payload)
    }

    private mutating func end(_ payload: ByteBuffer) -> PacketKind {
        var kind = PacketKind.ok
        if payload.readableBytes == 5, let packet = try? EOFPacket.decode(payload) {
            status = packet.status
            kind = .eof
        } else {
            _ = ok(payload)
        }
        phase = status.contains(.moreResultsExist) ? .command(.first) : .idle
        return kind
    }
}

extension ByteBuffer {
    var firstByte: UInt8? { getInteger(at: readerIndex) }
    var secondByte: UInt8? { readableBytes > 1 ? getInteger(at: readerIndex + 1) : nil }
}
