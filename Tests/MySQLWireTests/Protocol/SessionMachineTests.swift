import NIOCore
import Testing

@testable import MySQLWire

/// Traces of the machine for the commands about the session, for its state, and for LOCAL INFILE.
@Suite struct SessionMachineTests {
    typealias Machine = ConnectionMachineTests
    typealias Packets = PacketFramerTests
    struct TraceError: Error {}

    private static func feed(_ machine: inout ConnectionMachine, _ sequence: UInt8, _ payload: [UInt8]) {
        machine.received(ByteBuffer(bytes: Packets.packet(sequence, payload)))
    }

    private static func ok(_ changes: [MySQLSessionChange]) -> [UInt8] {
        let packet = OKPacket(
            completion: MySQLCompletion(status: [.autocommit, .sessionStateChanged]),
            sessionState: SessionStateInformation.encode(changes)
        )
        return Array(buffer: packet.encode(capabilities: .sessionTrack))
    }

    private static func payload(_ framed: ByteBuffer?) -> [UInt8] {
        Array((framed.map { Array(buffer: $0) } ?? []).dropFirst(4))
    }

    /// Runs a command that is answered by one packet.
    private static func run(
        _ machine: inout ConnectionMachine,
        _ command: Command,
        _ answer: [UInt8]
    ) throws -> MySQLCompletion {
        guard machine.begin(command) != nil else { throw TraceError() }
        feed(&machine, 1, answer)
        guard case .response(.completed(let completion, isLast: true)) = machine.next() else { throw TraceError() }
        return completion
    }

    // MARK: State

    @Test func `changes reach the statement that made them and the session's state, until a reset`() throws {
        var machine = try Machine.idle()
        #expect(machine.capabilities.contains(.sessionTrack))
        #expect(machine.session.state.isTracked)
        let changes: [MySQLSessionChange] = [.schema("a"), .systemVariable(name: "time_zone", value: "+00:00")]
        #expect(try Self.run(&machine, .query("USE a"), Self.ok(changes)).sessionChanges == changes)
        #expect(try Self.run(&machine, .ping, Machine.ok).sessionChanges == [])
        #expect(machine.session.state.schema == "a")
        #expect(machine.session.state.systemVariables == ["time_zone": "+00:00"])
        let after = try Self.run(&machine, .resetConnection, Self.ok([.systemVariable(name: "x", value: "1")]))
        #expect(after.sessionChanges.count == 1)
        #expect(machine.session.state.schema == "a")
        #expect(machine.session.state.systemVariables == ["x": "1"])
    }

    @Test func `a reset that the server refuses leaves the state as it was`() throws {
        var machine = try Machine.idle()
        _ = try Self.run(&machine, .query("USE a"), Self.ok([.systemVariable(name: "x", value: "1")]))
        _ = machine.begin(.resetConnection)
        Self.feed(&machine, 1, [0xFF, 0x28, 0x04] + Array("#42000No".utf8))
        guard case .response(.rejected) = machine.next() else { throw TraceError() }
        _ = try Self.run(&machine, .ping, Machine.ok)
        #expect(machine.session.state.systemVariables == ["x": "1"])
    }

    @Test func `where the server does not track, nothing is claimed`() throws {
        var machine = try Machine.idle(Machine.capabilities.subtracting(.sessionTrack))
        _ = try Self.run(&machine, .initDB("a"), Machine.ok)
        #expect(machine.session.state == MySQLSessionState())
    }

    @Test func `a malformed block closes the connection`() throws {
        var machine = try Machine.idle()
        _ = machine.begin(.query("USE a"))
        Self.feed(&machine, 1, [0, 0, 0, 2, 0x40, 0, 0, 0, 3, 1, 2, 5])
        guard case .close(let error) = machine.next() else { throw TraceError() }
        #expect(error.code == .protocolViolation)
        #expect(error.fate == .maybeExecuted)
    }

    // MARK: Commands

