import NIOCore
import Testing

@testable import MySQLWire

/// The greeting and what answers it (reference, sections 5.4, 5.5 and 5.10).
@Suite struct LoginPacketTests {
    private static func answer(
        _ greeting: HandshakeV10,
        _ mode: TLSConfiguration.Mode = .disabled,
        attributes: [HandshakeResponse41.Attribute] = [],
        change: (inout MySQLConfiguration) -> Void = { _ in }
    ) throws -> (request: ByteBuffer?, response: ByteBuffer) {
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "u",
            password: Secret("secret"),
            tls: TLSConfiguration(mode: mode)
        )
        change(&configuration)
        var machine = HandshakeMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: attributes)
        )
        var request: ByteBuffer?
        var action = machine.received(greeting.encode())
        if case .startTLS(let bytes) = action {
            request = bytes
            action = machine.tlsEstablished()
        }
        guard case .send(let response) = action else { throw ConnectionMachineTests.TraceError() }
        return (request, response)
    }

    private static func greeting(
        _ version: String = "9.7.4",
        nonce: [UInt8] = [UInt8](1...20),
        capabilities: CapabilityFlags = ConnectionMachineTests.capabilities,
        plugin: String? = "caching_sha2_password"
    ) -> HandshakeV10 {
        HandshakeV10(
            serverVersion: version,
            connectionID: 42,
            nonce: nonce,
            capabilities: capabilities,
            authenticationPlugin: plugin
        )
    }

    @Test func `the SSLRequest is the beginning of the response that follows, with the same capabilities`() throws {
        let (request, response) = try Self.answer(Self.greeting(), .required)
        let bytes = try #require(request)
        #expect(bytes.readableBytes == 32)
        #expect(response.getSlice(at: response.readerIndex, length: 32) == bytes)
        let flags = CapabilityFlags(rawValue: try #require(bytes.getInteger(at: 0, endianness: .little)))
        #expect(flags.contains(.ssl))
    }

    @Test(
        arguments: [
            ("8.0.11", 255), ("9.7.4", 255), ("5.7.44-log", 45), ("5.6.51", 45), ("5.5.5-10.11.6-MariaDB", 45),
            ("11.8.2-MariaDB-1", 45), ("", 45), ("x", 45), ("99999999999999999999.0", 45),
        ] as [(String, UInt8)]
    )
    func `the login's collation is one that the server knows, and one byte`(version: String, collation: UInt8) throws {
        let (_, response) = try Self.answer(Self.greeting(version))
        #expect(response.getInteger(at: 8, as: UInt8.self) == collation)
    }

    /// MariaDB says so by the one bit, whatever a proxy makes of its version.
    @Test func `a MariaDB is known by the bit that it leaves unset, and gets none of its own flags from us`() throws {
        var greeting = Self.greeting(capabilities: ConnectionMachineTests.capabilities.subtracting(.longPassword))
        greeting.extendedCapabilities = 0xFFFF_FFFF
        let (_, response) = try Self.answer(greeting)
        #expect(response.getInteger(at: 8, as: UInt8.self) == 45)
        // The 23 bytes behind it, the last four of which would be the extended capabilities.
        #expect(Array(buffer: response.getSlice(at: 9, length: 23) ?? ByteBuffer()) == [UInt8](repeating: 0, count: 23))
    }

    @Test func `a nonce of any length is 20 bytes, and the length that a server gives does not trap`() throws {
        for length in 0...255 {
            var bytes = ConnectionMachineTests.greeting()
            let index = try #require(bytes.firstIndex(of: 21))
            bytes[index] = UInt8(length)
            let found = try? HandshakeV10.decode(ByteBuffer(bytes: bytes)).nonce
            if let found { #expect(found == [UInt8](1...20)) }
        }
        #expect(try HandshakeV10.decode(Self.greeting(nonce: [1, 2, 3]).encode()).nonce.count == 20)
    }

    /// What stands behind the lower capabilities may be missing: then the server is too old, and told so.
    @Test func `a greeting that ends behind the lower capabilities is read`() throws {
        let bytes = Array(ConnectionMachineTests.greeting().prefix(1 + 6 + 4 + 8 + 1 + 2))
        let greeting = try HandshakeV10.decode(ByteBuffer(bytes: bytes))
        #expect(greeting.nonce == [UInt8](1...8) + [UInt8](repeating: 0, count: 12))
        #expect(greeting.authenticationPlugin == nil)
    }

    @Test func `names, attributes and databases of any length arrive whole`() throws {
        for length in [1, 32, 250, 251, 300, 5000] {
            let text = String(repeating: "é", count: length)
            let attributes = (0..<8).map { HandshakeResponse41.Attribute(name: "\($0)\(text)", value: text) }
            let (_, payload) = try Self.answer(Self.greeting(), attributes: attributes) {
                $0.username = text
                $0.database = text
                $0.password = Secret(text)
            }
            let response = try HandshakeResponse41.decode(payload)
            #expect(response.username == text)
            #expect(response.database == text)
            #expect(response.attributes == attributes)
            #expect(response.authenticationResponse.count == 32)
        }
    }

    @Test func `a proof longer than a byte can tell is written with its length`() throws {
        let long = String(repeating: "p", count: 400)
        let (_, payload) = try Self.answer(Self.greeting(), .verifyCA) {
            $0.password = Secret(long)
            $0.allowedPlugins = [.sha256Password]
        }
        let response = try HandshakeResponse41.decode(payload)
        #expect(response.authenticationResponse == Array(long.utf8) + [0])
    }

    @Test func `more attributes than a server takes are refused before anything is opened`() async {
        let configuration = MySQLConfiguration(
            endpoint: .unixSocket(path: "/nowhere"),
            username: "u",
            connectionAttributes: ["a": String(repeating: "x", count: 64 << 10)]
        )
        let error = await mysqlError { _ = try await MySQLConnection.connect(to: configuration) }
        #expect(error?.code == .invalidArgument)
    }
}
