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
        let configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "u",
            tls: TLSConfiguration(mode: .disabled),
            maximumPayload: maximumPayload
        )
        var capabilities = CapabilityFlags.client
        let steering = input.byte()
        if steering & 1 != 0 { capabilities.remove(.deprecateEOF) }
        if steering & 2 != 0 { capabilities.insert(.sessionTrack) }
        let machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: []),
            loggedInWith: capabilities
        )
        drive(machine, &input)
    }

    private static func drive(_ start: ConnectionMachine, _ input: inout FuzzInput) {
        var machine = start
        var isClosed = false
        while !input.isAtEnd, !isClosed {
            let event = input.byte()
            switch event {
            case 0..<200: machine.received(input.take(Int(event)))
            case 200..<210: _ = machine.begin(.query("SELECT 1"))
            case 210..<220: _ = machine.begin(.statementPrepare("SELECT ?"))
            case 220..<230: _ = machine.begin(.statementExecute(StatementExecute(statementID: 1, parameters: [.null])))
            case 230..<235: _ = machine.begin(.ping)
            case 235..<240: _ = machine.begin(.stream(ByteBuffer(bytes: [0x12])))
            case 240..<245: _ = machine.send(unanswered: .statementClose(1))
            case 245..<250: if let action = machine.tlsEstablished() { isClosed = closes(action) }
            case 250: isClosed = machine.disconnected().map(closes) ?? false
            default: machine.received(ByteBuffer(bytes: [UInt8](repeating: input.byte(), count: 300)))
            }
            while !isClosed, let action = machine.next() { isClosed = closes(action) }
        }
        // After its end a connection does nothing more.
        guard isClosed else { return }
        machine.received(ByteBuffer(bytes: [1, 0, 0, 0, 0]))
        guard machine.next() == nil, machine.begin(.ping) == nil, !machine.isIdle else { fatalError("it went on") }
    }

    private static func closes(_ action: ConnectionMachine.Action) -> Bool {
        if case .close = action { true } else { false }
    }
}
