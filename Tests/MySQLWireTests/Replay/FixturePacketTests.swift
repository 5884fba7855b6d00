import MySQLWire
import NIOCore
import TestSupport
import Testing

/// Every packet that a real server or the official client sent, decoded to its end and encoded again: equal bytes.
@Suite struct FixturePacketTests {
    @Test(arguments: WireFixture.all) func `Every packet is decoded, and encoded to the same bytes`(
        fixture: WireFixture
    ) throws {
        var session = SessionTracker()
        for entry in try fixture.recording().entries {
            guard case .packet(let sender, _, let payload) = entry else { continue }
            let kind = session.observe(sender, payload: payload)
            let capabilities = session.capabilities ?? []
            guard let again = try RecordedPackets.encodedAgain(kind, payload, capabilities) else { continue }
            #expect(again == payload, "\(kind): \(HexText.lines(payload)) became \(HexText.lines(again))")
        }
    }

    /// MariaDB's own client has extensions that move the parts of an answer; ours asks for none of them.
    static let told = WireFixture.all.filter { $0.name != "mariadb-10.11.18/mariadb-session" }

    @Test(arguments: told) func `No packet is left of which nobody knows what it is`(fixture: WireFixture) throws {
        let recording = try fixture.recording()
        let unknown = try RecordedPackets.unknown(in: recording).filter { fault in
            // Of our own COM_CHANGE_USER, whose proof depends on the session, and what streams: those have no value.
            recording.header.recorder == "proxy" || !fault.contains("has no name")
        }
        #expect(unknown == [])
    }

    @Test(arguments: [("mysql ", 9, 40), ("PyMySQL ", 6, 45)]) func `Other clients' packets are among them`(
        client: String,
        fewestLogins: Int,
        fewestCommands: Int
    ) throws {
        var commands = 0
        var logins = 0
        for fixture in WireFixture.all {
            let recording = try fixture.recording()
            guard recording.header.client?.hasPrefix(client) == true else { continue }
            var session = SessionTracker()
            for case .packet(let sender, _, let payload) in recording.entries {
                switch session.observe(sender, payload: payload) {
                case .handshakeResponse: logins += 1
                case .command: commands += 1
                default: break
                }
            }
        }
        #expect(logins >= fewestLogins)
        #expect(commands >= fewestCommands)
    }

    /// Built from values written here, not decoded ones: two fields that change places on the way in and on the way out
    /// would not be seen above.
    @Test func `What the official client sent is what we make of the same values`() throws {
        let recording = try WireFixture.named("mysql-9.7.4/mysql-commands").recording()
        let sent = recording.entries.compactMap { entry -> ByteBuffer? in
            if case .packet(.client, _, let payload) = entry { payload } else { nil }
        }
        let login = try #require(sent.first)
        // Of that process alone.
        let pid = try HandshakeResponse41.decode(login).attributes.first { $0.name == "_pid" }
        let attributes = [
            ("_pid", try #require(pid).value), ("_platform", "x86_64"), ("_os", "Linux"), ("_client_name", "libmysql"),
            ("os_user", "root"), ("_client_version", "9.7.4"), ("program_name", "mysql"),
        ]
        let ours = HandshakeResponse41(
            capabilities: CapabilityFlags(rawValue: 0x19BF_A285),
            maximumPacket: 1 << 24,
            characterSet: 255,
            username: "recorder",
            authenticationResponse: Array(repeating: 0, count: 32),
            database: nil,
            authenticationPlugin: "caching_sha2_password",
            attributes: attributes.map { .init(name: $0.0, value: $0.1) }
        )
        #expect(ours.encode() == login)
        let commands = [
            Command.query("select @@version_comment limit 1"), .resetConnection, .quit,
        ].map { $0.encode(capabilities: ours.capabilities) }
        for command in commands { #expect(sent.contains(command), "\(HexText.lines(command))") }
    }

    @Test func `The official client's query attributes are what we make of the same values`() throws {
        let recording = try WireFixture.named("mysql-9.7.4/mysql-query-attributes").recording()
        let capabilities = CapabilityFlags(rawValue: try #require(recording.header.capabilities))
        let ours = Command.attributedQuery(
            "SELECT 1",
            [.init("trace", .string("abc")), .init("number", .string("-5"))]
        ).encode(capabilities: capabilities)
        let isAmong = recording.entries.contains { entry in
            if case .packet(.client, _, let payload) = entry { payload == ours } else { false }
        }
        #expect(isAmong)
    }
}
