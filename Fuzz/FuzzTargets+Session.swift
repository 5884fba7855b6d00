import MySQLWire
import NIOCore

extension FuzzTargets {
    /// From the greeting on: a server that says whatever it likes, in pieces of whatever length.
    static func login(_ data: FuzzInput) {
        var input = data
        let steering = input.byte()
        let modes: [TLSConfiguration.Mode] = [.disabled, .preferred, .required, .verifyIdentity]
        let configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "u",
            password: steering & 4 == 0 ? Secret("secret") : nil,
            tls: TLSConfiguration(mode: modes[Int(steering & 3)]),
            getServerPublicKey: steering & 8 != 0,
            maximumPayload: maximumPayload
        )
        let machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: steering & 16 != 0, attributes: [])
        )
        drive(machine, &input)
    }

    /// The same behind a login, so that commands and their answers are reached at once.
    static func session(_ data: FuzzInput) {
        var input = data
        let steering = input.byte()
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "u",
            password: Secret("secret"),
            tls: TLSConfiguration(mode: .disabled),
            maximumPayload: maximumPayload
        )
        configuration.allowsLocalInfile = steering & 4 != 0
        configuration.allowsQueryAttributes = steering & 8 != 0
        var capabilities = CapabilityFlags.client.union([.localFiles, .queryAttributes])
        if steering & 1 != 0 { capabilities.remove(.deprecateEOF) }
        if steering & 2 == 0 { capabilities.remove(.sessionTrack) }
        var machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: [])
        )
        let greeting = HandshakeV10(
            serverVersion: "9.7.4",
            connectionID: 1,
            nonce: Array(1...20),
            capabilities: capabilities,
            authenticationPlugin: "mysql_native_password"
        )
        for (sequence, packet) in [(UInt8(0), greeting.encode()), (2, ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0]))] {
            var sequence = sequence
            machine.received(PacketEncoder.frame(packet, sequence: &sequence))
            while machine.next() != nil {}
        }
        guard machine.isIdle else { fatalError("the login did not succeed") }
        drive(machine, &input)
    }

    private static func drive(_ start: ConnectionMachine, _ input: inout FuzzInput) {
        var machine = start
        var isClosed = false
        // Of the server's next packet, as the client expects it.
        var sequence: UInt8 = 0
        func sent(_ bytes: ByteBuffer?) {
            guard var rest = bytes else { return }
            while let header = rest.readInteger(endianness: .little, as: UInt32.self) {
                sequence = UInt8(truncatingIfNeeded: header >> 24) &+ 1
                rest.moveReaderIndex(forwardBy: min(rest.readableBytes, Int(header & 0xFF_FFFF)))
            }
        }
        func perform(_ action: ConnectionMachine.Action) {
            switch action {
            case .send(let bytes), .startTLS(let bytes): sent(bytes)
            case .close: isClosed = true
            case .established, .response: break
            }
        }
        while !input.isAtEnd, !isClosed {
            let event = input.byte()
            switch event {
            case 0..<80: machine.received(input.take(Int(event)))
            // The same as a packet, so that what is inside of it counts.
            case 80..<200:
                machine.received(PacketEncoder.frame(input.take(Int(event) - 80), sequence: &sequence))
            case 245..<250:
                let certificate = try? CertificateFingerprint(bytes: [UInt8](repeating: event, count: 32))
                if let action = machine.tlsEstablished(certificate: certificate) { perform(action) }
            case 250: if let action = machine.disconnected() { perform(action) }
            case 251...: machine.received(ByteBuffer(bytes: [UInt8](repeating: input.byte(), count: 300)))
            default: sent(command(event, &machine, &input))
            }
            while !isClosed, let action = machine.next() { perform(action) }
        }
        // After its end a connection does nothing more.
        guard isClosed else { return }
        machine.received(ByteBuffer(bytes: [1, 0, 0, 0, 0]))
        guard machine.next() == nil, machine.begin(.ping) == nil, !machine.isIdle else { fatalError("it went on") }
    }

    /// What the client begins, or goes on with.
    private static func command(
        _ event: UInt8,
        _ machine: inout ConnectionMachine,
        _ input: inout FuzzInput
    ) -> ByteBuffer? {
        switch event {
        case 200..<205: return machine.begin(.query("SELECT 1"), hasFile: event % 2 == 0)
        case 205..<209: return machine.sendFile(input.take(Int(input.byte())))
        case 209..<211: return machine.sendFile(ByteBuffer())
        case 211..<215: return machine.begin(.statementPrepare("SELECT ?"))
        case 215..<221:
            var packet = StatementExecute(statementID: 1, parameters: [.null, .bytes([])])
            packet.opensCursor = event % 2 == 0
            if event > 218 { packet.longData = [1] }
            return machine.begin(.statementExecute(packet))
        case 221..<227: return machine.begin(.statementFetch(1, rows: 2))
        case 227..<230:
            return machine.send(
                unanswered: .statementSendLongData(1, parameter: 1, input.take(Int(input.byte())))
            )
        case 230..<232: return machine.begin(.statementReset(1))
        case 232..<234: return machine.begin(.ping)
        case 234: return machine.begin(.resetConnection)
        case 235..<239:
            let password = event % 2 == 0 ? Secret("other") : nil
            return machine.begin(.changeUser(.init(username: "v", password: password, database: nil)))
        case 239: return machine.begin(.statistics)
        case 240: return machine.begin(.stream(ByteBuffer(bytes: [0x12])))
        case 241: return machine.begin(.attributedQuery("SELECT 1", [.init("a", .string("b"))]))
        default: return machine.send(unanswered: .statementClose(1))
        }
    }
}