    @Test func `statistics are a bare text, whatever it begins with, and leave the status alone`() throws {
        var machine = try Machine.idle()
        for text in ["Uptime: 1", "", "\0x", "\u{1}"] {
            #expect(try Self.run(&machine, .statistics, Array(text.utf8)).info == text)
        }
        #expect(machine.status == .autocommit)
        _ = machine.begin(.statistics)
        Self.feed(&machine, 1, [0xFF, 0x28, 0x04] + Array("#42000No".utf8))
        guard case .response(.rejected(let error)) = machine.next() else { throw TraceError() }
        #expect(error.server?.number == 1064)
        #expect(machine.isIdle)
    }

    @Test(arguments: [Machine.ok, [0xFE, 0, 0, 2, 0], [0xFE, 0, 0, 2, 0, 0, 0]])
    func `an option is acknowledged by OK, by EOF, or by OK with the header of EOF`(answer: [UInt8]) throws {
        var machine = try Machine.idle()
        #expect(try Self.run(&machine, .allowSeveralStatements(true), answer).status == .autocommit)
        let long = [0xFE] + Self.ok([.schema("long enough")]).dropFirst()
        #expect(try Self.run(&machine, .ping, long).sessionChanges.count == 1)
    }

    private static let account = ChangeUserCommand.Account(username: "v", password: Secret("other"), database: "e")

    private static func nativeSwitch() -> [UInt8] {
        var nonce = ByteBuffer(bytes: (101...120).map { UInt8($0) })
        nonce.writeInteger(UInt8(0))
        return Array(buffer: AuthSwitchRequest(plugin: "mysql_native_password", data: nonce).encode())
    }

    @Test func `a change of the user is a login by the nonce that the switch brings`() throws {
        var machine = try Machine.idle()
        let begun = machine.begin(.changeUser(Self.account))
        let sent = try ChangeUserCommand.decode(
            ByteBuffer(bytes: Self.payload(begun)),
            capabilities: machine.capabilities
        )
        #expect(sent.username == "v" && sent.database == "e" && sent.characterSet == 255)
        #expect(sent.authenticationPlugin == "mysql_native_password" && sent.authenticationResponse.count == 20)
        #expect(!machine.isIdle)
        #expect(machine.phase == .authentication && machine.fate == .maybeExecuted)
        Self.feed(&machine, 1, Self.nativeSwitch())
        guard case .send(let proof) = machine.next() else { throw TraceError() }
        let expected = try NativePassword.scramble(password: Secret("other"), nonce: (101...120).map { UInt8($0) })
        #expect(Array(buffer: proof) == Packets.packet(2, expected))
        #expect(expected != sent.authenticationResponse)
        Self.feed(&machine, 3, Machine.ok)
        guard case .response(.completed(_, isLast: true)) = machine.next() else { throw TraceError() }
        #expect(machine.isIdle)
        #expect(machine.session.state.schema == "e")
        _ = try Self.run(&machine, .ping, Machine.ok)
        // A second one is possible.
        #expect(machine.begin(.changeUser(.init(username: "w", password: nil, database: nil))) != nil)
        Self.feed(&machine, 1, Machine.ok)
        guard case .response(.completed) = machine.next() else { throw TraceError() }
        #expect(machine.session.state.schema == nil)
    }

    @Test func `a user that the server refuses ends the session`() throws {
        var machine = try Machine.idle()
        _ = machine.begin(.changeUser(Self.account))
        Self.feed(&machine, 1, [0xFF, 0x15, 0x04] + Array("#28000Denied".utf8))
        guard case .close(let error) = machine.next() else { throw TraceError() }
        #expect(error.server?.number == 1045)
        #expect(error.fate == .rejected)
        #expect(machine.session.state.schema == nil)
    }

