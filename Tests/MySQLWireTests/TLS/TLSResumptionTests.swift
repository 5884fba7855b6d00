import COpenSSL
import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct TLSResumptionTests {
    private let base: TLSSessionTests
    private let context: TLSContext
    private let configuration: TLSConfiguration

    init() throws {
        base = try TLSSessionTests()
        configuration = TLSConfiguration(mode: .verifyIdentity, caFile: base.caFile)
        context = try TLSContext(configuration)
    }

    /// Connects and exchanges a few bytes; dropped without close_notify, as MySQL's servers do it.
    private func connect(
        to server: TestTLSServer,
        host: String = "db.example",
        peer: String? = "db.example:3306",
        mode: TLSConfiguration.Mode? = nil
    ) throws -> TLSPair {
        var configuration = configuration
        if let mode { configuration.mode = mode }
        let client = try TLSSession(context: context, configuration: configuration, host: host, peer: peer)
        let pair = TLSPair(client: client, server: server)
        try pair.handshake()
        try pair.exchange(server.write(Array("pong".utf8)))
        #expect(String(buffer: pair.plaintext) == "pong")
        #expect(client.isResumed == server.isResumed)
        return pair
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `the next connections to the same peer resume the session, and count as verified`(version: Int32) throws {
        let first = try TestTLSServer(base.server, maximum: version)
        #expect(try !connect(to: first).client.isResumed)
        for _ in 1...3 {
            let next = try connect(to: TestTLSServer(sameAs: first))
            #expect(next.client.isResumed)
            #expect(next.client.isPeerVerified)
        }
    }

    @Test func `another port, another host, another mode and no peer begin anew`() throws {
        let first = try TestTLSServer(base.server)
        _ = try connect(to: first)
        #expect(try !connect(to: TestTLSServer(sameAs: first), peer: "db.example:3307").client.isResumed)
        #expect(try !connect(to: TestTLSServer(sameAs: first), host: "a.wild.example").client.isResumed)
        #expect(try !connect(to: TestTLSServer(sameAs: first), mode: .verifyCA).client.isResumed)
        #expect(try !connect(to: TestTLSServer(sameAs: first), peer: nil).client.isResumed)
        #expect(try connect(to: TestTLSServer(sameAs: first)).client.isResumed)
    }

    @Test func `an unverified session is never taken up by a verified one`() throws {
        let stranger = try TestTLSServer(TestCertificate("stranger"))
        _ = try connect(to: stranger, mode: .required)
        #expect(throws: MySQLError.self) { try connect(to: TestTLSServer(sameAs: stranger)) }
    }

    @Test func `a server that has lost its keys gets a whole handshake`() throws {
        _ = try connect(to: TestTLSServer(base.server))
        #expect(try !connect(to: TestTLSServer(base.server)).client.isResumed)
    }

    @Test func `what stands in for the server is verified in spite of the ticket`() throws {
        _ = try connect(to: TestTLSServer(base.server))
        let stranger = try TestTLSServer(TestCertificate("db.example", alternativeNames: "DNS:db.example"))
        #expect(throws: MySQLError.self) { try connect(to: stranger) }
    }

    @Test func `after a failure the session is not taken up again`() throws {
        let first = try TestTLSServer(base.server)
        let pair = try connect(to: first)
        var record = first.write([1, 2, 3])
        record.setInteger(UInt8(0), at: record.writerIndex - 1)
        record.setInteger(UInt8(0), at: record.writerIndex - 2)
        #expect(throws: MySQLError.self) { try pair.client.receive(&record, into: &pair.plaintext) }
        #expect(try !connect(to: TestTLSServer(sameAs: first)).client.isResumed)
    }
}
