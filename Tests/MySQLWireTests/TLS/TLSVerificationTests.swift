import COpenSSL
import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct TLSVerificationTests {
    private let base: TLSSessionTests

    init() throws {
        base = try TLSSessionTests()
    }

    private func accepts(_ mode: TLSConfiguration.Mode, host: String?) throws -> TLSPair {
        try base.open(base.pair(mode, host: host))
    }

    // MARK: names

    @Test(arguments: ["db.example", "DB.Example", "db.example.", "a.wild.example", "127.0.0.1", "::1", "::1%lo"])
    func `a name that the certificate holds is accepted`(host: String) throws {
        let pair = try accepts(.verifyIdentity, host: host)
        #expect(pair.client.isPeerVerified)
    }

    @Test(arguments: [
        "other.example", "example", "a.b.wild.example", "wild.example", "127.0.0.2", "::2",
        "MySQL_Server_Auto_Generated",
        "127.1",
    ])
    func `a name that the certificate does not hold is refused, and both are told`(host: String) throws {
        let error = base.refusal(try base.pair(host: host))
        #expect(error?.code == .tlsFailed)
        #expect(error?.message.contains("mismatch") == true)
        #expect(error?.message.contains("DNS:db.example") == true)
        #expect(error?.message.contains("VERIFY_CA") == true)
    }

    @Test func `a star stands for a whole label, never for a part of it`() throws {
        let partial = try TestCertificate("partial", alternativeNames: "DNS:db*.part.example", issuer: base.authority)
        #expect(base.refusal(try base.pair(host: "db1.part.example", server: partial))?.code == .tlsFailed)
    }

    @Test func `verify-ca does not look at the name`() throws {
        #expect(try accepts(.verifyCA, host: "other.example").client.isPeerVerified)
        #expect(try accepts(.verifyCA, host: nil).client.isPeerVerified)
    }

    @Test func `verify-identity without a host is refused beforehand`() {
        let error = #expect(throws: MySQLError.self) { try base.session(.verifyIdentity, host: nil) }
        #expect(error?.code == .invalidArgument)
        #expect(throws: MySQLError.self) { try base.session(.verifyIdentity, host: "") }
    }

    @Test func `the server's name is indicated, an address is not`() throws {
        #expect(try accepts(.verifyIdentity, host: "db.example").server.serverName == "db.example")
        #expect(try accepts(.required, host: "db_with_underscore").server.serverName == "db_with_underscore")
        for host in ["127.0.0.1", "::1", nil] {
            #expect(try accepts(.required, host: host).server.serverName == nil)
        }
    }

    @Test func `a host name that cannot be indicated is refused`() {
        #expect(throws: MySQLError.self) { try base.session(.required, host: String(repeating: "x", count: 300)) }
        #expect(throws: MySQLError.self) { try base.session(.verifyIdentity, host: "db.example\0.evil.example") }
    }

    // MARK: chains

    @Test(arguments: [TLSConfiguration.Mode.verifyCA, .verifyIdentity])
    func `another CA is refused, with the way out`(mode: TLSConfiguration.Mode) throws {
        let other = try base.folder.write(TestCertificate("Other CA", isAuthority: true).certificatePEM, "other.pem")
        let pair = try base.pair(mode, ca: other)
        let error = base.refusal(pair)
        #expect(error?.code == .tlsFailed)
        #expect(error?.message.contains("unable to get local issuer certificate") == true)
        #expect(error?.message.contains("--ssl-ca") == true)
        #expect(error?.message.contains("MySQL_Server_Auto_Generated") == true)
        // The peer learns why.
        _ = pair.server.receive(pair.client.shutdown())
        #expect(pair.server.error?.contains("unknown ca") == true)
    }

    @Test func `the system's roots do not know a CA of our own`() throws {
        let configuration = TLSConfiguration(mode: .verifyIdentity)
        let client = try TLSSession(
            context: TLSContext(configuration),
            configuration: configuration,
            host: "db.example"
        )
        let error = base.refusal(TLSPair(client: client, server: try TestTLSServer(base.server)))
        #expect(error?.message.contains("name the CA file") == true)
    }

    @Test func `a certificate that signed itself is refused`() throws {
        let alone = try TestCertificate("db.example", alternativeNames: "DNS:db.example")
        let error = base.refusal(try base.pair(server: alone))
        #expect(error?.message.contains("self-signed certificate") == true)
    }

    @Test func `an expired certificate and one of tomorrow are refused`() throws {
        let expired = try TestCertificate(
            "old",
            alternativeNames: "DNS:db.example",
            issuer: base.authority,
            validFrom: -7200,
            validFor: -3600
        )
        #expect(base.refusal(try base.pair(server: expired))?.message.contains("certificate has expired") == true)
        let early = try TestCertificate(
            "new",
            alternativeNames: "DNS:db.example",
            issuer: base.authority,
            validFrom: 3600,
            validFor: 7200
        )
        #expect(base.refusal(try base.pair(server: early))?.message.contains("not yet valid") == true)
    }

    @Test func `a certificate signed by one that is no CA is refused`() throws {
        let leaf = try TestCertificate("leaf", alternativeNames: "DNS:db.example", issuer: base.server)
        #expect(base.refusal(try base.pair(server: leaf))?.code == .tlsFailed)
    }

    @Test(arguments: [TLSConfiguration.Mode.required, .preferred])
    func `the modes without verification accept any certificate and do not call it verified`(
        mode: TLSConfiguration.Mode
    ) throws {
        let alone = try TestCertificate("whoever", validFrom: -7200, validFor: -3600)
        let pair = try base.open(base.pair(mode, server: alone))
        #expect(!pair.client.isPeerVerified)
    }

    @Test func `names in a certificate neither control nor fill the terminal`() throws {
        let evil = try TestCertificate(
            "\u{1B}[2J\n" + String(repeating: "x", count: 40),
            alternativeNames: (0..<50).map { "DNS:host\($0).example" }.joined(separator: ","),
            issuer: base.authority
        )
        let error = base.refusal(try base.pair(server: evil))
        #expect(error?.message.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
        #expect((error?.message.count ?? .max) < 500)
    }

    // MARK: versions

    @Test(arguments: [TLS1_VERSION, TLS1_1_VERSION]) func `a server of TLS 1.1 or less is refused`(version: Int32)
        throws
    {
        let error = base.refusal(try base.pair(.required, maximum: version))
        #expect(error?.code == .tlsFailed)
        #expect(error?.message.contains("TLS 1.2") == true)
    }

    // MARK: the client's own certificate

    @Test func `the client shows its certificate, from two files or one`() throws {
        let own = try TestCertificate("client", issuer: base.authority)
        let certificate = try base.folder.write(own.certificatePEM, "client-cert.pem")
        let key = try base.folder.write(own.key.privatePEM, "client-key.pem")
        let both = try base.folder.write(own.certificatePEM + own.key.privatePEM, "both.pem")
        for (certificateFile, keyFile) in [(certificate, key), (both, nil), (nil, both)] as [(String?, String?)] {
            let configuration = TLSConfiguration(
                mode: .verifyCA,
                caFile: base.caFile,
                certificateFile: certificateFile,
                keyFile: keyFile
            )
            let client = try TLSSession(context: TLSContext(configuration), configuration: configuration, host: nil)
            let pair = TLSPair(client: client, server: try TestTLSServer(base.server, clientAuthority: base.authority))
            try pair.handshake()
            #expect(pair.server.isHandshakeComplete)
        }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a server that wants a certificate refuses a client without one`(version: Int32) throws {
        let configuration = TLSConfiguration(mode: .required)
        let client = try TLSSession(context: TLSContext(configuration), configuration: configuration, host: nil)
        let server = try TestTLSServer(base.server, maximum: version, clientAuthority: base.authority)
        let error = #expect(throws: MySQLError.self) { try TLSPair(client: client, server: server).handshake() }
        #expect(error?.code == .tlsFailed)
        #expect(
            error?.message.contains(version == TLS1_3_VERSION ? "certificate required" : "handshake failure") == true
        )
    }
}
