import NIOCore
import Testing

@testable import MySQLWire

/// Traces of the whole machine: what arrives, what is answered.
@Suite struct ConnectionMachineTests {
    typealias Packets = PacketFramerTests

    static let capabilities: CapabilityFlags = [CapabilityFlags.client, .ssl, .connectWithDB]

    static func greeting(_ capabilities: CapabilityFlags = capabilities, plugin: String = "mysql_native_password")
        -> [UInt8]
    {
        var payload = ByteBuffer(bytes: [10])
        payload.writeNullTerminated("9.7.4")
        payload.writeLittle(UInt32(42))
        payload.writeBytes(Array(1...8))
        payload.writeInteger(UInt8(0))
        payload.writeLittle(UInt16(truncatingIfNeeded: capabilities.rawValue))
        payload.writeInteger(UInt8(255))
        payload.writeLittle(UInt16(2))
        payload.writeLittle(UInt16(truncatingIfNeeded: capabilities.rawValue >> 16))
        payload.writeInteger(UInt8(21))
        payload.writeRepeatingByte(0, count: 10)
        payload.writeBytes(Array(9...20) + [0])
        payload.writeNullTerminated(plugin)
        return Array(buffer: payload)
    }

    static let ok: [UInt8] = [0, 0, 0, 2, 0, 0, 0]

