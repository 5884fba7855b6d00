import MySQLWire
import NIOCore
import Synchronization
import Testing

/// What is agreed on with servers of other versions and makers, and whole sessions as the oldest of them speak.
@Suite struct ForeignGreetingTests {
    private static let withoutDeprecateEOF = ForeignGreeting.all.filter { !$0.offers.contains(.deprecateEOF) }

    private func machine(_ change: (inout MySQLConfiguration) -> Void = { _ in }) -> HandshakeMachine {
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "someone",
            password: Secret("the_password"),
            tls: TLSConfiguration(mode: .disabled)
        )
        change(&configuration)
        return HandshakeMachine(
            options: .init(
                configuration: configuration,
                isLocalTransport: false,
                attributes: [.init(name: "_client_name", value: "MySQLWire")]
            )
        )
    }

    private func login(
        _ greeting: ForeignGreeting,
        _ change: (inout MySQLConfiguration) -> Void = { _ in }
    ) throws -> HandshakeResponse41 {
        var machine = machine(change)
        let action = machine.received(greeting.payload())
        guard case .send(let payload) = action else {
            Issue.record("\(action)")
            return try HandshakeResponse41.decode(ByteBuffer())
        }
        #expect(machine.greeting?.serverVersion == greeting.version)
        let response = try HandshakeResponse41.decode(payload)
        #expect(response.encode() == payload)
        return response
    }

    @Test(arguments: ForeignGreeting.all) func `Each is answered with flags that it offers, and by its own plugin`(
        greeting: ForeignGreeting
    ) throws {
        let response = try login(greeting)
        #expect(response.capabilities.rawValue == greeting.answered)
        #expect(greeting.offers.isSuperset(of: response.capabilities))
        #expect(response.username == "someone" && response.database == nil)
        #expect(response.authenticationPlugin == greeting.plugin)
        #expect(response.authenticationResponse.count == (greeting.plugin == "mysql_native_password" ? 20 : 32))
        // 255 is known from MySQL 8.0 on; all know 45.
        #expect(
            response.characterSet == (greeting.version.hasPrefix("8.") && greeting.capabilities & 1 == 1 ? 255 : 45)
        )
        #expect(response.attributes.isEmpty == !greeting.offers.contains(.connectAttributes))
        #expect(response.extendedCapabilities == 0)
    }

    @Test(arguments: ForeignGreeting.all) func `Each is asked for what is opted in only where it has it`(
        greeting: ForeignGreeting
    ) throws {
        let response = try login(greeting) {
            $0.database = "d"
            $0.allowsSeveralStatements = true
            $0.allowsLocalInfile = true
            $0.allowsQueryAttributes = true
            $0.compression = [.zstd(level: 5), .zlib, .uncompressed]
        }
        let offers = greeting.offers
        #expect(response.database == "d" && response.capabilities.contains(.connectWithDB))
        for flag in [CapabilityFlags.multiStatements, .localFiles, .queryAttributes] {
            #expect(response.capabilities.contains(flag) == offers.contains(flag))
        }
        let best: CapabilityFlags =
            offers.contains(.zstdCompression) ? .zstdCompression : offers.contains(.compress) ? .compress : []
        #expect(response.capabilities.intersection([.zstdCompression, .compress]) == best)
        #expect(!response.capabilities.contains(.multiFactorAuthentication))
    }

    @Test(arguments: ForeignGreeting.all) func `TLS is begun where it is offered, and nothing is sent where it is not`(
        greeting: ForeignGreeting
    ) throws {
        var machine = machine { $0.tls = TLSConfiguration(mode: .required) }
        switch (machine.received(greeting.payload()), greeting.offers.contains(.ssl)) {
        case (.startTLS(let payload), true):
            let request = try SSLRequest.decode(payload)
            #expect(request.capabilities.rawValue == greeting.answered | CapabilityFlags.ssl.rawValue)
        case (.fail(let error), false): #expect(error.code == .tlsUnavailable && error.fate == .notSent)
        case (let action, _): Issue.record("\(action)")
        }
    }

    @Test(arguments: ForeignGreeting.all) func `A compression that it does not have is refused before the login`(
        greeting: ForeignGreeting
    ) {
        var machine = machine { $0.compression = .zstd(level: 3) }
        switch (machine.received(greeting.payload()), greeting.offers.contains(.zstdCompression)) {
        case (.send, true): break
        case (.fail(let error), false): #expect(error.code == .compressionUnavailable)
        case (let action, _): Issue.record("\(action)")
        }
    }

    @Test func `Servers of before 4.1, and greetings without a nonce's second half, are refused`() {
        for flags in [CapabilityFlags.protocol41, .secureConnection] {
            var machine = machine()
            let rest = CapabilityFlags([.longPassword, .connectWithDB, .protocol41, .secureConnection])
                .subtracting(flags)
            let old = ForeignGreeting(version: "4.0.27", capabilities: rest.rawValue, plugin: nil, answered: 0)
            guard case .fail(let error) = machine.received(old.payload()) else {
                Issue.record("a login was sent")
                continue
            }
            #expect(error.code == .protocolViolation && error.phase == .greeting)
        }
    }

    /// A server without CLIENT_DEPRECATE_EOF ends definitions and rows with an EOF, in both protocols.
    @Test(arguments: withoutDeprecateEOF) func `A whole session in the old style`(greeting: ForeignGreeting)
        async throws
    {
        let eof = EOFPacket(warnings: 0, status: .autocommit).encode()
        let more = EOFPacket(warnings: 0, status: [.autocommit, .moreResultsExist]).encode()
        let warned = EOFPacket(warnings: 1, status: .autocommit).encode()
        // With SESSION_TRACK this is an OK without information; without, one whose text is empty.
        let ok = Script.ok
        let number = ColumnDefinition(name: "n", type: .longLong, flags: 1).encode()
        let text = ColumnDefinition(name: "t").encode()
        let parameter = ColumnDefinition(name: "?").encode()
        let prepared = PrepareOK(statementID: 1, columnCount: 2, parameterCount: 1).encode()
        // 0x00, the bits of NULL from the third on, then the values.
        let binary = ByteBuffer(bytes: [0, 0b1000, 7, 0, 0, 0, 0, 0, 0, 0])
        let commands = Commands()
        let expect = ScriptedServer.Step.inspect { commands.add($0) }
        try await ScriptedServer.run(
            [
                .packet(0, greeting.payload()), .inspect { commands.login = $0 }, .packet(2, ok), expect,
                .packet(1, ok), expect,
                // Two rows, the second empty and NULL; one warning.
                .bytes(
                    Script.segment(
                        1,
                        Script.columnCount(2),
                        number,
                        text,
                        eof,
                        Script.row("1", "one"),
                        Script.row("-2", nil),
                        warned
                    )
                ), expect,
                // No row at all.
                .bytes(Script.segment(1, Script.columnCount(1), text, eof, eof)), expect,
                // Two results and the OK of a CALL.
                .bytes(
                    Script.segment(
                        1,
                        [
                            Script.columnCount(1), number, eof, Script.row("1"), more, Script.columnCount(1), text, eof,
                            Script.row(""), more, ok,
                        ]
                    )
                ), expect,
                // An error among the rows.
                .bytes(
                    Script.segment(1, Script.columnCount(1), number, eof, Script.row("1"), Script.error(1317))
                ), expect,
                .bytes(Script.segment(1, prepared, parameter, eof, number, text, eof)), expect,
                .bytes(Script.segment(1, Script.columnCount(2), number, text, eof, binary, eof)), expect,
                .bytes(Script.pong), expect,
            ]
        ) { server in
            let connection = try await server.connect { $0.allowedPlugins = [.nativePassword] }
            #expect(connection.serverVersion == greeting.version)
            let rows = try await connection.collect(sql: "SELECT n, t FROM t")
            #expect(rows.rows.map(\.strings) == [["1", "one"], ["-2", nil]])
            #expect(rows.completion.warnings == 1 && rows.completion.status == .autocommit)
            #expect(try await connection.collect(sql: "SELECT t FROM t WHERE 0").rowCount == 0)
            var results: [[[String?]]] = []
            var next: MySQLRows? = try await connection.query(sql: "CALL p()")
            while let current = next {
                var values: [[String?]] = []
                for try await batch in current { values += batch.map(\.strings) }
                results.append(values)
                next = try await current.nextResult()
            }
            #expect(results == [[["1"]], [[""]], []])
            let error = await mysqlError { _ = try await connection.collect(sql: "SELECT n FROM t") }
            #expect(error?.server?.number == 1317)
            let statement = try await connection.prepare("SELECT n, t FROM t WHERE n > ?")
            let row = try await connection.collect(statement, [6]).firstRow
            #expect(row?.strings == ["7", nil])
            try await connection.ping()
            await connection.close()
            await server.clientsGone()
        }
        let agreed = CapabilityFlags(rawValue: greeting.answered)
        let seen = try commands.all.map { try Command.decode($0, capabilities: agreed) }
        #expect(seen.count == 9)
        #expect(
            seen.prefix(3) == [
                .query("SET NAMES utf8mb4"), .query("SELECT n, t FROM t"), .query("SELECT t FROM t WHERE 0"),
            ]
        )
        #expect(seen.suffix(2) == [.ping, .quit])
        #expect(try HandshakeResponse41.decode(try #require(commands.login)).capabilities == agreed)
    }
}

/// What the client of a script has sent.
private final class Commands: Sendable {
    private let state = Mutex<(login: ByteBuffer?, all: [ByteBuffer])>((nil, []))

    var login: ByteBuffer? {
        get { state.withLock { $0.login } }
        set { state.withLock { $0.login = newValue } }
    }

    var all: [ByteBuffer] { state.withLock { $0.all } }
    func add(_ payload: ByteBuffer) { state.withLock { $0.all.append(payload) } }
}
