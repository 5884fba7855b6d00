import COpenSSL
import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct TLSSessionTests {
    let folder: TestFolder
    let authority: TestCertificate
    let server: TestCertificate
    let caFile: String

    init() throws {
        folder = try TestFolder()
        authority = try TestCertificate("Test CA", isAuthority: true)
        server = try TestCertificate(
            "MySQL_Server_Auto_Generated",
            alternativeNames: "DNS:db.example, DNS:*.wild.example, IP:127.0.0.1, IP:::1",
            issuer: authority
        )
        caFile = try folder.write(authority.certificatePEM, "ca.pem")
    }

    func session(
        _ mode: TLSConfiguration.Mode = .verifyIdentity,
        host: String? = "db.example",
        ca: String? = nil
    ) throws -> TLSSession {
        let configuration = TLSConfiguration(mode: mode, caFile: ca ?? caFile)
        return try TLSSession(
            context: TLSContext(configuration),
            configuration: configuration,
            host: host
        )
    }

    func pair(
        _ mode: TLSConfiguration.Mode = .verifyIdentity,
        host: String? = "db.example",
        ca: String? = nil,
        server certificate: TestCertificate? = nil,
        maximum: Int32 = TLS1_3_VERSION,
        piece: Int = .max
    ) throws -> TLSPair {
        TLSPair(
            client: try session(mode, host: host, ca: ca),
            server: try TestTLSServer(certificate ?? server, maximum: maximum),
            piece: piece
        )
    }

    func open(_ pair: TLSPair) throws -> TLSPair {
        try pair.handshake()
        try #require(pair.client.isHandshakeComplete)
        return pair
    }

    func refusal(_ pair: TLSPair) -> MySQLError? {
        let error = #expect(throws: MySQLError.self) { try pair.handshake() }
        #expect(!pair.client.isHandshakeComplete)
        #expect(error?.phase == .tls)
        return error
    }

    // MARK: data

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION]) func `bytes go both ways`(version: Int32) throws {
        let pair = try open(pair(maximum: version))
        #expect(pair.client.protocolVersion == (version == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2"))
        #expect(pair.client.cipher?.isEmpty == false)
        #expect(pair.client.isPeerVerified)
        try pair.exchange(pair.server.receive(pair.client.encrypt(ByteBuffer(string: "ping"))))
        #expect(pair.server.received == Array("ping".utf8))
        try pair.exchange(pair.server.write(Array("pong".utf8)))
        #expect(String(buffer: pair.plaintext) == "pong")
    }

    @Test func `a server that asks for another handshake gets none, and the session goes on or ends`() throws {
        let pair = try open(pair(maximum: TLS1_2_VERSION))
        var request = pair.server.renegotiate()
        #expect(request.readableBytes > 0)
        let answer = try pair.client.receive(&request, into: &pair.plaintext)
        // An alert takes 2 bytes and what TLS adds; a ClientHello some hundred.
        #expect((1..<64).contains(answer.readableBytes), "\(answer.readableBytes) bytes")
        #expect(Array(buffer: answer).first == 21, "an alert")
    }

    @Test(arguments: [1, 2, 3, 5, 6, 17, 100, 1000]) func `records come in any pieces`(piece: Int) throws {
        let pair = try open(pair(piece: piece))
        let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try pair.exchange(pair.server.write(bytes))
        #expect(Array(pair.plaintext.readableBytesView) == bytes)
    }

    @Test func `every split of the handshake and of a record gives the same`() throws {
        // Of the server's first flight, then of one record.
        for split in 1..<1200 {
            let pair = try pair()
            var flight = pair.server.receive(try pair.client.start())
            var head = flight.take(split)
            var answer = try pair.client.receive(&head, into: &pair.plaintext)
            var rest = try pair.client.receive(&flight, into: &pair.plaintext)
            answer.writeBuffer(&rest)
            try pair.exchange(pair.server.receive(answer))
            try #require(pair.client.isHandshakeComplete && pair.server.isHandshakeComplete)

            var record = pair.server.write(Array("a row".utf8))
            var first = record.take(split % 30)
            _ = try pair.client.receive(&first, into: &pair.plaintext)
            _ = try pair.client.receive(&record, into: &pair.plaintext)
            #expect(String(buffer: pair.plaintext) == "a row")
        }
    }

    @Test func `a cut handshake stays incomplete and does not fail`() throws {
        let whole = try pair()
        let flight = whole.server.receive(try whole.client.start())
        for length in stride(from: 0, to: flight.readableBytes, by: 7) {
            let pair = try pair()
            var cut = pair.server.receive(try pair.client.start())
            var head = cut.take(length)
            _ = try pair.client.receive(&head, into: &pair.plaintext)
            #expect(!pair.client.isHandshakeComplete)
            #expect(!pair.client.isPeerClosed)
        }
    }

    @Test func `20 MiB go both ways`() throws {
        let pair = try open(pair(.required))
        var bytes = [UInt8](repeating: 0, count: 20 << 20)
        RAND_bytes(&bytes, Int32(bytes.count))
        try pair.exchange(pair.server.write(bytes))
        #expect(pair.plaintext == ByteBuffer(bytes: bytes))
        try pair.exchange(pair.server.receive(pair.client.encrypt(ByteBuffer(bytes: bytes))))
        #expect(pair.server.received == bytes)
    }

    @Test func `nothing to encrypt gives nothing to send`() throws {
        let pair = try open(pair())
        #expect(try pair.client.encrypt(ByteBuffer()).readableBytes == 0)
    }

    @Test func `a key update of the peer is answered and changes nothing`() throws {
        let pair = try open(pair())
        try pair.exchange(pair.server.keyUpdate())
        try pair.exchange(pair.server.write(Array("after".utf8)))
        try pair.exchange(pair.server.receive(pair.client.encrypt(ByteBuffer(string: "before"))))
        #expect(String(buffer: pair.plaintext) == "after")
        #expect(pair.server.received == Array("before".utf8))
        #expect(pair.server.error == nil)
    }

    @Test func `P-256 is offered first`() throws {
        #expect(try open(pair()).server.group == Int(NID_X9_62_prime256v1))
    }

    // MARK: the end

    @Test func `close_notify of the peer is seen, what came before it is kept, what follows it is not`() throws {
        let pair = try open(pair())
        var bytes = pair.server.write(Array("last".utf8))
        var end = pair.server.closeNotify()
        bytes.writeBuffer(&end)
        bytes.writeString("injected")
        #expect(!pair.client.isPeerClosed)
        _ = try pair.client.receive(&bytes, into: &pair.plaintext)
        #expect(pair.client.isPeerClosed)
        #expect(bytes.readableBytes == 0)
        #expect(String(buffer: pair.plaintext) == "last")
    }

    @Test func `our close_notify reaches the peer, and nothing can be sent after it`() throws {
        let pair = try open(pair())
        _ = pair.server.receive(pair.client.shutdown())
        #expect(pair.server.hasSeenCloseNotify)
        #expect(pair.client.shutdown().readableBytes == 0)
        #expect(throws: MySQLError.self) { try pair.client.encrypt(ByteBuffer(string: "late")) }
    }

    @Test func `nothing can be sent before the handshake is complete`() throws {
        let client = try session()
        #expect(throws: MySQLError.self) { try client.encrypt(ByteBuffer(string: "early")) }
        _ = try client.start()
        #expect(throws: MySQLError.self) { try client.encrypt(ByteBuffer(string: "early")) }
        #expect(throws: MySQLError.self) { try client.start() }
    }

    // MARK: damage

    @Test func `plaintext instead of TLS is refused by its first byte`() throws {
        let refused: [[UInt8]] = [
            [0x17, 0, 0, 2, 0xFF, 0x15, 0x04], Array("HTTP/1.1 400".utf8), [0], [0x14, 3, 3, 0, 1, 1],
            [0x17, 3, 3, 0, 1, 0],
        ]
        for bytes in refused {
            let client = try session()
            _ = try client.start()
            var plaintext = ByteBuffer()
            var input = ByteBuffer(bytes: bytes)
            let error = #expect(throws: MySQLError.self) { try client.receive(&input, into: &plaintext) }
            #expect(error?.code == .tlsFailed)
            #expect(error?.message.contains("is not TLS") == true)
            #expect(plaintext.readableBytes == 0)
        }
    }

    @Test func `a damaged record is refused, with nothing of it given out`() throws {
        for position in 0..<27 {
            let pair = try open(pair())
            var record = pair.server.write(Array("a row".utf8))
            let old: UInt8 = try #require(record.getInteger(at: position))
            record.setInteger(old ^ 0x40, at: position)
            // A greater length only makes the session wait for more.
            if position == 3 || position == 4 { record.writeBytes([UInt8](repeating: 0, count: 1 << 15)) }
            let error = #expect(throws: MySQLError.self, "byte \(position)") {
                try pair.client.receive(&record, into: &pair.plaintext)
            }
            #expect(error?.code == .tlsFailed)
            #expect(pair.plaintext.readableBytes == 0)
            // The session stays failed.
            var next = pair.server.write([1])
            #expect(throws: MySQLError.self) { try pair.client.receive(&next, into: &pair.plaintext) }
        }
    }

    @Test func `a damaged handshake never completes`() throws {
        for position in stride(from: 1, to: 700, by: 3) {
            let pair = try pair()
            var flight = pair.server.receive(try pair.client.start())
            guard let old: UInt8 = flight.getInteger(at: position) else { break }
            flight.setInteger(old ^ 0x11, at: position)
            _ = try? pair.exchange(flight)
            #expect(!(pair.client.isHandshakeComplete && pair.server.isHandshakeComplete), "byte \(position)")
        }
    }

    @Test func `the error queue is empty after failures`() throws {
        let pair = try pair(server: TestCertificate("self"))
        _ = refusal(pair)
        #expect(ERR_peek_error() == 0)
    }
}