    @Test(arguments: [
        [0xFE] + Array("mysql_clear_password\0".utf8), [0xFE], [0x01, 0x04], [0x05], [],
        [0xFE] + Array("mysql_native_password\0short".utf8),
    ])
    func `a change of the user is as careful as a login`(answer: [UInt8]) throws {
        var machine = try Machine.idle()
        _ = machine.begin(.changeUser(Self.account))
        Self.feed(&machine, 1, answer)
        guard case .close(let error) = machine.next() else { throw TraceError() }
        #expect([.authenticationRefused, .protocolViolation].contains(error.code))
        #expect(error.fate == .maybeExecuted)
    }

    // MARK: LOCAL INFILE

    private static let request: [UInt8] = [0xFB] + Array("/etc/pass\u{1B}wd".utf8)

    private static func idleWithFiles() throws -> ConnectionMachine {
        var configuration = MySQLConfiguration(
            endpoint: .unixSocket(path: "/x"),
            username: "u",
            tls: TLSConfiguration(mode: .disabled)
        )
        configuration.allowsLocalInfile = true
        var machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: true, attributes: [])
        )
        feed(&machine, 0, Machine.greeting(Machine.capabilities.union(.localFiles)))
        guard case .send = machine.next() else { throw TraceError() }
        feed(&machine, 2, Machine.ok)
        guard case .established = machine.next() else { throw TraceError() }
        return machine
    }

    @Test func `files and attributes are asked for only where the configuration says so`() throws {
        let files = try Self.idleWithFiles()
        #expect(files.capabilities.isSuperset(of: [.localFiles]) && !files.capabilities.contains(.queryAttributes))
        let plain = try Machine.idle(Machine.capabilities.union([.localFiles, .queryAttributes]))
        #expect(plain.capabilities.isDisjoint(with: [.localFiles, .queryAttributes]))
    }

    @Test func `a file that nobody offered is answered by the empty packet, and its reply read`() throws {
        for isAllowed in [false, true] {
            var machine = try isAllowed ? Self.idleWithFiles() : Machine.idle()
            _ = machine.begin(.query("SELECT 1"))
            Self.feed(&machine, 1, Self.request)
            guard case .send(let bytes) = machine.next() else { throw TraceError() }
            #expect(Array(buffer: bytes) == [0, 0, 0, 2])
            Self.feed(&machine, 3, Self.ok([.schema("s")]))
            guard case .response(.rejected(let error)) = machine.next() else { throw TraceError() }
            #expect(error.code == .localInfileRefused)
            #expect(error.fate == .maybeExecuted)
            #expect(error.message.contains("/etc/pass?wd"))
            #expect(machine.isIdle)
            // What the statement did in the session it did all the same.
            #expect(machine.session.state.schema == "s")
        }
    }

    @Test func `an offer is of no use where files were not agreed on`() throws {
        var machine = try Machine.idle(Machine.capabilities.union(.localFiles))
        _ = machine.begin(.query("LOAD DATA"), hasFile: true)
        Self.feed(&machine, 1, Self.request)
        guard case .send(let bytes) = machine.next() else { throw TraceError() }
        #expect(bytes.readableBytes == 4)
    }

    @Test func `an offered file is sent in numbered packets and ended once`() throws {
        var machine = try Self.idleWithFiles()
        _ = machine.begin(.query("LOAD DATA"), hasFile: true)
        Self.feed(&machine, 1, Self.request)
        guard case .response(.fileRequested) = machine.next() else { throw TraceError() }
        #expect(machine.begin(.ping) == nil)
        for number in 2..<600 {
            let packet = machine.sendFile(ByteBuffer(bytes: [7]))
            #expect(packet.map { Array(buffer: $0) } == Packets.packet(UInt8(truncatingIfNeeded: number), [7]))
        }
        #expect(machine.sendFile(ByteBuffer()).map { Array(buffer: $0) } == [0, 0, 0, UInt8(600 & 0xFF)])
        // Behind the end there is no more of it.
        #expect(machine.sendFile(ByteBuffer(bytes: [7])) == nil)
        Self.feed(&machine, UInt8(601 & 0xFF), Machine.ok)
        guard case .response(.completed(_, isLast: true)) = machine.next() else { throw TraceError() }
        #expect(machine.isIdle && machine.sendFile(ByteBuffer()) == nil)
    }

    @Test func `a second request within a command gets nothing, and a third ends the connection`() throws {
        for asksThrice in [false, true] {
            var machine = try Self.idleWithFiles()
            _ = machine.begin(.query("LOAD DATA"), hasFile: true)
            Self.feed(&machine, 1, Self.request)
            guard case .response(.fileRequested) = machine.next() else { throw TraceError() }
            _ = machine.sendFile(ByteBuffer())
            Self.feed(&machine, 3, Self.request)
            guard case .send(let bytes) = machine.next() else { throw TraceError() }
            #expect(Array(buffer: bytes) == [0, 0, 0, 4])
            Self.feed(&machine, 5, asksThrice ? Self.request : Machine.ok)
            switch machine.next() {
            case .close(let error) where asksThrice: #expect(error.code == .protocolViolation)
            case .response(.rejected(let error)) where !asksThrice: #expect(error.code == .localInfileRefused)
            default: throw TraceError()
            }
        }
    }

    @Test func `an answer before the file is whole ends the connection, with the server's reason`() throws {
        var machine = try Self.idleWithFiles()
        _ = machine.begin(.query("LOAD DATA"), hasFile: true)
        Self.feed(&machine, 1, Self.request)
        guard case .response(.fileRequested) = machine.next() else { throw TraceError() }
        Self.feed(&machine, 2, [0xFF, 0x1D, 0x04] + Array("#08S01Shutdown".utf8))
        guard case .close(let error) = machine.next() else { throw TraceError() }
        #expect(error.server?.number == 1053)
        #expect(error.fate == .maybeExecuted)
        #expect(machine.sendFile(ByteBuffer(bytes: [1])) == nil)
    }

    @Test func `behind results a request is refused all the same, and what follows is dropped`() throws {
        var machine = try Machine.idle()
        _ = machine.begin(.query("SELECT 1; x"))
        let results = [Script.columnCount(1), Script.column, Script.row("1"), Script.endWithMore]
        machine.received(Script.segment(1, results + [ByteBuffer(bytes: Self.request)]))
        var count = 0
        while case .response = machine.next() { count += 1 }
        // The columns, the row, its end; the empty packet was the action that ended the loop.
        #expect(count == 3)
        let rest = [Script.okWithMore] + results + [Script.error(1064)]
        machine.received(Script.segment(7, rest))
        guard case .response(.rejected(let error)) = machine.next() else { throw TraceError() }
        #expect(error.code == .localInfileRefused)
        #expect(error.server?.number == 1064)
        #expect(machine.isIdle)
    }

    @Test func `what follows on a refused request is bounded`() throws {
        var machine = try Machine.idle()
        _ = machine.begin(.query("x"))
        Self.feed(&machine, 1, Self.request)
        guard case .send = machine.next() else { throw TraceError() }
        machine.received(Script.segment(3, Script.okWithMore, Script.columnCount(1), Script.column))
        if machine.next() != nil { throw TraceError() }
        var sequence: UInt8 = 6
        for _ in 0..<3000 {
            machine.received(PacketEncoder.frame(Script.row(String(repeating: "x", count: 500)), sequence: &sequence))
            guard let action = machine.next() else { continue }
            guard case .close(let error) = action else { throw TraceError() }
            #expect(error.code == .limitExceeded)
            return
        }
        Issue.record("rows without end were taken")
    }

    @Test func `within rows 0xFB is a NULL, and never a request`() throws {
        var machine = try Machine.idle()
        _ = machine.begin(.query("SELECT 1"))
        machine.received(Script.segment(1, Script.columnCount(1), Script.column, ByteBuffer(bytes: Self.request)))
        guard case .response(.columns) = machine.next() else { throw TraceError() }
        guard case .close(let error) = machine.next() else { throw TraceError() }
        #expect(error.code == .protocolViolation && error.phase == .rows)
    }
}