    static func machine(
        _ mode: TLSConfiguration.Mode = .disabled,
        database: String? = nil,
        maximumPayload: Int = 1 << 20
    ) -> ConnectionMachine {
        let configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "u",
            password: Secret("secret"),
            database: database,
            tls: TLSConfiguration(mode: mode),
            maximumPayload: maximumPayload
        )
        return ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: []),
            batchBytes: 1 << 16
        )
    }

    static func feed(_ machine: inout ConnectionMachine, _ bytes: [UInt8]) {
        machine.received(ByteBuffer(bytes: bytes))
    }

    /// Logged in and idle.
    static func idle(_ capabilities: CapabilityFlags = capabilities) throws -> ConnectionMachine {
        var machine = machine()
        feed(&machine, Packets.packet(0, greeting(capabilities)))
        guard case .send = machine.next() else { throw TraceError() }
        feed(&machine, Packets.packet(2, ok))
        guard case .established = machine.next(), machine.isIdle else { throw TraceError() }
        return machine
    }

    struct TraceError: Error {}

    private func closeError(_ action: ConnectionMachine.Action?) -> MySQLError? {
        if case .close(let error) = action { error } else { nil }
    }

    @Test func `a login sends ours and the server's capabilities, and nothing else`() throws {
        var machine = Self.machine(database: "d")
        let offered: CapabilityFlags = [
            .protocol41, .secureConnection, .pluginAuth, .connectWithDB, .multiStatements, .localFiles,
        ]
        Self.feed(&machine, Packets.packet(0, Self.greeting(offered)))
        guard case .send(let bytes) = machine.next() else { throw TraceError() }
        #expect(machine.capabilities == [.protocol41, .secureConnection, .pluginAuth, .connectWithDB])
        #expect(bytes.getInteger(at: 4, endianness: .little, as: UInt32.self) == machine.capabilities.rawValue)
        #expect(bytes.getInteger(at: 3, as: UInt8.self) == 1)
    }

    @Test func `of a server that offers everything nothing is asked for that the configuration does not want`() throws {
        var machine = Self.machine()
        Self.feed(&machine, Packets.packet(0, Self.greeting(CapabilityFlags(rawValue: .max))))
        guard case .send(let bytes) = machine.next() else { throw TraceError() }
        let wanted: CapabilityFlags = [
            .longPassword, .longFlag, .protocol41, .transactions, .secureConnection, .multiResults, .psMultiResults,
            .pluginAuth, .connectAttributes, .pluginAuthLengthEncoded, .sessionTrack, .deprecateEOF,
        ]
        #expect(machine.capabilities == wanted)
        #expect(bytes.getInteger(at: 4, endianness: .little, as: UInt32.self) == wanted.rawValue)
    }

    @Test func `several statements in one text are asked for only where the configuration says so`() throws {
        let tls = TLSConfiguration(mode: .disabled)
        var configuration = MySQLConfiguration(endpoint: .unixSocket(path: "/x"), username: "u", tls: tls)
        configuration.allowsSeveralStatements = true
        var machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: true, attributes: []),
            batchBytes: 1 << 16
        )
        Self.feed(&machine, Packets.packet(0, Self.greeting(Self.capabilities.union(.multiStatements))))
        guard case .send = machine.next() else { throw TraceError() }
        #expect(machine.capabilities.contains(.multiStatements))
    }

    @Test(arguments: [TLSConfiguration.Mode.required, .verifyCA, .verifyIdentity])
    func `a server without TLS is told nothing where TLS is required`(mode: TLSConfiguration.Mode) {
        var machine = Self.machine(mode)
        Self.feed(&machine, Packets.packet(0, Self.greeting(Self.capabilities.subtracting(.ssl))))
        let foundCode = closeError(machine.next())?.code
        #expect(foundCode == .tlsUnavailable)
    }

    @Test func `only preferred goes on in plaintext`() {
        var machine = Self.machine(.preferred)
        Self.feed(&machine, Packets.packet(0, Self.greeting(Self.capabilities.subtracting(.ssl))))
        if case .send = machine.next() {} else { Issue.record("no login was sent") }
    }

    @Test(arguments: [[0], Packets.packet(2, ok), [0xFF, 0xFF, 0xFF]])
    func `bytes behind the greeting are refused before TLS begins`(injected: [UInt8]) {
        var machine = Self.machine(.required)
        Self.feed(&machine, Packets.packet(0, Self.greeting()) + injected)
        let foundCode = closeError(machine.next())?.code
        #expect(foundCode == .protocolViolation)
    }

    @Test func `plaintext after the SSLRequest is refused`() {
        var machine = Self.machine(.required)
        Self.feed(&machine, Packets.packet(0, Self.greeting()))
        guard case .startTLS(let request) = machine.next() else {
            Issue.record("no SSLRequest")
            return
        }
        #expect(request.readableBytes == 36)
        Self.feed(&machine, Packets.packet(2, Self.ok))
        let foundCode = closeError(machine.next())?.code
        #expect(foundCode == .protocolViolation)
    }

    @Test func `an ERR before the greeting has no SQLSTATE, and is unverified where TLS is required`() {
        let packet = Packets.packet(0, [0xFF, 0x10, 0x04] + Array("Too many connections".utf8))
        for (mode, isVerified) in [(TLSConfiguration.Mode.disabled, true), (.required, false)] {
            var machine = Self.machine(mode)
            Self.feed(&machine, packet)
            let error = closeError(machine.next())
            #expect(
                error?.server
                    == .init(number: 1040, sqlState: nil, message: "Too many connections", isVerified: isVerified)
            )
            #expect(error?.phase == .greeting)
        }
    }

    @Test func `another protocol is named as such`() {
        var machine = Self.machine()
        Self.feed(&machine, Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        let error = closeError(machine.next())
        #expect(error?.phase == .greeting)
        #expect(error?.message.contains("does not look like a MySQL server") == true)
    }

    @Test func `a result goes by columns, rows and completion, with and without DEPRECATE_EOF`() throws {
        for deprecatesEOF in [true, false] {
            let capabilities = deprecatesEOF ? Self.capabilities : Self.capabilities.subtracting(.deprecateEOF)
            var machine = try Self.idle(capabilities)
            let command = machine.begin(.query("SELECT 1"))
            #expect(command.map { Array(buffer: $0) } == Packets.packet(0, [3] + Array("SELECT 1".utf8)))
            var definition = ByteBuffer()
            for text in ["def", "", "", "", "a", ""] { definition.writeLengthEncoded(string: text) }
            definition.writeBytes([0x0C, 0x3F, 0, 1, 0, 0, 0, 8, 0x81, 0, 0, 0, 0])
            var sequence: UInt8 = 0
            func packet(_ payload: [UInt8]) -> [UInt8] {
                sequence += 1
                return Packets.packet(sequence, payload)
            }
            let eof: [UInt8] = deprecatesEOF ? [0xFE, 0, 0, 2, 0, 0, 0] : [0xFE, 0, 0, 2, 0]
            var bytes = packet([1]) + packet(Array(buffer: definition))
            if !deprecatesEOF { bytes += packet(eof) }
            bytes += packet([1, 0x31]) + packet([0xFB]) + packet(eof)
            for byte in bytes { Self.feed(&machine, [byte]) }
            guard case .response(.columns(let columns)) = machine.next() else { throw TraceError() }
            #expect(columns.names == ["a"])
            // A batch has what one read brought.
            for row in [["1"], [nil]] {
                guard case .response(.rows(let batch)) = machine.next() else { throw TraceError() }
                #expect(batch.map(\.strings) == [row])
            }
            guard case .response(.completed(let completion, isLast: true)) = machine.next() else { throw TraceError() }
            #expect(completion.status == .autocommit)
            #expect(machine.isIdle)
            if case .some = machine.next() { Issue.record("an action too many") }
        }
    }

    /// The same definitions in the same bytes, as a statement that is run again has them, are the same columns.
    @Test func `columns are read once, and anew where anything in them is another`() throws {
        func definition(_ name: String, _ type: ColumnType = .longLong) -> [UInt8] {
            Array(ColumnDefinition(name: name, type: type).encode().readableBytesView)
        }
        func answer(_ definitions: [[UInt8]], row: [UInt8]) -> [UInt8] {
            var sequence: UInt8 = 0
            let payloads = [[UInt8(definitions.count)]] + definitions + [row, [0xFE, 0, 0, 2, 0, 0, 0]]
            return payloads.flatMap { payload in
                sequence += 1
                return Packets.packet(sequence, payload)
            }
        }
        let text: [UInt8] = [1, 0x31, 1, 0x32]
        let binary: [UInt8] = [0, 0] + [1, 0, 0, 0, 0, 0, 0, 0] + [2, 0, 0, 0, 0, 0, 0, 0]
        for isCut in [false, true] {
            var machine = try Self.idle()
            func columns(_ command: Command, _ definitions: [[UInt8]], row: [UInt8]) throws -> MySQLColumns {
                _ = machine.begin(command)
                let bytes = answer(definitions, row: row)
                if isCut { for byte in bytes { Self.feed(&machine, [byte]) } } else { Self.feed(&machine, bytes) }
                guard case .response(.columns(let columns)) = machine.next() else { throw TraceError() }
                guard case .response(.rows(let batch)) = machine.next() else { throw TraceError() }
                #expect(
                    try batch.map { try ($0.value(at: 0).text, $0.value(at: 1).text) }.allSatisfy { $0 == ("1", "2") }
                )
                guard case .response(.completed) = machine.next() else { throw TraceError() }
                #expect(machine.isIdle)
                return columns
            }
            let (query, execute) = (Command.query("x"), Command.statementExecute(.init(statementID: 1, parameters: [])))
            let first = try columns(query, [definition("a"), definition("b")], row: text)
            let second = try columns(query, [definition("a"), definition("b")], row: text)
            #expect((first === second) == !isCut)
            #expect(second.names == ["a", "b"])
            #expect(try columns(query, [definition("a"), definition("c")], row: text).names == ["a", "c"])
            #expect(
                try columns(query, [definition("a"), definition("c", .varString)], row: text)[1].type == .varString
            )
            #expect(try columns(query, [definition("ab"), definition("")], row: text).names == ["ab", ""])
            // Rows of the other format are read by the same columns.
            let prepared = try columns(execute, [definition("ab"), definition("")], row: binary)
            #expect(prepared.names == ["ab", ""])
            #expect((try columns(execute, [definition("ab"), definition("")], row: binary) === prepared) == !isCut)
            #expect((try columns(query, [definition("ab"), definition("")], row: text) === prepared) == !isCut)
        }
    }

    @Test func `an ERR ends the answer and leaves the connection usable`() throws {
        var machine = try Self.idle()
        _ = machine.begin(.query("x"))
        Self.feed(&machine, Packets.packet(1, [0xFF, 0x28, 0x04] + Array("#42000No".utf8)))
        guard case .response(.rejected(let error)) = machine.next() else { throw TraceError() }
        #expect(error.server == .init(number: 1064, sqlState: "42000", message: "No"))
        #expect(error.fate == .rejected)
        #expect(machine.isIdle)
    }

    @Test func `what an idle server says before it hangs up becomes the reason`() throws {
        var machine = try Self.idle()
        Self.feed(&machine, Packets.packet(0, [0xFF, 0xBF, 0x0F] + Array("#HY000idle".utf8)))
        let error = closeError(machine.next())
        #expect(error?.server?.number == 4031)
        #expect(error?.code == .connectionClosed)
    }

    @Test func `the end of the connection tells the fate of the command`() throws {
        var machine = try Self.idle()
        let foundFate = closeError(machine.disconnected())?.fate
        #expect(foundFate == .notSent)
        machine = try Self.idle()
        _ = machine.begin(.query("INSERT"))
        let foundFate2 = closeError(machine.disconnected())?.fate
        #expect(foundFate2 == .maybeExecuted)
    }

    @Test func `too many columns and too long packets are refused by their number`() throws {
        var machine = try Self.idle()
        _ = machine.begin(.query("SELECT 1"))
        Self.feed(&machine, Packets.packet(1, [0xFD, 0, 0, 1]))
        let foundCode = closeError(machine.next())?.code
        #expect(foundCode == .protocolViolation)
        machine = try Self.idle()
        _ = machine.begin(.query("SELECT 1"))
        Self.feed(&machine, [0xFF, 0xFF, 0xFF, 1])
        let found = closeError(machine.next())
        #expect(found?.code == .limitExceeded)
        #expect(found?.message.contains("malformed") == false)
    }

    /// With a copy of what was read so far for each column this would take minutes.
    @Test(.timeLimit(.minutes(1))) func `as many columns as there can be are read`() throws {
        let count = ResponseMachine.maximumColumns
        var machine = ResponseMachine(kind: .resultSets(.text), capabilities: Self.capabilities)
        var first = ByteBuffer()
        first.writeLengthEncoded(UInt64(count))
        _ = try machine.received(first)
        for _ in 1..<count { _ = try machine.received(Script.column) }
        guard case .columns(let columns) = try machine.received(Script.column) else { throw TraceError() }
        #expect(columns.count == count)
    }

    @Test func `column definitions are bounded in their sum`() throws {
        var machine = ResponseMachine(kind: .resultSets(.text), capabilities: Self.capabilities)
        var first = ByteBuffer()
        first.writeLengthEncoded(UInt64(ResponseMachine.maximumColumns))
        _ = try machine.received(first)
        let large = ColumnDefinition(name: String(repeating: "n", count: 1 << 20)).encode()
        var taken = 0
        let error = #expect(throws: WireError.self) {
            while taken < 100 {
                _ = try machine.received(large)
                taken += 1
            }
        }
        #expect(error?.isLimit == true)
        #expect(taken == 31)
    }

    @Test(arguments: [0, 2])
    func `the old EOF behind the definitions ends nothing, although DEPRECATE_EOF was agreed on`(rows: Int) throws {
        var machine = try Self.idle()
        _ = machine.begin(.query("SELECT a"))
        let oldEnd = ByteBuffer(bytes: [0xFE, 0, 0, 2, 0])
        let payloads =
            [Script.columnCount(1), Script.column, oldEnd] + Array(repeating: Script.row("1"), count: rows) + [oldEnd]
        machine.received(Script.segment(1, payloads))
        guard case .response(.columns) = machine.next() else { throw TraceError() }
        var found = 0
        while case let action? = machine.next() {
            switch action {
            case .response(.none): break
            case .response(.rows(let batch)): found += batch.count
            case .response(.completed(_, isLast: true)): break
            default: Issue.record("\(action)")
            }
        }
        #expect(found == rows)
        #expect(machine.isIdle)
    }

    @Test func `a server without PLUGIN_AUTH gets the proof of mysql_native_password`() throws {
        var machine = Self.machine()
        Self.feed(&machine, Packets.packet(0, Self.greeting([.protocol41, .secureConnection])))
        guard case .send(let bytes) = machine.next() else { throw TraceError() }
        let payload = bytes.getSlice(at: bytes.readerIndex + 4, length: bytes.readableBytes - 4)
        #expect(try HandshakeResponse41.decode(payload ?? ByteBuffer()).authenticationResponse.count == 20)
    }

    @Test func `a database is never dropped silently`() {
        var machine = Self.machine(database: "d")
        Self.feed(&machine, Packets.packet(0, Self.greeting(Self.capabilities.subtracting(.connectWithDB))))
        let foundCode = closeError(machine.next())?.code
        #expect(foundCode == .protocolViolation)
    }

    @Test(arguments: [
        (TLSConfiguration.Mode.disabled, false), (.preferred, false), (.required, true), (.verifyCA, true),
    ])
    func `over a unix socket TLS is for whoever asks for it`(mode: TLSConfiguration.Mode, expected: Bool) throws {
        let configuration = MySQLConfiguration(
            endpoint: .unixSocket(path: "/s"),
            username: "u",
            tls: TLSConfiguration(mode: mode)
        )
        var machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: true, attributes: [])
        )
        Self.feed(&machine, Packets.packet(0, Self.greeting()))
        switch machine.next() {
        case .startTLS: #expect(expected)
        case .send: #expect(!expected)
        default: Issue.record("neither")
        }
    }

    @Test func `a limit beyond what the protocol can carry does not trap`() throws {
        var machine = Self.machine(maximumPayload: .max)
        Self.feed(&machine, Packets.packet(0, Self.greeting()))
        guard case .send = machine.next() else { throw TraceError() }
    }
}
