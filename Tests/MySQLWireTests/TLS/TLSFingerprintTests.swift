import COpenSSL
import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct TLSFingerprintTests {
    private let base: TLSSessionTests
    private let stranger: TestCertificate

    init() throws {
        base = try TLSSessionTests()
        stranger = try TestCertificate("whoever", validFrom: -7200, validFor: -3600)
    }

    private func connect(
        _ fingerprints: Set<CertificateFingerprint>,
        mode: TLSConfiguration.Mode = .required,
        host: String? = "db.example",
        context: TLSContext? = nil,
        client: (certificate: String, key: String)? = nil,
        to server: TestTLSServer
    ) throws -> TLSPair {
        let configuration = TLSConfiguration(
            mode: mode,
            certificateFile: client?.certificate,
            keyFile: client?.key,
            fingerprints: fingerprints
        )
        let session = try TLSSession(
            context: context ?? TLSContext(configuration),
            configuration: configuration,
            host: host,
            peer: "db.example:3306"
        )
        return TLSPair(client: session, server: server)
    }

    private func refusal(_ pair: TLSPair) -> MySQLError? {
        let error = #expect(throws: MySQLError.self) { try pair.handshake() }
        #expect(!pair.client.isHandshakeComplete)
        #expect(!pair.client.isPeerVerified)
        #expect(error?.code == .tlsFailed)
        #expect(error?.phase == .tls)
        return error
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [TLSConfiguration.Mode.required, .verifyCA, .verifyIdentity])
    func `a pinned certificate is verified, whatever its chain, names and dates`(
        version: Int32,
        mode: TLSConfiguration.Mode
    ) throws {
        let other = try base.server.fingerprint
        for host in ["db.example", nil] {
            let pair = try connect(
                [stranger.fingerprint, other],
                mode: mode,
                host: host,
                to: TestTLSServer(stranger, maximum: version)
            )
            try pair.handshake()
            #expect(pair.client.isPeerVerified)
        }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [TLSConfiguration.Mode.required, .verifyCA, .verifyIdentity])
    func `another certificate is refused within the handshake, and told`(
        version: Int32,
        mode: TLSConfiguration.Mode
    ) throws {
        let pair = try connect([stranger.fingerprint], mode: mode, to: TestTLSServer(base.server, maximum: version))
        let message = refusal(pair)?.message
        #expect(message?.contains("--ssl-fp") == true)
        #expect(message?.contains(try base.server.fingerprint.description) == true)
        _ = pair.server.receive(pair.client.shutdown())
        #expect(!pair.server.isHandshakeComplete)
        #expect(pair.server.error != nil)
    }

    @Test func `what signed the pinned certificate, or was signed by it, is another`() throws {
        #expect(try refusal(connect([base.authority.fingerprint], to: TestTLSServer(base.server))) != nil)
        let leaf = try TestCertificate("leaf", issuer: base.server)
        #expect(try refusal(connect([base.server.fingerprint], to: TestTLSServer(leaf))) != nil)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `the client's own certificate is not shown to another server`(version: Int32) throws {
        let own = try TestCertificate("client", issuer: base.authority)
        let files = (
            certificate: try base.folder.write(own.certificatePEM, "client-cert.pem"),
            key: try base.folder.write(own.key.privatePEM, "client-key.pem")
        )
        func server() throws -> TestTLSServer {
            try TestTLSServer(base.server, maximum: version, clientAuthority: base.authority)
        }
        let pair = try connect([base.server.fingerprint], client: files, to: server())
        try pair.handshake()
        #expect(pair.server.peerCertificate == (try own.fingerprint))
        let other = try connect([stranger.fingerprint], client: files, to: server())
        _ = refusal(other)
        _ = other.server.receive(other.client.shutdown())
        #expect(other.server.peerCertificate == nil)
    }

    // MARK: resumption

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a resumed session counts as verified by its pin`(version: Int32) throws {
        let configuration = TLSConfiguration(mode: .required, fingerprints: [try stranger.fingerprint])
        let context = try TLSContext(configuration)
        let first = try TestTLSServer(stranger, maximum: version)
        for isResumed in [false, true, true] {
            let server = isResumed ? try TestTLSServer(sameAs: first) : first
            let pair = try connect(configuration.fingerprints, context: context, to: server)
            try pair.handshake()
            try pair.exchange(server.write(Array("pong".utf8)))
            #expect(pair.client.isResumed == isResumed)
            #expect(pair.client.isPeerVerified)
        }
    }

    /// The ticket is of a session that somebody made who had pinned something else, or nothing.
    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a resumed session is refused where its certificate is not pinned any more`(version: Int32) throws {
        for earlier in [[], [try stranger.fingerprint]] as [Set<CertificateFingerprint>] {
            let context = try TLSContext(TLSConfiguration(mode: .required, fingerprints: earlier))
            let first = try TestTLSServer(stranger, maximum: version)
            let pair = try connect(earlier, context: context, to: first)
            try pair.handshake()
            try pair.exchange(first.write(Array("pong".utf8)))
            // So that the next one would resume it.
            let same = try connect(earlier, context: context, to: TestTLSServer(sameAs: first))
            try same.handshake()
            #expect(same.client.isResumed)

            let next = try connect([base.server.fingerprint], context: context, to: TestTLSServer(sameAs: first))
            #expect(refusal(next)?.message.contains(try stranger.fingerprint.description) == true)
            #expect(throws: MySQLError.self) { try next.client.encrypt(ByteBuffer(string: "the login")) }
        }
    }

    @Test func `configurations with other fingerprints share no context`() throws {
        let plain = TLSConfiguration(mode: .required)
        var pinned = plain
        pinned.fingerprints = [try stranger.fingerprint]
        #expect(try TLSContext.shared(for: plain) !== TLSContext.shared(for: pinned))
        #expect(try TLSContext.shared(for: pinned) === TLSContext.shared(for: pinned))
    }

    // MARK: the configuration

    @Test(arguments: TLSConfiguration.Mode.allCases) func `a pin needs a mode that needs TLS`(
        mode: TLSConfiguration.Mode
    ) async throws {
        let goesWithoutTLS = mode == .disabled || mode == .preferred
        // Nothing listens there.
        let configuration = MySQLConfiguration(
            endpoint: .unixSocket(path: base.folder.path + "/none"),
            username: "u",
            tls: TLSConfiguration(mode: mode, fingerprints: [try stranger.fingerprint])
        )
        let error = await mysqlError { _ = try await MySQLConnection.connect(to: configuration) }
        #expect(error?.code == (goesWithoutTLS ? .invalidArgument : .unreachable))
        if goesWithoutTLS { #expect(error?.message.contains("--ssl-fp") == true) }
        #expect(configuration.tls.verifiesPeer == !goesWithoutTLS)
    }
}
